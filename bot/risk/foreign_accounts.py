"""Who that only an expression names is not known to be of the account that a policy is in: accounts, and principals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.access_diff.delta import HolderDelta
from bot.evaluated.document import Symbol, Text
from bot.evaluated.symbol_origin import SymbolOrigin, origin_of
from bot.extract.extracted import Extracted
from bot.extract.kms import CALLER
from bot.iam.arn import account_named
from bot.iam.grant import Grant
from bot.iam.load_balancing import accounts_that_log, called_of_load_balancers
from bot.iam.policy_subject import LettingIn
from bot.iam.statement import Statement
from bot.late_pattern import late_pattern
from bot.review_config.accounts import accounts_called_ours, is_for_own_people

CALLED_OURS = ("account_id", "aws_account_id", "account", "aws_account", "account_number", "current_account_id")
"""What variables and locals are called that hold the account a configuration is for, where nothing else names that.

A root that does not look its account up has it from a variable, and calls that by no more than what it is: what is
another account's is called by whose it is (`deploy_account_id`, `accounts["backup"]`).
"""

_PLAIN = late_pattern(r"\$\{(?:[\w.-]*\.)?([\w-]+)\}")

_OF_AWS = late_pattern(r"data\.aws_(?:elb|redshift|cloudtrail|billing)_service_account\.")
"""Accounts of AWS's own, from which a service of it writes."""

_PROVIDERS = "${the account of provider "

_WHO = ("aws:principalaccount", "kms:calleraccount")
"""Keys of conditions whose values are accounts of callers."""


def foreign_accounts(delta: HolderDelta, root: Extracted) -> frozenset[str]:
    """The expressions by which the grants of a holder name accounts that are not known to be its own, as printed."""
    holder = delta.head or delta.base
    if not isinstance(holder, LettingIn):
        return frozenset()
    named = {one for one in _named((*delta.grants, *delta.base_grants)) if "${" in one}
    if not named:
        return frozenset()
    handed = {one for grant in root.handed if grant.holder.address == holder.address for one in _named((grant,))}
    ours = accounts_called_ours(delta) | root.accounts.of(holder.address) | handed | _renamed(delta)
    ours |= _of_load_balancers((*delta.grants, *delta.base_grants))
    elsewhere = root.accounts.is_elsewhere(holder.address)
    looked_up = any(CALLER in one for one in named) or any(
        CALLER in one for one in _named((*root.grants, *root.handed))
    )
    return frozenset(
        one for one in named if one not in ours and not _is_own(one, elsewhere=elsewhere, looked_up=looked_up)
    )


def unnamed_principals(delta: HolderDelta, root: Extracted, own_accounts: frozenset[str]) -> frozenset[str]:
    """The expressions that stand for a whole principal and that only variables without a value make, as printed.

    They may be anybody's, whatever the variable is called; not where its validation asks for one of `own_accounts`.
    What is of the account alone, a cluster's or a data lake's people, is no stranger's.
    """
    holder = delta.head or delta.base
    if not isinstance(holder, LettingIn):
        return frozenset()
    validated, ours = root.accounts.validated, own_accounts | root.accounts.of(holder.address)
    return frozenset(
        str(text)
        for text in _whole_principals(delta.grants)
        if not account_named(str(text))
        and not all(ours.issuperset(validated.get(name) or ("",)) for name in _variables(text))
    )


def _whole_principals(grants: Iterable[Grant]) -> Iterator[Text]:
    """Who is let in, or asked for by its ARN, by text that begins with what only variables make."""
    for grant in grants:
        if not all(is_for_own_people(str(action)) for action in grant.statement.actions):
            yield from filter(_begins_with_variable, _people(grant.statement))


def _people(statement: Statement) -> Iterator[Text]:
    entries = () if statement.principals is None else statement.principals.entries
    yield from (entry.identifier for entry in entries if entry.type == "AWS")
    yield from (value for one in statement.conditions if one.key.lower() == _BY_ARN for value in one.values)


def _begins_with_variable(text: Text) -> bool:
    return isinstance(text.parts[0] if text.parts else "", Symbol) and bool(_variables(text))


def _variables(text: Text) -> tuple[str, ...]:
    """The root variables that the symbols of a text are of; none if one of them is of anything else."""
    leaves = [leaf for part in text.parts if isinstance(part, Symbol) for leaf in _leaves(part)]
    of_variables = all(origin_of(leaf) is SymbolOrigin.VARIABLE for leaf in leaves)
    return tuple(".".join(leaf.name.split(".", 2)[:2]) for leaf in leaves) if of_variables else ()


def _leaves(symbol: Symbol) -> Iterator[Symbol]:
    """What a symbol follows from that follows from nothing else."""
    inner = () if symbol.derivation is None else tuple(symbol.derivation.symbols())
    yield from (leaf for one in inner for leaf in _leaves(one)) if inner else (symbol,)


_BY_ARN = "aws:principalarn"


def _renamed(delta: HolderDelta) -> set[str]:
    """The names that stand at head in place of another entry of the same map (`var.accounts.root.id`).

    Mostly the entry is called otherwise from now on. What they are given is told, and weighs what it did.
    """
    before, after = set(_named(delta.base_grants)), set(_named(delta.grants))
    gone = [one for one in map(_ENTRY.match, before - after) if one]
    return {one for one in after - before if (found := _ENTRY.match(one)) and any(found[0] == it[0] for it in gone)}


_ENTRY = late_pattern(r"\$\{(?:var|local)\.[\w-]+[.\[]")


def _of_load_balancers(grants: Iterable[Grant]) -> set[str]:
    """Names of the account that load balancers write their logs from: called so, and let in where only logs go.

    What it may do is to write below `AWSLogs/`, which the guide asks for (`bot.iam.load_balancing`).
    """
    called: dict[str, bool] = {}
    for grant in grants:
        logs = bool(accounts_that_log(tuple(map(str, grant.statement.actions)))) and all(
            _LOGS in str(one) for one in grant.statement.resources
        )
        for name in filter(called_of_load_balancers, _named((grant,))):
            called[name] = called.get(name, True) and logs and not grant.statement.not_action
    return {name for name, logs in called.items() if logs}


_LOGS = "/AWSLogs/"


def _is_own(name: str, *, elsewhere: bool, looked_up: bool) -> bool:
    """Whether a name is taken for the account's own; `looked_up` where the caller's identity names that already."""
    if CALLER in name:
        return not elsewhere
    if name.startswith(_PROVIDERS):
        return False
    if _OF_AWS.search(name):
        return True
    plain = _PLAIN.fullmatch(name)
    called = plain is not None and not name.startswith("${data.") and plain[1].lower() in CALLED_OURS
    return called and not looked_up


def _named(grants: Iterable[Grant]) -> Iterator[str]:
    for grant in grants:
        principals = grant.statement.principals
        for entry in () if principals is None else principals.entries:
            yield account_named(str(entry.identifier))
        for condition in grant.statement.conditions:
            if condition.key.lower() in _WHO:
                yield from map(str, condition.values)
