"""The inventory tells of one role all that a reader asks: what it holds, what limits it, who is it, who gets it."""

from __future__ import annotations

from bot.extract import extract
from bot.review.inventory.model import HeldCondition, inventory
from tests.extract.configs import config

ROOT = config(
    {
        "aws_iam_role.app": {
            "name": "app",
            "permissions_boundary": "${var.limit}",
            "assume_role_policy": {
                "json": {
                    "Statement": {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {"Service": "ec2.amazonaws.com"},
                    }
                }
            },
        },
        "aws_iam_role_policy.p": {
            "role": "app",
            "policy": {
                "json": {
                    "Statement": {
                        "Effect": "Allow",
                        "NotAction": "iam:*",
                        "Resource": "*",
                        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
                    }
                }
            },
        },
        "aws_iam_role_policy_attachment.a": {"role": "app", "policy_arn": "${var.policy}"},
        "aws_iam_instance_profile.web": {"role": "app"},
    },
    "prod",
)


def test_a_role_with_all_that_belongs_to_it() -> None:
    (role,) = inventory([extract(ROOT, lambda arn: None)])
    (statement,) = role.statements
    assert (role.kind, role.root, role.address, role.name) == ("role", "prod", "aws_iam_role.app", "app")
    assert (statement.actions, statement.except_actions, statement.policy) == (
        ("*",),
        ("iam:*",),
        "aws_iam_role_policy.p",
    )
    assert statement.conditions == (HeldCondition("Bool", "aws:MultiFactorAuthPresent", ("true",)),)
    assert [one.policy for one in role.limits] == ["${var.limit}"]
    assert role.trust[0].principals == ("ec2.amazonaws.com",)
    assert role.used_by == ("aws_iam_instance_profile.web by instance profile",)
    assert role.unread == ("the policy attached to `app` is not known: `${var.policy}`",)
