"""Makes a release of what lies in a folder, and checks it: hashes, bill of materials, provenance, notes.

    python -m tools.release dist

The folder holds the sdist and the wheel that `uv build` made, the file of tools/one_file.py and maybe the image of
tools/image.sh (`make release`). What is written beside them is made of these, of the hashed requirements and of the
commit alone: the same commit gives the same files. Nothing is uploaded or signed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from bot import __version__
from tools import one_file

ROOT = Path(__file__).parent.parent
SUMS, BILL, PROVENANCE, NOTES = "SHA256SUMS", "sbom.cdx.json", "provenance.json", "NOTES.md"
EXTRAS = {"": "slim.txt", "ci": "ci.txt", "server": "runtime.txt", "mcp": "mcp.txt"}
"""Which requirements an extra brings, the smallest first."""

BUILT_BY = "bot/frontends/terraform/syntax/grammar.bin"
"""What only a built wheel has."""


def main() -> int:
    """Write and check; 1 and the reasons if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    write(folder, commit(), committed_at())
    wrong = list(problems(folder))
    for each in wrong:
        print(f"release: {each}", file=sys.stderr)
    print(f"release: {__version__} in {folder}: {', '.join(sorted(path.name for path in folder.iterdir()))}")
    return int(bool(wrong))


def write(folder: Path, revision: str, when: datetime) -> None:
    """What goes beside the packages."""
    (folder / BILL).write_text(bill_of_materials(revision, when), "utf-8")
    (folder / NOTES).write_text(notes((ROOT / "CHANGELOG.md").read_text("utf-8")), "utf-8")
    (folder / PROVENANCE).write_text(provenance(sums(packages(folder)), revision), "utf-8")
    (folder / SUMS).unlink(missing_ok=True)
    listed = sums(sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")))
    (folder / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in listed.items()), "utf-8")


def packages(folder: Path) -> list[Path]:
    """The sdist, the wheel, the one file, and the image where it was made."""
    names = ("iam_review-*.tar.gz", "iam_review-*.whl", "iam-review-*.pyz", "iam-review-*.oci.tar")
    return sorted(path for name in names for path in folder.glob(name))


def sums(files: list[Path]) -> dict[str, str]:
    """The SHA-256 of each file by its name, as `sha256sum` prints them."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def commit() -> str:
    """The commit that is released, with "-dirty" where files differ from it."""
    return _git("describe", "--always", "--abbrev=40", "--match=", "--dirty")


def committed_at() -> datetime:
    """When that was; what is made has no other time."""
    return datetime.fromtimestamp(int(_git("log", "-1", "--format=%ct")), UTC)


def _git(*arguments: str) -> str:
    return subprocess.run(("git", *arguments), cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def pinned(file: Path) -> dict[str, str]:
    """Names and versions of hashed requirements."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[\w+\])?==([^\s;\\]+)", file.read_text("utf-8"), re.M))


def bill_of_materials(revision: str, when: datetime) -> str:
    """Every package that an installation brings, with its licence and the extra that brings it, as CycloneDX."""
    of_ours = Component(name="iam-review", version=__version__, type=ComponentType.APPLICATION, bom_ref="iam-review")
    of_ours.licenses.add(LicenseFactory().make_from_string("MIT"))
    bill = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"iam-review/{revision}"))
    bill.metadata.component, bill.metadata.timestamp = of_ours, when
    known: dict[str, Component] = {}
    for extra, file in EXTRAS.items():
        for name, version in pinned(ROOT / "requirements" / file).items():
            if name not in known:
                known[name] = _component(name, version, extra)
    for component in known.values():
        bill.components.add(component)
    bill.register_dependency(of_ours, known.values())
    return JsonV1Dot6(bill).output_as_string(indent=1)


def _component(name: str, version: str, extra: str) -> Component:
    reference = PackageURL("pypi", None, name, version)
    component = Component(name=name, version=version, purl=reference, bom_ref=str(reference))
    component.properties.add(Property(name="iam-review:extra", value=extra or "none"))
    licence = _licence(name)
    if licence:
        component.licenses.add(LicenseFactory().make_from_string(licence))
    return component


