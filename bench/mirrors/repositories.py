"""Which repositories and which of their merged changes are looked at: split and drawn the same way each time."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Part = Literal["build", "fresh"]

TERRAFORM = ("*.tf", "*.tf.json", "*.tofu", "*.tofu.json", "*.tfvars", "*.tfvars.json", "*.hcl", "*.tftpl", "*.tpl")


@dataclass(frozen=True, slots=True, order=True)
class Repository:
    """`name` is `owner/name`, `directory` its git directory."""

    name: str
    directory: Path

    @property
    def part(self) -> Part:
        return part(self.name)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A merged change: what it was merged into, and the merge or the squashed commit."""

    repository: str
    base: str
    head: str

    @property
    def name(self) -> str:
        """Names it in files: `owner+name/base..head`."""
        return f"{self.repository.replace('/', '+')}/{self.base[:12]}..{self.head[:12]}"


def part(name: str) -> Part:
    """Where a repository belongs, once and for all: what is mended is looked at in `build`, the figures of `fresh`
    tell how well that carries over, so that nobody looks at its changes one by one."""
    return "fresh" if int(hashlib.sha256(name.encode()).hexdigest()[0], 16) % 2 else "build"


def repositories(mirror: Path, wanted: str = "all") -> tuple[Repository, ...]:
    """The fetched repositories of a part (or "all") in order of name."""
    found = (Repository(one.parent.name.replace("+", "/", 1), one) for one in mirror.glob("*+*/repo"))
    return tuple(sorted(one for one in found if wanted in ("all", one.part)))


def merged(repository: Repository, last: int) -> tuple[Change, ...]:
    """The `last` changes on the first-parent line of HEAD that touch Terraform, newest first."""
    log = ("log", "--first-parent", f"-n{last}", "--format=%H %P", "HEAD", "--", *TERRAFORM)
    fields = (line.split() for line in git(repository.directory, *log).splitlines())
    return tuple(Change(repository.name, commit[1], commit[0]) for commit in fields if len(commit) > 1)


def head(repository: Repository) -> str:
    """The commit that HEAD names."""
    return git(repository.directory, "rev-parse", "HEAD").strip()


def drawn(names: Iterable[str], wanted: int, seed: str) -> list[str]:
    """As many of the names as wanted, in an order that depends on the seed and the names alone."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).hexdigest())[:wanted]


def git(directory: Path, *arguments: str) -> str:
    command = ("git", "-c", "safe.directory=*", "-C", str(directory), *arguments)
    run = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    if run.returncode:
        raise SystemExit(f"{directory}: git {arguments[0]} failed: {run.stderr.strip()}; fetch the repository again")
    return run.stdout
