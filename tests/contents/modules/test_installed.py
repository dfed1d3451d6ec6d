"""Modules of an initialised checkout, and version constraints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.contents.modules.installed import MANIFEST, installed, satisfies
from bot.contents.modules.port import ModuleCall, ModuleFiles
from tests.contents.modules.conftest import MODULE
from tests.contents.repositories import Repository, write_files
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "modules" / "constraints.yaml"
CONSTRAINTS = read_yaml(CASES.read_text("utf-8"))
CHECKS = [(case["constraint"], str(version), True) for case in CONSTRAINTS for version in case["fits"]]
CHECKS += [(case["constraint"], str(version), False) for case in CONSTRAINTS for version in case["not"]]


@pytest.mark.parametrize(("constraint", "version", "fits"), CHECKS)
def test_constraint(constraint: str, version: str, fits: bool) -> None:
    assert satisfies(version, constraint) is fits


def initialised(root: Path, *entries: dict[str, str], files: dict[str, str]) -> Path:
    """A root module in which `terraform init` has run."""
    write_files(root, {f".terraform/modules/{path}": text for path, text in files.items()})
    (root / MANIFEST).parent.mkdir(parents=True, exist_ok=True)
    (root / MANIFEST).write_text(json.dumps({"Modules": [{"Key": "", "Source": "", "Dir": "."}, *entries]}))
    return root


APP = {
    "Key": "app",
    "Source": "registry.terraform.io/acme/role/aws//modules/role",
    "Version": "5.4.0",
    "Dir": ".terraform/modules/app/modules/role",
}


@pytest.mark.parametrize(
    ("source", "version", "comes"),
    [
        ("acme/role/aws//modules/role", "5.4.0", True),
        ("acme/role/aws//modules/role", "~> 5.0", True),
        ("acme/role/aws", "5.4.0", True),
        ("acme/role/aws//modules/role", "5.3.0", False),
        ("acme/other/aws", "5.4.0", False),
        ("github.com/acme/role?ref=v1", "", False),
        ("./local", "", False),
    ],
)
def test_is_found_by_source_and_version(tmp_path: Path, source: str, version: str, comes: bool) -> None:
    root = initialised(tmp_path, APP, files={"app/modules/role/main.tf": "# role\n", "app/README.md": "x"})
    modules = installed([root])
    assert modules is not None
    found = modules([ModuleCall(source, version)])[ModuleCall(source, version)]
    assert isinstance(found, ModuleFiles) is comes
    if isinstance(found, ModuleFiles):
        assert dict(found.files) == {"modules/role/main.tf": b"# role\n"}


def test_git_addresses_in_other_words(tmp_path: Path) -> None:
    entry = {"Key": "g", "Source": "git::https://github.com/acme/role.git?ref=v1", "Dir": ".terraform/modules/g"}
    modules = installed([initialised(tmp_path, entry, files={"g/main.tf": "# g\n"})])
    call = ModuleCall("github.com/acme/role?ref=v1")
    assert modules is not None and isinstance(modules([call])[call], ModuleFiles)


@pytest.mark.parametrize("directory", ["../../etc", "/etc", ".terraform/modules/../../..", ".terraform", "", "src/app"])
def test_no_directory_elsewhere(tmp_path: Path, directory: str) -> None:
    assert installed([initialised(tmp_path, {**APP, "Dir": directory}, files={})]) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"Modules": 7}', '{"Modules": [7, {}]}', "[" * 100_000])
def test_a_manifest_that_is_none(tmp_path: Path, text: str) -> None:
    initialised(tmp_path, files={})
    (tmp_path / MANIFEST).write_text(text)
    assert installed([tmp_path]) is None


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("secret")
    root = initialised(tmp_path / "root", APP, files={"app/main.tf": "# app\n"})
    (root / ".terraform/modules/app/link.json").symlink_to(tmp_path / "secret.json")
    (root / ".terraform/modules/app/linked").symlink_to(tmp_path)
    modules, call = installed([root]), ModuleCall("acme/role/aws", "5.4.0")
    assert modules is not None
    found = modules([call])[call]
    assert isinstance(found, ModuleFiles) and set(found.files) == {"main.tf"}


def test_the_command_line_in_an_initialised_checkout(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "repository")
    text = 'module "app" {\n  source = "acme/role/aws"\n  version = "~> 5.0"\n  name = "app"\n}\n'
    repository.commit({"main.tf": ""})
    repository.commit({"main.tf": text, ".gitignore": ".terraform\n"})
    initialised(
        repository.path, {**APP, "Dir": ".terraform/modules/app"}, files={"app/main.tf": MODULE.format(action="iam:*")}
    )
    command = [
        sys.executable,
        "-m",
        "bot",
        "diff",
        "--base",
        "HEAD~1",
        "--format",
        "json",
        "--repo",
        str(repository.path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (finding,) = json.loads(done.stdout)["gained"]
    assert done.returncode == 1 and finding["location"]["file"] == "main.tf"
