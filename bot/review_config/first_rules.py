"""The text of a first `.iam-review.yaml`, made of what a repository says of itself and explained line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from bot.frozen import dataclass
from bot.review_config.meanings import MEANINGS

MOST_ROOTS = 100
"""So many roots are listed; a repository with more has a pattern that somebody knows."""


@dataclass(frozen=True, slots=True)
class KnownRoot:
    """What a root module's folder says: its account, "" if not one alone, and the var files nothing else loads."""

    path: str
    account: str
    var_files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RepositoryProfile:
    """What was found; `owned_by` is the file that names the approvers, "" if there is none."""

    accounts: tuple[str, ...]
    roots: tuple[KnownRoot, ...]
    approvers: tuple[str, ...]
    owned_by: str


def first_rules(facts: RepositoryProfile) -> str:
    """The file's text: observing, so that nobody is held up before somebody has looked at what it would say."""
    lines = [
        "# What iam-review does with this repository's changes. It is read from the base branch.",
        "# `iam-review config check` says whether it is right, `iam-review config show` what counts and why.",
        *_setting("mode", "observe", "`iam-review history` tells what it would have said to the last changes."),
        *_setting("fail_at", "high", "Counts once the mode is enforce. Grades: low, medium, high, critical, never."),
        *_setting("comment_at", "medium", ""),
        *_accounts(facts.accounts),
        *_approvers(facts),
        *_roots(facts.roots),
    ]
    return "".join(f"{line}\n" for line in lines)


def _setting(name: str, value: str, further: str) -> Iterator[str]:
    yield ""
    yield f"# {MEANINGS[name]}"
    if further:
        yield f"# {further}"
    yield f"{name}: {value}"


def _accounts(accounts: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"# {MEANINGS['accounts']}"
    found = tuple(accounts)
    if found:
        yield "# These are the ones that providers here are allowed in or become a role of."
        yield f"accounts: {json.dumps(found)}"
    else:
        yield "# No provider here names its account (allowed_account_ids, assume_role)."
        yield '# accounts: ["111122223333"]'


def _approvers(facts: RepositoryProfile) -> Iterator[str]:
    yield ""
    yield f"# {MEANINGS['approvers']}"
    if facts.approvers:
        yield f"# These own this file by {facts.owned_by}. Nobody accepts what they wrote or pushed themselves."
        yield f"approvers: {json.dumps(facts.approvers, ensure_ascii=False)}"
    else:
        yield "# No CODEOWNERS names an owner of this file."
        yield "# approvers: [grace, my-organisation/security]"


def _roots(roots: Iterable[KnownRoot]) -> Iterator[str]:
    known = tuple(root for root in roots if root.account or root.var_files)
    yield ""
    yield f"# {MEANINGS['roots']}"
    if not known:
        yield "# Nothing is known of the root modules here that they do not say themselves; else for example:"
        yield '# roots: [{path: "envs/prod*", account_id: "111122223333", region: eu-west-1, var_files: [prod.tfvars]}]'
        return
    yield "# account_id is what the provider there names; each of var_files is a variant that is reviewed by itself."
    yield "roots:"
    for root in known[:MOST_ROOTS]:
        yield f"  - path: {json.dumps(root.path, ensure_ascii=False)}"
        if root.account:
            yield f"    account_id: {json.dumps(root.account)}"
        if root.var_files:
            yield f"    var_files: {json.dumps(root.var_files, ensure_ascii=False)}"
    if len(known) > MOST_ROOTS:
        yield f'  # and {len(known) - MOST_ROOTS} more: a glob such as "envs/*" may stand for many'
