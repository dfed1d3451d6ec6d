"""What a group of gains is called: one builder for each kind of holder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import takewhile

from bot.evaluated.production import environments, production_first
from bot.frozen import dataclass
from bot.iam.policy_subject import Resource, RoleTrust, UnattachedPolicy
from bot.iam.statement import PolicyKind
from bot.review.prose import Prose, counted
from bot.risk.exposure import STRANGERS, PrincipalExposure, people
from bot.risk.fingerprint import root_directory
from bot.risk.grading import GradedGrant
from bot.risk.grant_context import RoleWorth
from bot.risk.grouping import GrantGroup
from bot.risk.rules.rule import Rule
from bot.risk.wording.climbers import climbers_words
from bot.risk.wording.edges import runner_words
from bot.risk.wording.guard_words import callers_words, latent_words, only_where_words
from bot.risk.wording.people_let_in import asked_words, outsiders_words
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.token_subjects import subjects_words
from bot.risk.wording.words import condition_words, few, holder_words, in_variants, row_words, variants_in_words
from bot.risk.wording.workspace_words import workspaces

NOT_IN_VIEW = "; what it may do is not in view"
"""Of a role whose policies are not in the repository, or not in this root."""

_UNSEEN = {
    RoleWorth.BARE: "; nothing here gives it rights",
    RoleWorth.UNSEEN: NOT_IN_VIEW,
    RoleWorth.UNREAD: NOT_IN_VIEW,
    RoleWorth.ORDINARY: NOT_IN_VIEW,
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a title is made of: the gains, the rule that says what they are, and how surely.

    `heading` stands before it, `extras` after it. `second` of the grants it counts is named, if there is one.
    """

    group: GrantGroup
    rule: Rule
    modality: Modality = Modality.CERTAIN
    heading: str = ""
    extras: tuple[str, ...] = ()
    second: GradedGrant | None = None

    @property
    def grant(self) -> GradedGrant:
        """The grant that the finding is named after."""
        return self.group.worst.grant

    def says(self, shown: int) -> str:
        """What the rule says of that grant."""
        return self.rule.says(self.group.worst, shown)

    def sentence(self, subject: str, verb: Verb, what: str, *extras: str) -> Sentence:
        """The sentence of these parts, headed and ended as it has to be."""
        module = self.grant.root_kind == "module"
        latent = "" if module else latent_words(self.grant.guards)
        only = "" if latent or self.grant.is_hypothetical else only_where_words(self.grant.guards)
        called = ", by calls of modules that did not change" if self.grant.by_call else ""
        where = (factor_words(self.grant), latent, only, *extras, *self.extras, called, later_words(self.group))
        heading = ": ".join(filter(None, (self._whose(), self.heading)))
        return Sentence(subject, self.modality, Predicate(verb, what), where, heading)

    def _whose(self) -> str:
        """Whose it is, where it is not everybody's who applies the root."""
        if self.grant.root_kind == "example":
            return "in an example or test"
        if self.grant.root_kind == "root" or not self.grant.is_hypothetical:
            return ""
        return f"{callers_words(self.grant.chosen_by)} would get"


def factor_words(grant: GradedGrant) -> str:
    """That it takes a second factor, where the row itself does not say so."""
    return ", with MFA" if grant.with_factor else ""


def title(spoken: Spoken) -> Prose:
    """The finding in one sentence; where it is long, lists name fewer."""
    builder, ended = _builder(spoken), partial(variant_words, spoken.group)
    second = spoken.group.second
    fuller = None if second is None else partial(builder, replace(spoken, second=second))
    return fitted(partial(builder, spoken), ended, fuller)


_STILL = ("unless", "but under")
"""What stands before conditions under which something stays allowed."""


def lost_title(group: GrantGroup) -> Prose:
    """What a group's holders can no longer do, in one sentence."""
    return fitted(lambda shown: _loss(group, shown), lambda shown: variant_words(group, shown))


Builder = Callable[[Spoken, int], Sentence]


def _builder(spoken: Spoken) -> Builder:
    grant = spoken.grant
    if grant.kind is PolicyKind.LIMIT:
        return _limit
    if grant.path:
        return _workload
    match grant.holder:
        case RoleTrust():
            return _new_role_by_its_trust if spoken.group.new_principal else _trust
        case Resource():
            return _resource
        case UnattachedPolicy():
            return _unattached_policy
    return _principal


