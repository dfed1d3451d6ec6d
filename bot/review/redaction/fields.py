"""Which texts of a review or an inventory can hold a value of the configuration, and which are the review's own."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from bot.review.acceptors import Acceptors
from bot.review.access_table import AccessCell, AccessEdge, HolderAccess
from bot.review.called_module import CalledModule
from bot.review.changed_arguments import ChangedArgument, Dispositions, OtherSystem
from bot.review.identity import ThreadKey
from bot.review.inventory.model import HeldCondition, HeldStatement, HolderInventory
from bot.review.model import (
    AppliedWaiver,
    EscalationStep,
    ExcerptLine,
    Finding,
    FindingCondition,
    FindingEscalation,
    FindingGrant,
    FindingPrincipal,
    FindingProof,
    FindingWitness,
    Gap,
    Lint,
    Location,
    PathStep,
    Review,
    RulesAsOf,
    Stats,
    TrailStep,
)
from bot.risk.earlier import Recheck


class Carries(Enum):
    """What a field holds.

    LEFT: words of a list, ids, paths, addresses, revisions: what others compare. Nothing is hidden there.
    VALUE: a value of the configuration, or something built around one. WORDS: a sentence or source that may quote one.
    CODE: text to put into the source, which is no use with something hidden in it.
    """

    LEFT = "left"
    VALUE = "value"
    WORDS = "words"
    CODE = "code"


def _fields(left: str = "", value: str = "", words: str = "", code: str = "") -> Mapping[str, Carries]:
    given = ((left, Carries.LEFT), (value, Carries.VALUE), (words, Carries.WORDS), (code, Carries.CODE))
    return {name: carries for names, carries in given for name in names.split()}


FIELDS: Mapping[type, Mapping[str, Carries]] = {
    ChangedArgument: _fields("address argument disposition rule file side"),
    OtherSystem: _fields("kind file side"),
    Dispositions: _fields("irrelevant open"),
    RulesAsOf: _fields("commit", words="problems"),
    Review: _fields(
        "base head verdict blocked_by grade fail_at mode on_error base_branch", words="notes rules_problems"
    ),
    Finding: _fields(
        left="fingerprint full_fingerprint formerly part_of kind rule also grade principals instances variants "
        "not_today examples help loosens thread_keys owners",
        value="actions except_actions resources except_resources",
        words="title before after why arithmetic fix who held_where",
        code="suggestion",
    ),
    Acceptors: _fields("names"),
    Location: _fields("file side"),
    TrailStep: _fields("file side", words="what"),
    ExcerptLine: _fields(words="text"),
    FindingPrincipal: _fields("kind address", value="name"),
    FindingCondition: _fields("operator key", value="values"),
    FindingWitness: _fields(value="principal action resource context", words="assumes"),
    FindingGrant: _fields("grade", value="actions except_actions resources except_resources", words="said"),
    FindingProof: _fields(
        "holder counts root address", value="name principal action resource context met reached_from"
    ),
    Recheck: _fields("standing", words="why"),
    ThreadKey: _fields("digits"),
    PathStep: _fields(value="source to", words="via"),
    EscalationStep: _fields("file", value="action on"),
    FindingEscalation: _fields("path grade", words="name becomes assumes"),
    AppliedWaiver: _fields("reason approver until source given_for approved"),
    Gap: _fields("id address file side grade kind cause roots", words="reason remedy"),
    CalledModule: _fields(words="source version source_before version_before"),
    Lint: _fields("rule help", words="title"),
    AccessCell: _fields("service level", words="before after"),
    HolderAccess: _fields("kind address", value="name"),
    AccessEdge: _fields("via state", value="source target"),
    Stats: _fields("confinement"),
    HolderInventory: _fields(
        "kind root address credentials grade marks", value="name", words="used_by unread worst remedies"
    ),
    HeldStatement: _fields(
        left="effect line",
        value="actions except_actions resources except_resources principals except_principals policy",
        words="when",
    ),
    HeldCondition: _fields("operator key", value="values"),
}
"""Every text of everything that a review or an inventory consists of. Of mappings the keys are left as they are."""
