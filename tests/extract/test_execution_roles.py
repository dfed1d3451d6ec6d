"""Every resource type that runs as a role, or with an instance profile, has an edge to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.extract import extract
from tests.extract.configs import config
from tests.yaml_files import read_yaml

ROLES: dict[str, str] = read_yaml(Path("tests/cases/extract/types/execution_roles.yaml").read_text())

WORDS: dict[str, str] = read_yaml(Path("tests/cases/extract/types/role_words.yaml").read_text())


def _arguments(path: str, value: str) -> dict[str, Any]:
    first, _, rest = path.removeprefix("json:").partition(".")
    if not rest:
        return {first: value}
    if first == "setting":
        return {"setting": [{"name": rest, "value": value}]}
    inner = _arguments(rest, value)
    return {first: {"json": inner} if path.startswith("json:") else [inner]}


@pytest.mark.parametrize("kind", ROLES)
def test_runs_as_its_role(kind: str) -> None:
    path = ROLES[kind]
    by_profile = "instance_profile" in path or path.endswith(("IamInstanceProfile", "instance_role"))
    thing = "aws_iam_instance_profile.p" if by_profile else "aws_iam_role.r"
    arguments = _arguments(path, f"${{{thing}.arn}}")
    resources: dict[str, Any] = {"aws_iam_role.r": {}, "aws_iam_instance_profile.p": {"role": "${aws_iam_role.r.name}"}}
    edges = extract(config({**resources, f"{kind}.x": arguments}), lambda arn: None).edges
    assert (f"{kind}.x", thing) in {(edge.node, edge.target) for edge in edges}


@pytest.mark.parametrize("argument", WORDS)
def test_the_role_is_called_what_people_call_it(argument: str) -> None:
    resources: dict[str, Any] = {"aws_iam_role.r": {}, "aws_some_thing.x": {argument: "${aws_iam_role.r.arn}"}}
    (edge,) = extract(config(resources), lambda arn: None).edges
    assert edge.via == WORDS[argument]


def test_about_as_many_as_the_provider_has() -> None:
    assert len(ROLES) >= 149


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("aws_autoscaling_group", {"launch_template": [{"id": "${aws_launch_template.t.id}"}]}),
        (
            "aws_autoscaling_group",
            {
                "mixed_instances_policy": [
                    {
                        "launch_template": [
                            {"launch_template_specification": [{"launch_template_id": "${aws_launch_template.t.id}"}]}
                        ]
                    }
                ]
            },
        ),
        ("aws_eks_node_group", {"launch_template": [{"name": "${aws_launch_template.t.name}"}]}),
        (
            "aws_spot_fleet_request",
            {"launch_template_config": [{"launch_template_specification": [{"id": "${aws_launch_template.t.id}"}]}]},
        ),
        (
            "aws_ec2_fleet",
            {
                "launch_template_config": [
                    {"launch_template_specification": [{"launch_template_id": "${aws_launch_template.t.id}"}]}
                ]
            },
        ),
    ],
)
def test_is_made_from_its_template(kind: str, arguments: dict[str, Any]) -> None:
    edges = extract(config({"aws_launch_template.t": {}, f"{kind}.x": arguments}), lambda arn: None).edges
    assert [(edge.node, edge.via, edge.target) for edge in edges] == [
        (f"{kind}.x", "template", "aws_launch_template.t")
    ]
