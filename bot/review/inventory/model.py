"""Who holds what now: the extraction of one revision, holder by holder, in printed policy vocabulary."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.config import EvaluationGap
from bot.evaluated.diagnostic import Diagnostic
from bot.evaluated.document import Text
from bot.evaluated.fence import Trouble
from bot.evaluated.guard import disabled_by_default
from bot.extract import Extracted, ExtractionGap
from bot.extract.extracted import UnseenModule
from bot.extract.trust_edges import TRUST
from bot.frozen import dataclass
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, Role, RoleTrust
from bot.iam.statement import PolicyKind, Principals, Statement
from bot.review.model import GradeName
from bot.risk.held import Mark, held_access, marks_of
from bot.risk.wording.edges import source_words
from bot.risk.wording.guard_words import all_words


@dataclass(frozen=True, slots=True)
class WorstHeld:
    """The worst grade of what a holder has or lets in, and why that."""

    grade: GradeName = "none"
    why: str = ""


Worst = Mapping[tuple[str, str], WorstHeld]
"""By the holder's root and address: a role's trust counts with the role."""


@dataclass(frozen=True, slots=True)
class HeldCondition:
    """One condition of a statement."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldStatement:
    """One statement as a reader sees it.

    `policy` is the address (or ARN) of the text it stands in, `line` where that text is written ("" if it
    is not in the repository). `when` are undecided conditions it depends on.
    """

    effect: str
    actions: tuple[str, ...]
    except_actions: tuple[str, ...]
    resources: tuple[str, ...]
    except_resources: tuple[str, ...]
    principals: tuple[str, ...]
    except_principals: tuple[str, ...]
    conditions: tuple[HeldCondition, ...]
    policy: str
    line: str
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HolderInventory:
    """What one principal holds, or one resource or role lets in.

    `limits` are the statements of its boundary or of what else limits it; `trust` who may assume it; `handed` those by
    which a key leaves it to the policies of its account who may use it;
    `used_by` what runs as it ("aws_instance.web by instance profile"); `unread` why not all is known, `remedies` what
    to do about that. What is a root, module, file or block that could not be read has nothing else.
    `grade` is that of the worst that it has or lets in, in the words of `worst`: what a review would say of it if all
    of it were new. `marks` set it apart.
    """

    kind: str
    root: str
    address: str
    name: str
    repeated: bool
    statements: tuple[HeldStatement, ...]
    limits: tuple[HeldStatement, ...] = ()
    trust: tuple[HeldStatement, ...] = ()
    used_by: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    grade: GradeName = "none"
    worst: str = ""
    marks: tuple[Mark, ...] = ()
    handed: tuple[HeldStatement, ...] = ()
    remedies: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What people call it: by its name where that is known, else by its address."""
        return self.name if self.name and "${" not in self.name else self.address

    @property
    def is_unread(self) -> bool:
        """Whether nothing is known of it but why it could not be read."""
        nothing = not (self.statements or self.limits or self.trust or self.handed)
        return nothing and bool(self.unread) and self.kind in UNREAD_KINDS


UNREAD_KINDS = ("root", "module", "unread")
"""What stands among the holders though it is none: what could not be read, and may hold anything."""


def inventory(
    roots: Iterable[Extracted], own_accounts: frozenset[str] = frozenset(), worst: Worst | None = None
) -> tuple[HolderInventory, ...]:
    """Every holder of the roots in order of root, kind and address; a role's trust stands with the role.

    Whoever is of no account of `own_accounts` is of another one. `worst` is how bad what each has is; without it each
    statement is graded by itself, which knows nothing of what is around it, and says so.
    """
    return in_order(holder for extracted in roots for holder in _of_root(extracted, own_accounts, worst))


def in_order(holders: Iterable[HolderInventory]) -> tuple[HolderInventory, ...]:
    """By root, kind and address."""
    return tuple(sorted(holders, key=lambda one: (one.root, one.kind, one.address)))


def unread_root(trouble: Trouble) -> HolderInventory:
    """A root, or what else the trouble is about, of whose holders nothing is known."""
    name = trouble.about or trouble.root or "."
    remedies = (trouble.remedy,)
    return HolderInventory("root", trouble.root, name, name, False, (), unread=(trouble.reason,), remedies=remedies)


def unread_places(root: str, gaps: Iterable[EvaluationGap | ExtractionGap]) -> Iterator[HolderInventory]:
    """What could not be read and is nobody's in particular, each place once; whole policies can hide behind it."""
    found: dict[tuple[str, str, str], list[Diagnostic]] = {}
    for gap in gaps:
        structural = gap.diagnostic.kind.meaning.structural
        if structural if isinstance(gap, EvaluationGap) else not gap.holders:
            found.setdefault(_place(gap), []).append(gap.diagnostic)
    for (kind, address, name), told in found.items():
        reasons, remedies = _once(f"{one.reason} ({one.span})" for one in told), _once(one.remedy for one in told)
        yield HolderInventory(kind, root, address, name, False, (), unread=reasons, remedies=remedies)


