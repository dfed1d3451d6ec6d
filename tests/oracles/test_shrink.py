from __future__ import annotations

from bench.shrink import shrink
from tests.oracles.iam_simulate import Json


def test_a_failing_pair_loses_what_the_failure_does_not_need() -> None:
    condition = {"StringEquals": {"aws:SourceVpc": ["v", "w"]}, "Bool": {"aws:SecureTransport": "true"}}
    needed = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*", "Condition": condition}
    other = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
    base = {"Version": "2012-10-17", "Statement": [other, needed]}
    head = {"Version": "2012-10-17", "Statement": [needed]}

    def fails(base: Json, head: Json) -> bool:
        return "s3:PutObject" in str(base) and "aws:SourceVpc" in str(head)

    small_base, small_head = shrink(base, head, fails)
    assert small_base["Statement"] == [{"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "*"}]
    (kept,) = small_head["Statement"]
    assert kept["Condition"] == {"StringEquals": {"aws:SourceVpc": ["w"]}}
