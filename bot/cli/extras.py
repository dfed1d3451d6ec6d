"""What a command says whose packages are not installed: the one line that brings them."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from typing import Any

DISTRIBUTION = "iam-review"
EXTRAS = {"ci": "ci", "mcp": "mcp"}
"""The extra that a command needs, where it is not the server's."""


def remedy(command: str, missing: ModuleNotFoundError) -> str | None:
    """What to tell of a module that `command` needs and cannot import; None if it is one of ours, which is a fault."""
    name = (missing.name or "bot").partition(".")[0]
    if name == "bot":
        return None
    extra = EXTRAS.get(command, "server")
    return f"{command} needs more than is installed (there is no {name}); type\n  pip install {_quoted(extra)}"


def _quoted(extra: str) -> str:
    """What pip is given to install the extra from where the program came from."""
    try:
        installed = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return f"'{DISTRIBUTION}[{extra}]'"
    origin = installed.read_text("direct_url.json")
    if origin is None:
        return f"'{DISTRIBUTION}[{extra}]=={installed.version}'"
    return f"'{DISTRIBUTION}[{extra}] @ {_address(json.loads(origin))}'"


def _address(origin: Mapping[str, Any]) -> str:
    """Where it was installed from, as pip takes it. Source: PEP 610, "Direct URL Data Structure"."""
    vcs = origin.get("vcs_info")
    return f"{vcs['vcs']}+{origin['url']}@{vcs['commit_id']}" if vcs else str(origin["url"])
