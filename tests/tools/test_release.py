"""tools/release.py: what stands beside the packages is right, and what is wrong with a release is told."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import __version__
from tests.contents.repositories import write_files
from tools import one_file, release

REVISION = "c" * 40
WHEN = datetime(2026, 11, 27, tzinfo=UTC)
ABOUT = f"iam_review-{__version__}.dist-info/METADATA"
METADATA = f"Metadata-Version: 2.4\nName: iam-review\nVersion: {__version__}\n" + "".join(
    f"Provides-Extra: {extra}\n" for extra in ("ci", "mcp", "sentry", "server")
)
SOURCES = (
    "bot/a.py",
    "docs/rules/a.md",
    "deploy/compose.yaml",
    "requirements/ci.txt",
    "templates/review.yml",
    "Dockerfile",
    *(name for name in release.sources() if "." in name or name.isupper()),
)


def wheel(folder: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(folder / f"iam_review-{__version__}-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def sdist(folder: Path, names: tuple[str, ...]) -> None:
    with tarfile.open(folder / f"iam_review-{__version__}.tar.gz", "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(f"iam_review-{__version__}/{name}"), io.BytesIO())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wheel(tmp_path, {ABOUT: METADATA, release.BUILT_BY: ""})
    sdist(tmp_path, SOURCES)
    (tmp_path / one_file.NAME).touch()
    release.write(tmp_path, REVISION, WHEN)
    return tmp_path


def test_a_whole_release_has_no_problems(folder: Path) -> None:
    assert list(release.problems(folder)) == []


def test_the_same_commit_gives_the_same_files(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    release.write(folder, REVISION, WHEN)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def _tampered(folder: Path) -> None:
    (folder / release.NOTES).write_text("nothing to see")


def _added(folder: Path) -> None:
    (folder / "extra.whl").touch()


def _removed(folder: Path) -> None:
    (folder / release.NOTES).unlink()


def _without_grammar(folder: Path) -> None:
    wheel(folder, {ABOUT: METADATA})
    release.write(folder, REVISION, WHEN)


def _with_tests(folder: Path) -> None:
    wheel(folder, {ABOUT: METADATA, release.BUILT_BY: "", "tests/a.py": ""})
    release.write(folder, REVISION, WHEN)


def _of_another_version(folder: Path) -> None:
    wheel(folder, {ABOUT: METADATA.replace(__version__, "0.0.9"), release.BUILT_BY: ""})
    release.write(folder, REVISION, WHEN)


def _without_an_extra(folder: Path) -> None:
    wheel(folder, {ABOUT: METADATA.replace("Provides-Extra: ci\n", ""), release.BUILT_BY: ""})
    release.write(folder, REVISION, WHEN)


def _with_a_secret(folder: Path) -> None:
    sdist(folder, (*SOURCES, "var/token"))
    release.write(folder, REVISION, WHEN)


def _with_the_table(folder: Path) -> None:
    sdist(folder, (*SOURCES, release.BUILT_BY))
    release.write(folder, REVISION, WHEN)


def _dirty(folder: Path) -> None:
    release.write(folder, f"{REVISION}-dirty", WHEN)


def _without_sdist(folder: Path) -> None:
    (folder / f"iam_review-{__version__}.tar.gz").unlink()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_tampered, "SHA256SUMS: NOTES.md has another hash"),
        (_added, "SHA256SUMS: extra.whl is not listed"),
        (_removed, "SHA256SUMS: NOTES.md is not there"),
        (_without_grammar, "has no compiled grammar"),
        (_with_tests, "holds tests"),
        (_of_another_version, "the versions differ: {'wheel': '0.0.9'"),
        (_without_an_extra, "has the extras ['mcp', 'sentry', 'server']"),
        (_with_a_secret, "differs by var"),
        (_with_the_table, "holds what its wheel is to make"),
        (_dirty, "commit first"),
        (_without_sdist, "does not hold exactly one sdist, one wheel and one file"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, change: Callable[[Path], None], says: str) -> None:
    change(folder)
    assert [problem for problem in release.problems(folder) if says in problem]


def test_the_bill_names_every_package_with_its_licence_and_extra() -> None:
    bill = json.loads(release.bill_of_materials(REVISION, WHEN))
    extras = {one["name"]: one["properties"][0]["value"] for one in bill["components"]}
    assert (extras["msgspec"], extras["pygithub"], extras["flask"]) == ("none", "ci", "server")
    listed = [release.pinned(release.ROOT / "requirements" / file) for file in release.EXTRAS.values()]
    assert extras.keys() == {name for names in listed for name in names}
    bare = {one["name"] for one in bill["components"] if not one.get("licenses")}
    assert bare <= {"async-timeout", "httpx2-jsfetch", "pywin32", "tzdata"}, (
        "these are for other machines than this one"
    )


def test_notes_are_the_newest_section() -> None:
    assert release.notes("# Changelog\n\n## Unreleased\n\nFirst.\n\n### Fixed\n- a\n\n## 0.1.0\n\nOld.\n") == (
        f"# iam-review {__version__}\n\nFirst.\n\n### Fixed\n- a\n"
    )


def test_one_file_holds_the_compiled_code_of_each_python(tmp_path: Path) -> None:
    for python, code in (("311", "a"), ("312", "b")):
        names = {f"p/_c.cpython-{python}-x86_64-linux-gnu.so": code, "p/__init__.py": "", "p-1.dist-info/RECORD": code}
        write_files(tmp_path / python, names)
        one_file.merge(tmp_path / python, tmp_path / "site")
    one_file.tidy(tmp_path / "site")
    there = {path.name for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert there == {"__init__.py", "_c.cpython-311-x86_64-linux-gnu.so", "_c.cpython-312-x86_64-linux-gnu.so"}
    write_files(tmp_path / "again", {"p/_c.cpython-311-x86_64-linux-gnu.so": "another"})
    with pytest.raises(ValueError, match="is another one for again"):
        one_file.merge(tmp_path / "again", tmp_path / "site")