def _limit(spoken: Spoken, shown: int) -> Sentence:
    """A policy that only limits what others give lets more through."""
    grant = spoken.grant
    what = f"{spoken.says(shown)}{_where_deny_ended(grant)}"
    subject = f"{holder_words(grant.holder)}{others_words(spoken.group)}"
    return spoken.sentence(subject, Verb.LETS_THROUGH, what, _more_grants(spoken))


def _workload(spoken: Spoken, shown: int) -> Sentence:
    """What runs as another role, at the end of a path."""
    runner = spoken.grant.runner
    assert runner is not None, "a path without what it begins with"
    subject = f"{runner_words(runner)}{others_words(spoken.group)}"
    return _allowed(spoken, shown, subject, Verb.GAINS)


def _unattached_policy(spoken: Spoken, shown: int) -> Sentence:
    subject = f"whoever gets {holder_words(spoken.grant.holder)}{others_words(spoken.group)}"
    return _allowed(spoken, shown, subject, Verb.HOLDS)


def _principal(spoken: Spoken, shown: int) -> Sentence:
    """A principal's own policies; it is new, or there as before."""
    new = spoken.group.new_principal and is_new(spoken.group)
    stranger = _stranger(spoken.group) if new else None
    if stranger is not None:
        return _new_role_by_stranger(spoken, stranger, shown)
    subject = f"{'new ' if new else ''}{holder_words(spoken.grant.holder)}{others_words(spoken.group)}"
    return _allowed(spoken, shown, subject, Verb.HOLDS if new else Verb.GAINS)


def _stranger(group: GrantGroup) -> GradedGrant | None:
    """The trust of a new role that lets in somebody from outside of the account, if one does."""
    trusts = (one for one in group.grants if isinstance(one.holder, RoleTrust))
    return next((one for one in trusts if one.outsiders & STRANGERS), None)


def _new_role_by_stranger(spoken: Spoken, trust: GradedGrant, shown: int) -> Sentence:
    """A new role that is made for somebody else: who that is leads, whatever the role may do."""
    grant, group = spoken.grant, spoken.group
    can = Verb.HOLDS.said(spoken.modality)
    role = f"{holder_words(grant.holder)}{others_words(group)}{asked_words(trust, min(shown, 1))}"
    what = f"use new {role}, which {can} {spoken.says(shown)}"
    what += managed_words(grant)
    by = become_by(group, min(shown, 1))
    return spoken.sentence(outsiders_words(trust, max(shown, 1)), Verb.HOLDS, what, _more_grants(spoken), by)


def _allowed(spoken: Spoken, shown: int, subject: str, verb: Verb) -> Sentence:
    grant, group = spoken.grant, spoken.group
    by = (_usable_by(spoken, shown), become_by(group, min(shown, 1)))
    what = f"{spoken.says(shown)}{managed_words(grant)}"
    return spoken.sentence(subject, verb, what, _more_grants(spoken), *by)


def managed_words(grant: GradedGrant) -> str:
    """AWS's policy that it comes from, which says more to who knows it than the first of its actions."""
    return f" ({grant.managed})" if grant.managed else ""


def _new_role_by_its_trust(spoken: Spoken, shown: int) -> Sentence:
    """A role that is new, whose trust weighs most: who can use it, and what it may do."""
    grant = spoken.grant
    what = f"use new {holder_words(grant.holder)}{others_words(spoken.group)}{asked_words(grant, min(shown, 1))}"
    return spoken.sentence(outsiders_words(grant, shown), Verb.HOLDS, what, _which_can(spoken, shown))


def _trust(spoken: Spoken, shown: int) -> Sentence:
    return _let_in(spoken, shown, "more role")


def _resource(spoken: Spoken, shown: int) -> Sentence:
    return _let_in(spoken, shown, "more resource")


def _let_in(spoken: Spoken, shown: int, thing: str) -> Sentence:
    """Others are let in by a policy of what they come to."""
    grant, group = spoken.grant, spoken.group
    others = _others(group)
    alike = f", and {counted(others, thing)}" if others else _more_grants(spoken)
    graded = shown > 1 and max(grant.outsiders) is not PrincipalExposure.SERVICE
    unseen = _UNSEEN.get(grant.worth, "") if graded and grant.worth < RoleWorth.ORDINARY else ""
    return spoken.sentence(spoken.rule.who(grant, shown), Verb.GAINS, spoken.says(shown), alike, unseen)


