"""Puts the scripts that pages use under bot/web/static/vendor, out of the packages pinned in tools/vendored.json."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.npm_package import read_members, read_sources

HERE = Path(__file__).parent
PLACE = HERE.parent / "bot" / "web" / "static" / "vendor"
FILES = {
    "htmx": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE"},
}


def main() -> None:
    """Fetch each package, check it, write its files."""
    PLACE.mkdir(exist_ok=True)
    for name, source in read_sources(HERE / "vendored.json").items():
        with tempfile.TemporaryDirectory() as folder:
            members = read_members(source, Path(folder), FILES[name].__contains__)
        for member, target in FILES[name].items():
            (PLACE / target).write_bytes(members[member])
            print(f"{target}: {len(members[member]):,} bytes of {source.package} {source.version}")


if __name__ == "__main__":
    main()
