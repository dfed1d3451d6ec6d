"""Whole modules as real Terraform plans them: the same instances, the same attributes, unknown what is unknown."""

from __future__ import annotations

import pytest

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.extract import extract
from bot.iam.managed import managed_policy
from tests.frontends.terraform.judged import NAMES, differences, evaluated, planned

SIDES = [(name, side) for name in NAMES for side in ("base", "head") if side in planned(name)]
PLANNED = [(name, side) for name, side in SIDES if "error" not in planned(name)[side]]
REFUSED = [(name, side) for name, side in SIDES if "error" in planned(name)[side]]


def test_there_are_enough() -> None:
    assert len(NAMES) >= 30 and len(PLANNED) >= 50


@pytest.mark.parametrize(("name", "side"), PLANNED)
def test_same_instances(name: str, side: str) -> None:
    ours = {instance.address for instance in evaluated(name, side).resources}
    assert ours == set(planned(name)[side])


@pytest.mark.parametrize(("name", "side"), PLANNED)
def test_same_attributes(name: str, side: str) -> None:
    theirs = planned(name)[side]
    found = [
        difference
        for instance in evaluated(name, side).resources
        if (said := theirs.get(instance.address)) is not None
        for difference in differences(
            said["values"], said["unknown"], said.get("applied"), instance.attributes, instance.address
        )
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("name", "side"), PLANNED)
def test_no_gaps(name: str, side: str) -> None:
    assert evaluated(name, side).gaps == ()


@pytest.mark.parametrize(("name", "side"), REFUSED)
def test_what_terraform_refuses_is_a_gap(name: str, side: str) -> None:
    """Of the policy that cannot be: a value without a document."""
    found = extract(evaluated(name, side), managed_policy)
    assert not found.complete and found.gaps
    for gap in found.gaps:
        assert gap.diagnostic.kind is DiagnosticKind.UNRESOLVED_ELEMENT
        assert "(the provider refuses the document: " in gap.diagnostic.reason


def test_a_difference_is_seen() -> None:
    instance = next(one for one in evaluated("for-each-roles", "head").resources if one.address.endswith('team["red"]'))
    said = dict(planned("for-each-roles")["head"][instance.address]["values"])
    assert not list(differences(said, {}, None, instance.attributes))
    changed = {**said, "assume_role_policy": said["assume_role_policy"].replace("111122223333", "999999999999")}
    assert len(list(differences(changed, {}, None, instance.attributes))) == 1
