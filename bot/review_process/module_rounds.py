"""Fetches the modules a review asks for and puts their files beside the repository's, within a bound."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence

from bot.contents.modules.port import ModuleCall, ModuleFiles, Modules
from bot.evaluated.fetched_modules import PREFIX
from bot.review_process.protocol import Fetched, GivenModule

MAX_BYTES = 40 * 1024**2
"""How much the modules of one review may weigh together."""

MAX_CALLS = 200
"""So many different modules are looked for in one round."""


def with_modules(fetched: Fetched, modules: Modules | None, wanted: Sequence[tuple[str, str]]) -> Fetched:
    """What was fetched, with what came of the modules, `source` and `version`, that were wanted; others are refused."""
    known = fetched.modules or ()
    calls = [ModuleCall(source, version) for source, version in dict.fromkeys(wanted)]
    found = {} if modules is None else modules(calls[:MAX_CALLS])
    blobs = dict(fetched.blobs)
    left = MAX_BYTES - sum(len(blobs[blob]) for blob in {blob for one in known for blob in one.listing.values()})
    given = list(known)
    for call in calls:
        files = found.get(call, "too many modules were asked for at once")
        if isinstance(files, ModuleFiles):
            own = {_blob(content): content for content in files.files.values()}
            left -= sum(len(content) for blob, content in own.items() if blob not in blobs)
            files = files if left >= 0 else "the modules of this change weigh too much together"
        if isinstance(files, str):
            given.append(GivenModule(call.source, call.version, refused=files))
            continue
        blobs |= own
        given.append(_mounted(call, files))
    return dataclasses.replace(fetched, blobs=blobs, modules=tuple(given))


def _mounted(call: ModuleCall, files: ModuleFiles) -> GivenModule:
    """The module below the reserved prefix, in a directory named by its contents."""
    listing = {path: _blob(content) for path, content in files.files.items()}
    content = "".join(f"{path}\0{blob}\0" for path, blob in sorted(listing.items()))
    top = f"{PREFIX}{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    directory = f"{top}/{files.subdirectory}" if files.subdirectory else top
    return GivenModule(call.source, call.version, directory, {f"{top}/{path}": blob for path, blob in listing.items()})


def _blob(content: bytes) -> str:
    """An id that no git blob has."""
    return f"module:{hashlib.sha256(content).hexdigest()}"
