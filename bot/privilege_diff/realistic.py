"""Plausible text for the parts of a witness that no policy fixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.iam.pattern import FRESH, LITERAL_STAR

_VALUES = {
    "aws:username": "alice",
    "aws:userid": "AIDAEXAMPLE",
    "aws:principalorgid": "o-example",
    "aws:sourceaccount": "999988887777",
    "aws:principalaccount": "999988887777",
    "aws:resourceaccount": "999988887777",
    "aws:requestedregion": "eu-west-3",
    "aws:sourcevpce": "vpce-0example",
    "aws:sourcevpc": "vpc-0example",
    "aws:sourcearn": "arn:aws:sns:eu-west-3:999988887777:example",
    "aws:principalarn": "arn:aws:iam::999988887777:role/example",
    "iam:passedtoservice": "example.amazonaws.com",
}


@dataclass(frozen=True, slots=True)
class Filling:
    """One consistent choice of names. FRESH characters in the texts given are replaced."""

    name: str
    region: str
    account: str
    foreign_account: str
    values: Mapping[str, str] = field(default_factory=dict)

    def action(self, text: str) -> str:
        """An action; what is open in it becomes a name AWS has not published."""
        return text.replace(FRESH, f"Unpublished{self.name.title()}") if FRESH in text else text

    def resource(self, text: str, action: str) -> str:
        """A resource ARN, region and account filled by their place."""
        text = text.replace(LITERAL_STAR, "*")
        if text == FRESH:
            return f"arn:aws:{action.partition(':')[0]}:{self.region}:{self.account}:{self.name}"
        return self._arn(text, self.account)

    def principal(self, text: str) -> str:
        """A principal written `<type>:<identifier>`."""
        kind, colon, identifier = text.partition(":")
        kind = kind.replace(FRESH, "AWS")
        return f"{kind}{colon}{self._arn(identifier, self.foreign_account)}"

    def value(self, key: str, text: str) -> str:
        """A condition key's value."""
        if FRESH not in text:
            return text
        if text == FRESH:
            return self.values.get(key, self.name)
        return self._arn(text, self.foreign_account)

    def _arn(self, text: str, account: str) -> str:
        if FRESH not in text:
            return text
        segments = text.split(":", 5)
        if len(segments) == 6:
            for index, usual in ((0, "arn"), (1, "aws"), (3, self.region), (4, account)):
                if segments[index] == FRESH:
                    segments[index] = usual
        return ":".join(segments).replace(FRESH, self.name)


PLAIN = Filling("example", "us-east-1", "123456789012", "999988887777", _VALUES)
UNUSUAL = Filling("zq7x", "zq-north-7", "770077007700", "660066006600")
"""Text that no policy holds, for when a plausible name happens to be covered already."""
