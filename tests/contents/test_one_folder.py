"""One folder by itself: what is listed, what is read at first, and that the rest is only read when it is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.contents.folders import OneFolder
from bot.errors import ContentsError, RevisionError


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    for name in ("main.tf", "copy.tf", "policies/deploy.json", ".terraform/modules/a/main.tf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    with (tmp_path / "disk.img").open("wb") as image:
        image.truncate(2**40)  # nobody could read a terabyte here
    (tmp_path / "link.tf").symlink_to("main.tf")

    folder = OneFolder.listed(tmp_path)

    assert set(folder.listing) == {"main.tf", "copy.tf", "policies/deploy.json", "disk.img", "link.tf"}
    ids = folder.listing
    assert folder.first() == {ids["main.tf"]: b"{}", ids["copy.tf"]: b"{}", ids["link.tf"]: b"main.tf"}
    assert folder.read([ids["policies/deploy.json"], "no-such-id"]) == {ids["policies/deploy.json"]: b"{}"}


def test_an_odd_name_is_listed_as_git_lists_it(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.tf")).write_text("")
    assert list(OneFolder.listed(tmp_path).listing) == ["caf\\xe9.tf"]


def test_what_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="is not a directory"):
        OneFolder.listed(tmp_path / "nowhere")


def test_a_file_that_goes_after_it_was_listed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    folder = OneFolder.listed(tmp_path)
    (tmp_path / "main.tf").unlink()
    with pytest.raises(ContentsError, match=r"cannot read .*main\.tf: No such file or directory"):
        folder.first()
