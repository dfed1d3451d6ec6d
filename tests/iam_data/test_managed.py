from __future__ import annotations

import pytest

from bot.iam.managed import managed_path, managed_policy, managed_policy_arns


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
        "arn:aws-cn:iam::aws:policy/AdministratorAccess",
    ],
)
def test_a_managed_policy_is_known_in_every_partition(arn: str) -> None:
    document = managed_policy(arn)
    assert document is not None
    assert document["Statement"] == [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


def test_the_path_belongs_to_the_name() -> None:
    assert managed_policy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole") is not None
    assert managed_policy("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole") is None


@pytest.mark.parametrize(
    ("arn", "managed"),
    [
        ("arn:aws:iam::aws:policy/NoSuchPolicy", True),
        ("arn:aws:iam::123456789012:policy/AdministratorAccess", False),
        ("arn:aws:iam::aws:role/AdministratorAccess", False),
        ("arn::iam::aws:policy/AdministratorAccess", False),
        ("AdministratorAccess", False),
        ("", False),
    ],
)
def test_what_is_not_known_is_none(arn: str, managed: bool) -> None:
    assert managed_policy(arn) is None
    assert (managed_path(arn) is not None) is managed


def test_a_caller_may_change_what_it_got() -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    first = managed_policy(arn)
    assert first
    first.clear()
    assert managed_policy(arn)


def test_all_policies_are_readable() -> None:
    documents = [managed_policy(arn) for arn in managed_policy_arns()]
    assert len(documents) > 1_500
    assert all(document and document["Statement"] for document in documents)