def _loss(group: GrantGroup, shown: int) -> Sentence:
    grant = group.worst.grant
    modality = Modality.POSSIBLE if any(one.perhaps_kept for one in group.grants) else Modality.CERTAIN
    more = f", and {counted(len(group.gains) - 1, 'more grant')}" if len(group.gains) > 1 else ""
    if grant.on_resource:
        subject = few(people(grant.shown.principals), shown) or "others"
    else:
        subject = f"{holder_words(grant.holder)}{others_words(group)}"
    if grant.kind is PolicyKind.LIMIT:
        return Sentence(subject, modality, Predicate(Verb.HOLDS_BACK, row_words(grant.shown, shown)), (more,))
    what = f"use {row_words(grant.shown, shown)}"
    if isinstance(grant.holder, RoleTrust):
        what = f"become {holder_words(grant.holder)}{condition_words(grant.shown.conditions, shown)}"
    return Sentence(subject, modality, Predicate(Verb.LOSES, what), (_unless(grant, shown), more))


def _unless(grant: GradedGrant, shown: int) -> str:
    """ " unless key is value": under which conditions what is lost is still allowed."""
    still, lost = grant.held, grant.shown
    if still is None or not set(lost.actions) <= set(still.actions) or lost.resources != still.resources:
        return ""
    if lost.conditions and not shown:  # there is room for neither of both
        return ""
    known = {one.key for one in lost.conditions}
    return condition_words([one for one in still.conditions if one.key not in known], shown, _STILL)


def variants_of(group: GrantGroup) -> tuple[str, ...]:
    """The variants of roots that the gains are in, where a root has several."""
    return tuple(dict.fromkeys(name for grant in group.grants for name in grant.variants))


def variant_words(group: GrantGroup, shown: int) -> str:
    """Where, at a title's end: in which variants of a root, workspaces or folders; "" where there is but one."""
    others = _letting_in_others(group)
    elsewhere = tuple(dict.fromkeys(name for one in others for name in one.variants))
    here = environments(name for name in variants_of(group) if name not in elsewhere)
    names = production_first(here) or workspaces(group.worst.grant.guards) or _folders(group)
    return f"{in_variants(names, shown)}{_others_in_variants(others, elsewhere, shown)}"


def _letting_in_others(group: GrantGroup) -> list[GradedGrant]:
    """The grants in variants of a root that let in others alone than the one that is named."""
    if not group.worst.grant.on_resource:
        return []
    named = set(people(group.worst.grant.shown.principals))
    alike = [one for one in _alike(group) if one.on_resource and one.variants]
    same = {name for one in alike if named & set(people(one.shown.principals)) for name in one.variants}
    return [one for one in alike if same and same.isdisjoint(one.variants)]


def _others_in_variants(others: Sequence[GradedGrant], names: Iterable[str], shown: int) -> str:
    """ "; account 444455556666 in stage" for those whom other variants let in."""
    who = few(list(dict.fromkeys(name for one in others for name in people(one.shown.principals))), max(shown, 1))
    return f"; {who} {variants_in_words(environments(names), shown)}" if others else ""


def _folders(group: GrantGroup) -> tuple[str, ...]:
    """What tells apart the folders of roots that hold the same block; none where not all hold it."""
    alike = _alike(group)
    roots = list(dict.fromkeys(root_directory(one.holder.root) for one in alike))
    return told_apart_by(roots) if len({one.holder.address for one in alike}) == 1 else ()


def _alike(group: GrantGroup) -> list[GradedGrant]:
    """The grants of holders that are like the one that is named: examples of a module are not.

    Nor is, beside one who has it today, who does not.
    """
    worst = group.worst.grant
    return [one for one in group.grants if one.root_kind == worst.root_kind and (worst.is_latent or not one.is_latent)]


def later_words(group: GrantGroup) -> str:
    """ " (nothing today for 1 more)": the holders that have nothing of it today, beside the one that is named."""
    today = {_whose(one) for one in _alike(group)}
    later = {_whose(one) for one in group.grants if one.root_kind == group.worst.grant.root_kind} - today
    return f" (nothing today for {len(later)} more)" if later else ""


