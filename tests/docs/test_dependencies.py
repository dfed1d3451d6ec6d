"""What is installed: each with its reason, its hash, and nothing that speaks to a cloud."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from tests.places import PROJECT

_CLOUDS = re.compile(r"boto|aws|azure|google-(?:cloud|auth|api)", re.IGNORECASE)
_LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ;]", requirement, maxsplit=1)[0].lower()


def declared() -> Iterator[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = (
        project["dependencies"],
        *(found for name, found in project["optional-dependencies"].items() if name != "dev"),
    )
    yield from (name for group in groups for name in map(_name, group) if name != "iam-review")


def locked() -> Iterator[tuple[str, str]]:
    """The name and the whole entry of each requirement that is locked."""
    for lock in _LOCKS:
        for entry in re.split(r"\n(?=\S)", lock.read_text("utf-8")):
            if entry.strip() and not entry.startswith(("#", "-")):
                yield _name(entry), entry


def test_each_has_a_reason() -> None:
    """Or is named as brought by one that has."""
    text = (PROJECT / "docs" / "dependencies.md").read_text("utf-8").lower()
    assert [name for name in declared() if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)] == []


def test_everything_installed_has_a_hash() -> None:
    assert [name for name, entry in locked() if "--hash=sha256:" not in entry] == []


def test_the_image_installs_by_hash_or_what_was_just_built() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    commands = [each for line in dockerfile.splitlines() for each in line.split("&&")]
    installs = [each for each in commands if re.search(r"\bpip\S* (?:install|wheel|download)\b", each)]
    assert len(installs) == 4
    assert [each for each in installs if not re.search("--require-hashes|--no-index|--no-build-isolation", each)] == []


def test_no_cloud_is_spoken_to() -> None:
    assert sorted({name for name, _ in locked() if _CLOUDS.match(name)}) == []
