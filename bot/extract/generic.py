"""Resource types that no table lists but that carry a policy: found by the shape of their arguments."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Diagnostic
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.mentions import plain
from bot.evaluated.value import Value
from bot.extract.argument_reading import entry_of, present
from bot.extract.choices import spelled_out
from bot.extract.extracted import ExtractionGap, UnseenPlace
from bot.extract.facts import Fact
from bot.extract.identities import document
from bot.extract.policy_shapes import documents_in, holds_chosen_policy, kind_by_shape
from bot.extract.reference import ResourceIndex, holder_of
from bot.extract.remote_gap import spans_of
from bot.iam.policy_subject import PolicySubject, Resource, Role, UnattachedPolicy
from bot.iam.statement import PolicyKind
from bot.late_pattern import late_pattern

NOT_IAM = late_pattern(
    r"^aws_(ecr(public)?_lifecycle_policy|dlm_.*|.*autoscaling.*_policy|(lb|elb|alb|load_balancer)_.*policy|.*_elb_.*policy"
    r"|cloudfront_.*_policy|fms_policy|cloudwatch_log_(data_protection|index|account)_policy.*|route53_traffic_policy"
    r"|sqs_queue_redrive.*_policy|organizations_policy.*|iam_.*|backup_plan)$"
)
"""Types whose `policy` is another language, or whose IAM meaning a table has already."""


FOR_CODE = ("environment",)
"""Arguments whose values code reads when it runs: a trust policy in them is of no role yet."""


def generic(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The policy documents of a block of an unlisted type, held by itself."""
    if NOT_IAM.match(instance.type):
        return
    for name, argument in instance.attributes.entries:
        for one in spelled_out(instance, (name,)) if holds_chosen_policy(argument) else (instance,):
            yield from _of_argument(one, index, name)


def _of_argument(instance: ResourceInstance, index: ResourceIndex, name: str) -> Iterator[Fact]:
    for value in documents_in(present(entry_of(instance.attributes, name))):
        kind = kind_by_shape(value)
        if kind is PolicyKind.TRUST and name in FOR_CODE:
            yield _for_code(instance, value)
        else:
            yield document(instance, value, kind, _itself(instance, kind, index.root))


def _for_code(instance: ResourceInstance, value: Value) -> ExtractionGap:
    """The gap of a trust policy that code is given: of which role it will be, nobody here knows."""
    spans = tuple(dict.fromkeys(spans_of(value)))
    reason = f"{instance.address} is given a trust policy, and nobody here knows for which role"
    place, remedy = spans[0] if spans else instance.span, "Review which roles it makes or changes with that."
    told = Diagnostic(DiagnosticKind.HELD_ELSEWHERE, reason, "", place, remedy)
    return ExtractionGap(told, instance.address, UnseenPlace(instance.address, repr(plain(value))), spans)


def _itself(instance: ResourceInstance, kind: PolicyKind, root: str) -> PolicySubject:
    """The block as the holder of a policy of that kind."""
    match kind:
        case PolicyKind.TRUST:
            return holder_of(instance, Role, root).trust
        case PolicyKind.RESOURCE:
            return holder_of(instance, Resource, root)
    return holder_of(instance, UnattachedPolicy, root)