def _whose(grant: GradedGrant) -> tuple[str, str]:
    return root_directory(grant.holder.root), grant.holder.address


def others_words(group: GrantGroup) -> str:
    """ " and 2 more" for the holders that are not named."""
    others = _others(group)
    return f" and {others} more" if others else ""


def _others(group: GrantGroup) -> int:
    """How many holders there are beside the one that is named.

    What is called the same in several environments, or is one block there, is one, as the title ends in which they are.
    """
    if _folders(group):
        return 0
    alike = _alike(group)
    apart = {(one.holder.root, one.holder.address) for one in alike if not one.variants}
    names = {one.holder.name for one in alike if one.variants}
    blocks = {(root_directory(one.holder.root), one.holder.address) for one in alike if one.variants}
    return len(apart) + min(len(names), len(blocks)) - 1


def _more_grants(spoken: Spoken) -> str:
    untold, second = spoken.group.untold, spoken.second
    if not untold:
        return ""
    named = "" if second is None else _among(second, untold, spoken.grant)
    return f", and {counted(untold, 'more grant')}{named}"


def _among(second: GradedGrant, untold: int, first: GradedGrant) -> str:
    """ ", kms:Decrypt on * among them": the weightiest of the others, and whose it is if it is another's."""
    whose = f" for {callers_words(second.chosen_by)}" if second.is_hypothetical and not first.is_hypothetical else ""
    later = latent_words(second.guards) if not whose and not latent_words(first.guards) else ""
    named = f"{row_words(second.shown, 0)}{managed_words(second)}{whose}{later}"
    return f", {named} among them" if untold > 1 else f": {named}"


def _where_deny_ended(grant: GradedGrant) -> str:
    """One request that a Deny with conditions let through only now; the row itself says nothing of them."""
    witness = grant.change.witness
    if not grant.deny_lost or grant.row.conditions or witness is None:
        return ""
    told = [f"{key} is {few(values, 1)}" for key, values in witness.context if values]
    return f", as where {' and '.join(told[:2])}" if told else ""


def _usable_by(spoken: Spoken, shown: int) -> str:
    """Who can use a new role, said with the role."""
    trusts = [one for one in spoken.group.grants if isinstance(one.holder, RoleTrust)]
    subjects = [words for one in trusts if (words := subjects_words(one, shown))]
    others = dict.fromkeys(who for one in trusts if not subjects_words(one, 1) for who in one.shown.principals)
    names = tuple(dict.fromkeys((*subjects, *people(tuple(others)))))
    can = Verb.IS_USABLE.said(spoken.modality)
    return f"; it {can} {few(names, shown)}" if names and shown else ""


def _which_can(spoken: Spoken, shown: int) -> str:
    """What a new role may do, said after who can use it."""
    role = spoken.grant.holder
    its = (one for one in spoken.group.grants if (one.holder.root, one.holder.address) == (role.root, role.address))
    own = list({grant.shown: grant for grant in its if not grant.on_resource}.values())
    more = f", and {counted(len(own) - 1, 'more grant')}" if len(own) > 1 else ""
    can = Verb.HOLDS.said(spoken.modality)
    if own:
        return f", which {can} use {row_words(own[0].shown, shown)}{managed_words(own[0])}{more}"
    return _UNSEEN.get(spoken.grant.worth, "")


def become_by(group: GrantGroup, shown: int) -> str:
    """Who, as before, can become the one that gains, and so gains as well."""
    others = climbers_words(group.gains, shown)
    return f"; {others}" if others else ""


def is_new(group: GrantGroup) -> bool:
    """Whether the principal itself is new, as far as the differences tell: its trust is."""
    return any(isinstance(grant.holder, RoleTrust) for grant in group.grants)


def told_apart_by(folders: Sequence[str]) -> tuple[str, ...]:
    """Of each folder the parts that are not the same in all; none for less than two, or where one has no such part."""
    parts = [folder.split("/") for folder in folders]
    begun = _in_common(parts)
    ended = _in_common([one[begun:][::-1] for one in parts])
    names = tuple("/".join(one[begun : len(one) - ended]) for one in parts)
    return names if len(names) > 1 and all(names) and "." not in names else ()


def _in_common(parts: Sequence[Sequence[str]]) -> int:
    """How many of the first parts are the same in all."""
    return sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, zip(*parts, strict=False)))
