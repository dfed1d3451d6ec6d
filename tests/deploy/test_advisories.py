"""pip-audit on a checkout of an advisory database: what is affected, what is not, and that nothing is no pass."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.advisories import advisories_for, main, newest, read_advisories

CHECKOUT = Path("tests/cases/advisories")


@pytest.mark.parametrize(
    ("package", "version", "expected"),
    [
        ("lone-parser", "1.4", ["EXAMPLE-1"]),
        ("Lone_Parser", "1.4.0", ["EXAMPLE-1"]),
        ("lone-parser", "1.5", []),
        ("lone-parser", "2.0", ["EXAMPLE-1"]),  # introduced again
        ("lone-parser", "2.1", ["EXAMPLE-1"]),  # the last affected itself
        ("lone-parser", "2.1.1", []),
        ("lone-parser", "0.9-odd", ["EXAMPLE-1"]),  # named, and no version that could be compared
        ("never-fixed", "99.0", ["EXAMPLE-2"]),  # newer than the database
        ("never-fixed", "0.1", []),
        ("odd-bound", "3.0", ["EXAMPLE-3"]),
        ("unheard-of", "1.0", []),
    ],
)
def test_what_is_affected(package: str, version: str, expected: list[str]) -> None:
    advisories = read_advisories(CHECKOUT)
    assert [each["id"] for each in advisories_for(advisories, package, version)] == expected


def test_its_date_is_said() -> None:
    assert newest(read_advisories(CHECKOUT)) == "2026-03-02"


def test_a_folder_without_advisories_is_no_clean_audit(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no advisories in vulns/; give a checkout of the PyPA advisory database"):
        read_advisories(tmp_path)


def test_without_a_checkout_it_says_what_is_missing() -> None:
    with pytest.raises(SystemExit, match="which checkout is missing"):
        main([])


@pytest.mark.parametrize(("requirement", "code"), [("lone-parser==1.4", 1), ("lone-parser==1.5", 0)])
def test_pip_audit_judges_by_it(tmp_path: Path, requirement: str, code: int) -> None:
    wanted = tmp_path / "requirements.txt"
    wanted.write_text(f"{requirement}\n")
    command = [sys.executable, "-m", "tools.advisories", str(CHECKOUT), "-r", str(wanted), "--no-deps", "--disable-pip"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (answer.returncode, "EXAMPLE-1" in answer.stdout) == (code, code == 1), answer.stderr


def test_where_nothing_can_be_asked_the_audit_fails(tmp_path: Path) -> None:
    """As `make audit` asks, with nothing behind the proxy."""
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("lone-parser==1.4\n")
    command = [sys.executable, "-m", "pip_audit", "-r", str(wanted), "--no-deps", "--disable-pip"]
    command += ["--cache-dir", str(tmp_path / "cache")]
    nowhere = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    answer = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False, timeout=120)
    assert answer.returncode != 0 and "Unable to connect to proxy" in answer.stderr
