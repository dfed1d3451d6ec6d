"""Plans made to break the reader: nothing raises but a refusal, nothing takes long, nothing is hidden."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.evaluated.address import block_of, enclosing, key_suffix, module_prefix, reference_of
from bot.evaluated.trails import is_known, string
from bot.evaluated.value import ListValue, ObjectValue, Value
from bot.frontends.terraform.plan.fill import fill
from bot.frontends.terraform.plan.plan import PlanFault
from bot.frontends.terraform.plan.values import value_of
from bot.review.model import Review
from bot.review.planned import PlanFile
from bot.review.planned.sides import read_plans
from tests.frontends.terraform.plain import plain
from tests.review.planned.reviews import NOTHING, plan_of, reviewed

SECONDS = 10.0
WIDE = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def shown(*changes: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"format_version": "1.2", "resource_changes": changes, **more}).encode()


def change(address: str = "aws_iam_role_policy.p", **values: Any) -> dict[str, Any]:
    kind = "aws_iam_role_policy"
    created = {"actions": ["create"], "before": None, "after": {"role": "r", "policy": WIDE, **values}}
    return {"address": address, "mode": "managed", "type": kind, "name": "p", "change": created}


def review(content: bytes) -> Review:
    return reviewed(NOTHING, PlanFile("plan.json", content))


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def in_place_of_the_role(text: str) -> bytes:
    return shown(change()).replace(b'"role": "r"', text.encode())


def unknown(mask: str) -> bytes:
    return shown(change()).replace(b'"actions"', b'"after_unknown": ' + mask.encode() + b', "actions"')


MANY = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}] * 5_000})
ENDLESS = b'{"module_calls": {"m": {"module": ' * 300 + b"{}" + b"}}}" * 300

BOMBS: dict[str, bytes] = {
    "deep in an attribute that is read": in_place_of_the_role(f'"path": {nested(100_000)}'),
    "deep in an attribute that is not": in_place_of_the_role(f'"tags": {nested(100_000)}'),
    "deep in a mask": unknown(f'{{"x": {nested(900)}}}'),
    "deep in a section that is passed over": shown(change(), planned_values=0).replace(b"0", nested(100_000).encode()),
    "a policy that is deep JSON": shown(change(policy=nested(50_000))),
    "a policy of many statements": shown(change(policy=MANY)),
    "many resources": shown(*(change(f"aws_iam_role_policy.p[{number}]") for number in range(1_000))),
    "a long address": shown(change("aws_iam_role_policy.p" + "[" * 100_000)),
    "many quotes": shown(change('aws_iam_role_policy.p["' + '["' * 900)),
    "one address many times": shown(*(change() for _ in range(1_000))),
    "modules without end": shown(configuration={"root_module": {}}).replace(b"{}", ENDLESS),
    "an unknown that is everything": unknown("true"),
    "numbers without end": in_place_of_the_role(f'"path": {"9" * 100_000}'),
    "two of one name": in_place_of_the_role('"role": "r", "role": "s"'),
    "a type of another": shown({**change(), "type": "aws_s3_bucket_policy"}),
    "no type": shown({**change(), "type": ""}),
    "lists for texts": shown(change(role=["r"], policy=[WIDE])),
    "objects for texts": shown(change(role={"r": 1}, policy={"Statement": []})),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(name: str) -> None:
    started = time.process_time()
    try:
        review(BOMBS[name])
    except UsageError as refused:
        assert str(refused).startswith("plan.json") and len(str(refused)) < 1_000
    assert time.process_time() - started < SECONDS


def test_a_large_plan_is_refused_unread() -> None:
    with pytest.raises(UsageError, match="larger than 64 MiB"):
        review(b" " * (65 * 1024**2))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_part_of_a_plan_replaced(data: st.DataObject) -> None:
    """One value anywhere in a real plan is something else: a review, or a refusal."""
    plan = json.loads(plan_of("for-each-roles").content)
    holder: Any = plan
    while isinstance(holder, (dict, list)) and holder:
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], (dict, list)) or not holder[key] or data.draw(st.booleans()):
            holder[key] = data.draw(JSON)
            break
        holder = holder[key]
    try:
        (read,) = read_plans([PlanFile("plan.json", json.dumps(plan).encode())])
    except PlanFault:
        return
    assert read.name == "plan.json"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet='module.a[]"\\0', max_size=60))
def test_any_address(address: str) -> None:
    block = block_of(address)
    assert len(block) <= len(address) and address.startswith(module_prefix(address))
    assert address.endswith(key_suffix(address)) and list(enclosing(block)) is not None
    assert isinstance(reference_of(address, (address, "each.key")), str)


@settings(max_examples=100, deadline=None)
@given(JSON, JSON)
def test_what_is_filled_in_is_what_is_planned(written: Any, planned: Any) -> None:
    """Whatever was written, the value is the planned one, but where the plan says nothing."""
    value = value_of(planned, None, "x")
    found = fill(value_of(written, None, "y"), value)
    assert is_known(found.value) and (_alike(found.value, value) or found.agrees)


def _alike(left: Value, right: Value) -> bool:
    return bool(_sorted(plain(left)) == _sorted(plain(right)))


def _sorted(content: Any) -> Any:
    if isinstance(content, list) and len(content) == 1:
        return _sorted(content[0])
    if isinstance(content, list):
        return sorted((_sorted(each) for each in content), key=repr)
    if isinstance(content, dict):
        return {name: _sorted(each) for name, each in content.items() if each not in (None, "", [], {}, False, 0)}
    return str(content).lower() if isinstance(content, bool) else str(content)


def test_lists_of_any_length_are_matched_in_time() -> None:
    many = ListValue(tuple(ObjectValue((("a", string(str(number))),)) for number in range(3_000)))
    other = ListValue(tuple(ObjectValue((("a", string(f"x{number}")),)) for number in range(3_000)))
    started = time.process_time()
    assert not fill(many, other).agrees
    assert time.process_time() - started < SECONDS
