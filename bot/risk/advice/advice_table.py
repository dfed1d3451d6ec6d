"""The dated table of nouns, verbs and condition keys (`words.toml`, beside this file) as frozen values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.frozen import dataclass
from bot.iam.action_glob import names_action


@dataclass(frozen=True, slots=True)
class Noun:
    """What a reviewer calls a type of resource, one and several, and how one of them is named in a policy."""

    one: str
    several: str
    named_by: str = "by ARN"


ANYTHING = Noun("resource", "resources")
"""For types that the table does not know."""


@dataclass(frozen=True, slots=True)
class NarrowingKey:
    """A condition key that narrows the actions of some patterns; `says` completes "require ...".

    `named`: it is worth asking for also where the resource is named.
    """

    key: str
    says: str
    actions: tuple[str, ...]
    named: bool = False

    def speaks_of(self, action: str) -> bool:
        """Whether it narrows a canonical action."""
        return any(names_action(glob, action) for glob in self.actions)


@dataclass(frozen=True, slots=True)
class AdviceWords:
    """The table. Keys of `nouns` are "service:type", `uses` are what one does by which patterns of actions.

    `sources` are what services name when they assume a role, `senders` what they act for on a resource. `names` are
    keys (lower case) whose value names the resource, `usual` patterns of actions (lower case) that nobody lists,
    `ahead` those on what nobody can name ahead, `decides` those that may decide who may do what.
    """

    date: str
    nouns: Mapping[str, Noun]
    tagged: frozenset[str]
    uses: Mapping[str, tuple[str, ...]]
    keys: tuple[NarrowingKey, ...]
    sources: Mapping[str, str]
    senders: Mapping[str, str]
    names: frozenset[str]
    usual: frozenset[str]
    ahead: tuple[str, ...]
    decides: tuple[str, ...]


@cache
def advice_words() -> AdviceWords:
    """The table that ships with the program."""
    raw = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    return AdviceWords(
        date=raw["date"],
        nouns={name: Noun(*text.split("/")) for name, text in raw["nouns"].items()},
        tagged=frozenset(raw["tagged"]),
        uses={says: tuple(globs) for says, globs in raw["uses"].items()},
        keys=tuple(
            NarrowingKey(one["key"], one["says"], tuple(one["actions"]), one.get("named", False)) for one in raw["key"]
        ),
        sources=raw["sources"],
        senders=raw["senders"],
        names=frozenset(name.lower() for name in raw["names"]),
        usual=frozenset(glob.lower() for glob in raw["usual"]),
        ahead=tuple(raw["ahead"]),
        decides=tuple(raw["decides"]),
    )
