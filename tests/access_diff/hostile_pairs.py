"""Pairs of policies made to be expensive; as a program, judges each and prints seconds of CPU and the peak of memory.

python -m tests.access_diff.hostile_pairs
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.access_diff.pairs import judge_pair
from bot.iam.statement import PolicyKind

Pair = tuple[list[Any], list[Any]]


def allow(resources: object, action: object = "s3:GetObject", **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resources, **more}


def deny(resources: object, action: object = "s3:GetObject", **more: object) -> dict[str, Any]:
    return {**allow(resources, action, **more), "Effect": "Deny"}


def bucket(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def when(operator: str, key: str, values: object) -> dict[str, Any]:
    return {"Condition": {operator: {key: values}}}


def nested(depth: int) -> object:
    value: object = "s3:GetObject"
    for _ in range(depth):
        value = [value]
    return value


NEW: dict[str, Callable[[], Pair]] = {
    "many stars": lambda: ([allow(bucket("a*" * 50_000))], [allow(bucket("*a" * 50_000))]),
    "many question marks": lambda: ([allow(bucket("?*a" * 33_000))], [allow(bucket("a*?" * 33_000))]),
    "a long name": lambda: ([allow(bucket("a" * 100_000))], [allow(bucket("a" * 99_999 + "*"))]),
    "a long action": lambda: ([allow("*", "s3:" + "a*" * 50_000)], [allow("*", "s3:" + "*a" * 50_000)]),
    "a long value": lambda: (
        [allow("*", **when("StringLike", "aws:PrincipalTag/t", "a*" * 50_000))],
        [allow("*", **when("StringLike", "aws:PrincipalTag/t", "*a" * 50_000))],
    ),
    "a long value of either case": lambda: (
        [allow("*", **when("StringEqualsIgnoreCase", "aws:PrincipalTag/t", "a" * 100_000))],
        [allow("*", **when("StringEqualsIgnoreCase", "aws:PrincipalTag/t", "A" * 99_999 + "b"))],
    ),
    "a long number": lambda: (
        [allow("*", **when("NumericLessThan", "s3:max-keys", "9" * 100_000))],
        [allow("*", **when("NumericLessThan", "s3:max-keys", "1e999999999"))],
    ),
    "a long key": lambda: ([allow("*", **when("StringEquals", "k" * 100_000, "a"))], [allow("*")]),
    "5,000 statements": lambda: (
        [allow(bucket(f"b{i}/*")) for i in range(5_000)],
        [allow(bucket(f"c{i}/*")) for i in range(5_000)],
    ),
    "5,000 statements and one more": lambda: (
        [allow(bucket(f"b{i}/*")) for i in range(5_000)],
        [allow(bucket(f"b{i}/*")) for i in range(5_001)],
    ),
    "5,000 Denies without one": lambda: (
        [allow("*"), *(deny(bucket(f"b{i}/*")) for i in range(5_000))],
        [allow("*"), *(deny(bucket(f"b{i}/*")) for i in range(4_999))],
    ),
    "5,000 overlapping statements": lambda: (
        [allow(bucket(f"*{i}*/*")) for i in range(5_000)],
        [allow(bucket(f"*{i}*/?*"), "s3:Get*") for i in range(5_000)],
    ),
    "10,000 patterns": lambda: (
        [allow([bucket(f"b{i}/x*") for i in range(10_000)])],
        [allow([bucket(f"b{i}/*") for i in range(10_000)])],
    ),
    "10,000 patterns and one more": lambda: (
        [allow([bucket(f"b{i}/x*") for i in range(10_000)])],
        [allow([bucket(f"b{i}/x*") for i in range(10_001)])],
    ),
    "10,000 actions": lambda: ([allow("*", [f"s3:Get{i}*" for i in range(10_000)])], [allow("*", "s3:Get*")]),
    "10,000 values": lambda: (
        [allow("*", **when("StringLike", "aws:PrincipalTag/t", [f"*{i}*" for i in range(10_000)]))],
        [allow("*", **when("StringLike", "aws:PrincipalTag/t", [f"*{i}*" for i in range(10_001)]))],
    ),
    "10,000 addresses": lambda: (
        [allow("*", **when("IpAddress", "aws:SourceIp", [f"10.{i // 250}.{i % 250}.0/24" for i in range(10_000)]))],
        [allow("*", **when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))],
    ),
    "20 tags, one value in common": lambda: (
        [
            allow(
                "*", "s3:*", Condition={"StringEquals": {f"aws:PrincipalTag/k{i}": "v", "aws:PrincipalTag/z": str(i)}}
            )
            for i in range(20)
        ],
        [allow("*", "s3:*")],
    ),
    "many variables": lambda: (
        [allow([bucket("/".join(f"${{aws:PrincipalTag/{i}}}" for i in range(40)) + "/*")])],
        [allow([bucket("*")])],
    ),
    "variables in every statement": lambda: (
        [allow(bucket(f"${{aws:PrincipalTag/t{i}}}/*")) for i in range(300)],
        [allow(bucket(f"${{aws:PrincipalTag/t{i}}}/?*"), "s3:Get*") for i in range(300)],
    ),
    "lists in lists": lambda: ([allow("*", "s3:PutObject")], [allow("*", nested(300))]),
}
"""Something may be new: the answer is "new" or "not decided"."""

SAME: dict[str, Callable[[], Pair]] = {
    "the same in another order": lambda: (
        [allow([bucket(f"*{i}*{j}?/*") for j in range(10)]) for i in range(1_000)],
        [allow([bucket(f"*{i}*{j}?/*") for j in range(10)]) for i in range(1_000)][::-1],
    ),
    "10,000 patterns less one": lambda: (
        [allow([bucket(f"b{i}/x") for i in range(10_000)])],
        [allow([bucket(f"b{i}/x") for i in range(9_999)])],
    ),
    "5,000 statements less one": lambda: (
        [allow(bucket(f"b{i}/*")) for i in range(5_000)],
        [allow(bucket(f"b{i}/*")) for i in range(4_999)],
    ),
}
"""Nothing is new, and the answer is that."""


def document(statements: list[Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def measured(name: str) -> dict[str, Any]:
    """The verdict on a pair, the CPU seconds it took, the process's peak of memory in MB."""
    old, new = {**NEW, **SAME}[name]()
    start = time.process_time()
    verdict = judge_pair(document(old), document(new), PolicyKind.IDENTITY)
    seconds = time.process_time() - start
    return {"name": name, "seconds": round(seconds, 2), "megabytes": round(_peak()), "verdict": asdict(verdict)}


def _peak() -> float:
    """Megabytes. Not ru_maxrss: a process inherits that from its parent, here a test runner that has grown large."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    judge_pair(document([]), document([allow("*")]), PolicyKind.IDENTITY)
    for name in (*NEW, *SAME):
        sys.stdout.write(json.dumps(measured(name), default=str) + "\n")
