"""What a rule is: a name, when it applies to a gain, what it says, what it points at, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from bot.frozen import dataclass
from bot.review.model import FindingKind
from bot.risk.advice.steps import Advice
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.cause import StatementElement
from bot.risk.grading import GradedGrant
from bot.risk.wording.people_let_in import outsiders_words


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `name` is its slug and the name of its page in docs/rules/.

    `says` completes the sentence "somebody can now ...", naming at most so many of each list; `who` names those whom
    a resource or trust policy lets in. `advises` is the smallest remedy, by what the grant is. `element` is the element
    of a new statement that has to be edited; else it is the action. `kind` is the finding's, if it is not the
    holder's.

    `forbids`: it says what is forbidden, ahead of what the next rule that applies says. Such a rule comes first,
    whatever else is gained, and cannot be switched off. `of_paths`: it speaks of escalation paths, which are not
    looked for where no rule does. `restores`: its remedy puts back what kept the access away, which is the smallest
    one whatever the access is called: the policy that gives it was there before.
    """

    name: str
    matches: Callable[[AssessedGrant], bool]
    says: Callable[[AssessedGrant, int], str]
    advises: Callable[[AssessedGrant], Advice]
    kind: FindingKind | None = None
    element: StatementElement | None = None
    who: Callable[[GradedGrant, int], str] = outsiders_words
    forbids: bool = False
    of_paths: bool = False
    restores: bool = False


def access_rule(
    name: str,
    matches: Callable[[GradedGrant], bool],
    says: Callable[[GradedGrant, int], str],
    advises: Callable[[GradedGrant], Advice],
    *,
    element: StatementElement | None = None,
    who: Callable[[GradedGrant, int], str] = outsiders_words,
    restores: bool = False,
) -> Rule:
    """A rule about the access itself, which looks at nothing that was found beside it."""
    return Rule(
        name,
        lambda gain: matches(gain.grant),
        lambda gain, shown: says(gain.grant, shown),
        lambda gain: advises(gain.grant),
        element=element,
        who=who,
        restores=restores,
    )
