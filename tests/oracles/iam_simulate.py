"""A client of the Node process that answers requests with @cloud-copilot/iam-simulate."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).parent

Json = dict[str, Any]
"""A policy document."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Policies that count together: identity policies, a permissions boundary, the resource's policy."""

    identity: tuple[Any, ...] = ()
    boundary: tuple[Any, ...] = ()
    resource: Any = None


@dataclass(frozen=True, slots=True)
class Probe:
    """One concrete request; context values are strings or lists of them, by key."""

    principal: str
    action: str
    resource: str
    account: str
    context: dict[str, str | list[str]] = field(default_factory=dict)


def missing() -> str | None:
    """What the oracle lacks on this machine, None if it can run."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (HERE / "node_modules").is_dir():
        return "tests/oracles/node_modules is absent: run tools/services.sh"
    return None


class IamSimulate:
    """The oracle, one Node process; a context manager."""

    def __enter__(self) -> IamSimulate:
        self._node = subprocess.Popen(
            ["node", str(HERE / "iam_simulate.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.close()
        self._node.wait()
        self._node.stdout.close()

    def ask(self, policies: Judged, probes: Sequence[Probe]) -> list[str]:
        """`allowed`, `denied` or `error: ...` for each probe, in order."""
        line: dict[str, Any] = {"identity": policies.identity}
        if policies.boundary:
            line["boundary"] = policies.boundary
        if policies.resource is not None:
            line["resource"] = policies.resource
        line["requests"] = [
            {
                "principal": p.principal,
                "action": p.action,
                "resource": p.resource,
                "account": p.account,
                "context": p.context,
            }
            for p in probes
        ]
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(line) + "\n")
        self._node.stdin.flush()
        answers: list[str] = json.loads(self._node.stdout.readline())["answers"]
        return answers