def _place(gap: EvaluationGap | ExtractionGap) -> tuple[str, str, str]:
    """Its kind, address and name."""
    if isinstance(gap, ExtractionGap) and isinstance(gap.unread, UnseenModule):
        return "module", gap.address, gap.unread.source
    told = gap.diagnostic
    address = told.span.file if told.kind.meaning.whole_file else gap.address or told.span.file
    return "unread", address, address


def _of_root(extracted: Extracted, own_accounts: frozenset[str], worst: Worst | None) -> Iterable[HolderInventory]:
    held: dict[PolicySubject, list[Grant]] = {}
    trusts: dict[str, list[Grant]] = {}
    for grant in extracted.grants:
        if isinstance(grant.holder, RoleTrust):
            trusts.setdefault(grant.holder.address, []).append(grant)
            held.setdefault(grant.holder.role, [])
        else:
            held.setdefault(grant.holder, []).append(grant)
    incomplete = (holder for gap in extracted.gaps for holder in gap.holders)
    for holder in (*incomplete, *(grant.holder for grant in extracted.handed)):
        held.setdefault(holder.role if isinstance(holder, RoleTrust) else holder, [])
    found = [
        _holder(holder, grants, trusts.get(holder.address, []), extracted, own_accounts, worst)
        for holder, grants in held.items()
    ]
    return with_places(found, unread_places(extracted.root, extracted.gaps))


def with_places(holders: Iterable[HolderInventory], places: Iterable[HolderInventory]) -> list[HolderInventory]:
    """The holders and the places; of a module that is a holder by its arguments it is said there."""
    found = {(one.root, one.kind, one.address): one for one in holders}
    for place in places:
        key = (place.root, place.kind, place.address)
        known = found.get(key)
        if known is not None:
            unread, remedies = (*known.unread, *place.unread), (*known.remedies, *place.remedies)
            place = dataclasses.replace(known, unread=unread, remedies=remedies)
        found[key] = place
    return list(found.values())


def _holder(
    holder: PolicySubject,
    grants: list[Grant],
    trust: list[Grant],
    extracted: Extracted,
    own_accounts: frozenset[str],
    worst: Worst | None,
) -> HolderInventory:
    is_role = isinstance(holder, Role)
    gaps = _gaps(holder, extracted)
    judged = _alone(grants, own_accounts) if worst is None else worst.get((holder.root, holder.address), WorstHeld())
    return HolderInventory(
        kind=holder.kind,
        root=holder.root,
        address=holder.address,
        name=holder.name,
        repeated=any(grant.repeated for grant in grants),
        statements=tuple(_statement(grant) for grant in grants if grant.kind is not PolicyKind.LIMIT),
        limits=tuple(_statement(grant) for grant in grants if grant.kind is PolicyKind.LIMIT),
        trust=tuple(_statement(grant) for grant in trust) if is_role else (),
        used_by=tuple(_used_by(holder, extracted)),
        credentials=tuple(_credentials(holder, extracted)),
        unread=_once(one.reason for one in gaps),
        grade=judged.grade,
        worst=judged.why,
        marks=marks_of((*grants, *(trust if is_role else ())), own_accounts),
        handed=tuple(_statement(grant) for grant in extracted.handed if grant.holder == holder),
        remedies=_once(one.remedy for one in gaps),
    )


def _alone(grants: Iterable[Grant], own_accounts: frozenset[str]) -> WorstHeld:
    access = held_access(grants, own_accounts)
    return WorstHeld(access.grade, f"{access.why}; by the statement alone" if access.why else "")


def _gaps(holder: PolicySubject, extracted: Extracted) -> list[Diagnostic]:
    """Why not all is known of a holder."""
    return [gap.diagnostic for gap in extracted.gaps if any(one.address == holder.address for one in gap.holders)]


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, words)))


def _credentials(holder: PolicySubject, extracted: Extracted) -> Iterator[str]:
    """The kinds of those it has today."""
    for one in extracted.credentials:
        if one.owner == holder and not disabled_by_default(one.guards):
            yield one.kind


def _used_by(holder: PolicySubject, extracted: Extracted) -> Iterator[str]:
    for edge in extracted.edges:
        if edge.target == holder.address and edge.via != TRUST:
            yield f"{source_words(edge.source)} by {edge.via}"


def _statement(grant: Grant) -> HeldStatement:
    statement = grant.statement
    actions, resources = _printed(statement.actions), _printed(statement.resources)
    let_in, kept_out = _principals(statement.principals)
    return HeldStatement(
        effect=statement.effect.value,
        actions=("*",) if statement.not_action else actions,
        except_actions=actions if statement.not_action else (),
        resources=("*",) if statement.not_resource else resources,
        except_resources=resources if statement.not_resource else (),
        principals=let_in,
        except_principals=kept_out,
        conditions=tuple(HeldCondition(one.operator, one.key, _printed(one.values)) for one in statement.conditions),
        policy=grant.policy,
        line=_line(statement),
        when=all_words(grant.guards),
    )


def _principals(principals: Principals | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if principals is None:
        return (), ()
    printed = tuple(str(entry.identifier) for entry in principals.entries)
    return (("*",), printed) if principals.negated else (printed, ())


def _printed(texts: Iterable[Text]) -> tuple[str, ...]:
    return tuple(str(one) for one in texts)


def _line(statement: Statement) -> str:
    return str(statement.trail[0].span) if statement.trail else ""
