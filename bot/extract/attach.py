"""Resolves one attachment: a customer policy of the root, an AWS-managed policy, or one that cannot be seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.evaluated.diagnostic import Diagnostic, join_trails
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol, Text, from_json
from bot.evaluated.guard import Guard, disabled_by_default
from bot.extract.choices import Guards
from bot.extract.documents import DocumentReading
from bot.extract.extracted import ExtractionGap, Holding, UnseenPolicy
from bot.extract.facts import Attachment, Document
from bot.extract.guards import together
from bot.extract.managed_arns import managed_arn
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem, parse_policy
from bot.iam.statement import Effect, PolicyKind, Statement

Managed = Callable[[str], Mapping[str, object] | None]
"""The document of the AWS-managed policy with this ARN (partition `aws`), None if there is none."""


@dataclass(slots=True)
class Draft:
    """What has been put together so far; `customer` are the root's customer-managed policies by address.

    A module that is not read may make a policy of several documents.
    """

    managed: Managed
    customer: Mapping[str, list[tuple[Document, DocumentReading]]]
    grants: dict[Grant, None] = field(default_factory=dict)
    handed: list[Grant] = field(default_factory=list)
    gaps: list[ExtractionGap] = field(default_factory=list)
    problems: list[PolicyProblem] = field(default_factory=list)
    managed_statements: dict[str, tuple[Statement, ...] | None] = field(default_factory=dict)

    def add(self, grant: Grant, *guards: Guard, attached: Guards = ()) -> None:
        """Add a grant whose text also depends on `guards`, and whose being `attached` on these, unless they exclude
        each other."""
        of_text, combined = (together(*grant.guards, *guards, *more) for more in ((), attached))
        if of_text is not None and combined is not None:
            self.grants.setdefault(dataclasses.replace(grant, guards=combined, text_guards=of_text))

    def statements_of(self, arn: str) -> tuple[Statement, ...] | None:
        """The statements of an AWS-managed policy, None if it is unknown."""
        if arn not in self.managed_statements:
            document = self.managed(arn)
            read = None if document is None else parse_policy(from_json(document), PolicyKind.IDENTITY)
            self.managed_statements[arn] = None if read is None else read.statements
        return self.managed_statements[arn]


def attach(draft: Draft, attachment: Attachment) -> None:
    """Add what an attachment puts in force for its holder."""
    customer = draft.customer.get(attachment.policy.address)
    if customer is not None:
        _attach_customer(draft, attachment, customer)
        return
    arn = managed_arn(str(attachment.policy.written))
    statements = None if arn is None else draft.statements_of(arn)
    if arn is None or statements is None:
        _attach_unseen(draft, attachment, arn)
        return
    traced = (dataclasses.replace(one, trail=attachment.trail) for one in statements)
    _add_all(draft, attachment, arn, ((statement, ()) for statement in traced), attachment.assumes)


def _attach_customer(
    draft: Draft, attachment: Attachment, customer: Iterable[tuple[Document, DocumentReading]]
) -> None:
    parts = tuple(customer)
    if attachment.limits and any(document.assumes or not reading.complete for document, reading in parts):
        _attach_opaque_limit(draft, attachment)  # what is taken for granted holds nothing back
        return
    if any(document.another for document, _ in parts):
        _attach_unseen(draft, attachment, None)
    for document, reading in parts:
        whole = dataclasses.replace(
            attachment,
            trail=join_trails(attachment.trail, document.attachment),
            repeated=attachment.repeated or document.repeated,
        )
        _add_all(draft, whole, document.policy, _guarded(document, reading), document.assumes or attachment.assumes)


def _guarded(document: Document, reading: DocumentReading) -> Iterator[tuple[Statement, Guards]]:
    """A document's statements with all that its text hangs on."""
    return ((statement, (*document.guards, *guards)) for statement, guards in reading.statements)


def _add_all(
    draft: Draft,
    attachment: Attachment,
    policy: str,
    statements: Iterable[tuple[Statement, Guards]],
    assumes: str = "",
) -> None:
    for statement, guards in statements:
        grant = Grant(
            holder=attachment.holder,
            kind=PolicyKind.LIMIT if attachment.limits else PolicyKind.IDENTITY,
            statement=statement,
            policy=attachment.together or policy,
            attachment=attachment.trail,
            named=attachment.policy.written.trail,
            repeated=attachment.repeated,
            assumes=assumes,
        )
        draft.add(grant, *guards, attached=attachment.guards)


def _attach_unseen(draft: Draft, attachment: Attachment, arn: str | None) -> None:
    """A policy whose text is not here: a limit becomes a symbol, anything else a gap."""
    if attachment.limits:
        _attach_opaque_limit(draft, attachment)
        return
    written = str(attachment.policy.written)
    spans = tuple(dict.fromkeys(step.span for step in attachment.trail))
    kind, reason = _unseen(arn, unknown=attachment.policy.written.literal is None)
    place = spans[0] if spans else attachment.span
    told = Diagnostic.of(kind, reason.format(holder=attachment.holder.name, policy=written), place)
    unknown = frozenset(part for part in attachment.policy.written.parts if isinstance(part, Symbol))
    off = bool(disabled_by_default(attachment.guards))
    unread = UnseenPolicy(attachment.policy.written)
    draft.gaps.append(
        ExtractionGap(
            told,
            attachment.address,
            unread,
            spans,
            (attachment.holder,),
            unknown=unknown,
            off=off,
            held=(Holding(attachment.holder, attachment.guards, attachment.trail),),
        )
    )


def _unseen(arn: str | None, *, unknown: bool) -> tuple[DiagnosticKind, str]:
    """Kind and reason of an attached policy that cannot be seen."""
    if arn is not None:
        return (
            DiagnosticKind.UNKNOWN_MANAGED_POLICY,
            "`{policy}` is attached to `{holder}`, and no AWS-managed policy of that name is known",
        )
    if unknown:
        return DiagnosticKind.UNRESOLVED_POLICY_ARN, "the policy attached to `{holder}` is not known: `{policy}`"
    return DiagnosticKind.POLICY_ELSEWHERE, "`{policy}`, attached to `{holder}`, is defined elsewhere"


def _attach_opaque_limit(draft: Draft, attachment: Attachment) -> None:
    """A boundary nobody can see: a symbol that is equal to itself."""
    written = attachment.policy.written
    name = written.symbol or Symbol(str(written))
    statement = Statement(Effect.ALLOW, actions=(Text((name,), written.trail),), trail=attachment.trail)
    _add_all(draft, attachment, str(written), ((statement, ()),))