def _licence(name: str) -> str:
    """As the package declares it; "" if it does not, or is not installed on this Python."""
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    classified = [
        one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or () if one.startswith("License ::")
    ]
    said = about.get("License-Expression") or about.get("License") or ""
    return said if said and "\n" not in said else next(iter(classified), "")


def provenance(subjects: Mapping[str, str], revision: str) -> str:
    """What the packages were made of, as an in-toto statement of SLSA's provenance; whoever publishes signs it."""
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects.items()],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "make release",
                "externalParameters": {"version": __version__},
                "resolvedDependencies": [{"name": "source", "digest": {"gitCommit": revision}}],
            },
            "runDetails": {"builder": {"id": "tools/release.py"}},
        },
    }
    return json.dumps(statement, indent=1) + "\n"


def notes(changelog: str) -> str:
    """The first section of the changelog, which begins with what users notice."""
    newest = changelog.split("\n## ")[1].partition("\n")[2]
    return f"# iam-review {__version__}\n\n{newest.strip()}\n"


def problems(folder: Path) -> Iterator[str]:
    """What is wrong with a release."""
    found = packages(folder)
    wanted = [one_file.NAME, f"iam_review-{__version__}-py3-none-any.whl", f"iam_review-{__version__}.tar.gz"]
    if [path.name for path in found if not path.name.endswith(".oci.tar")] != wanted:
        yield f"{folder} does not hold exactly one sdist, one wheel and one file of {__version__}"
        return
    yield from _wrong_sums(folder)
    yield from _wrong_wheel(next(path for path in found if path.suffix == ".whl"))
    yield from _wrong_sdist(next(path for path in found if path.suffix == ".gz"))
    errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str((folder / BILL).read_text("utf-8"))
    if errors is not None:
        yield f"{BILL}: {errors}"
    if "-dirty" in (folder / PROVENANCE).read_text("utf-8"):
        yield "files differ from the commit: commit first"


def _wrong_sums(folder: Path) -> Iterator[str]:
    listed = dict(reversed(line.split("  ")) for line in (folder / SUMS).read_text("utf-8").splitlines())
    there = {path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")} - {SUMS}
    for name in sorted(there ^ listed.keys()):
        yield f"{SUMS}: {name} is {'not listed' if name in there else 'not there'}"
    for name, digest in sums([folder / name for name in sorted(there & listed.keys())]).items():
        if digest != listed[name]:
            yield f"{SUMS}: {name} has another hash"


def _wrong_wheel(wheel: Path) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = message_from_bytes(archive.read(f"iam_review-{__version__}.dist-info/METADATA"))
    if BUILT_BY not in names:
        yield f"{wheel.name} has no compiled grammar"
    if foreign := sorted({name.split("/")[0] for name in names} - {"bot", f"iam_review-{__version__}.dist-info"}):
        yield f"{wheel.name} holds {', '.join(foreign)}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = {"wheel": about["Version"], "pyproject.toml": project["version"], "program": __version__}
    if len(set(versions.values())) > 1:
        yield f"the versions differ: {versions}"
    if about.get_all("Provides-Extra") != sorted(project["optional-dependencies"]):
        yield f"{wheel.name} has the extras {about.get_all('Provides-Extra')}"


def sources() -> frozenset[str]:
    """What the sdist is to hold at its top: what pyproject.toml lists, and what every sdist has."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = project["tool"]["hatch"]["build"]["targets"]["sdist"]["only-include"]
    return frozenset(("PKG-INFO", *(name.partition("/")[0] for name in listed)))


def _wrong_sdist(sdist: Path) -> Iterator[str]:
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    if any(name.endswith(BUILT_BY) for name in names):
        yield f"{sdist.name} holds what its wheel is to make"
    tops = {name.split("/")[1] for name in names if "/" in name}
    if unlike := (tops - {".gitignore"}) ^ sources():
        yield f"{sdist.name} differs by {', '.join(sorted(unlike))}"


if __name__ == "__main__":
    sys.exit(main())
