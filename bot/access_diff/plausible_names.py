"""Plausible text for the parts of a witness that no policy fixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.frozen import dataclass
from bot.iam.arn import printed_segments, service_of, split_principal
from bot.iam.pattern import FRESH, FRESH_RUN

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
    "aws:sourceip": "203.0.113.7",
    "aws:vpcsourceip": "10.0.0.7",
    "aws:currenttime": "2026-01-01T00:00:00Z",
    "aws:tokenissuetime": "2026-01-01T00:00:00Z",
    "aws:epochtime": "1767225600",
    "aws:multifactorauthage": "60",
    "aws:multifactorauthpresent": "true",
    "aws:securetransport": "true",
    "aws:viaawsservice": "true",
    "aws:principalisawsservice": "true",
}


@dataclass(frozen=True, slots=True)
class Filling:
    """One consistent choice of names for what is open in an example: FRESH_RUN a word, FRESH one character."""

    name: str
    letter: str
    region: str
    account: str
    foreign_account: str
    partition: str = "aws"
    values: Mapping[str, str] = field(default_factory=dict)

    def action(self, text: str) -> str:
        """An action; what is open in it becomes a name AWS has not published."""
        return text.replace(FRESH_RUN, f"Unpublished{self.name.title()}").replace(FRESH, self.letter)

    def resource(self, text: str, action: str) -> str:
        """A resource ARN, region and account filled by their place."""
        if text == FRESH_RUN:
            return f"arn:aws:{service_of(action)}:{self.region}:{self.account}:{self.name}"
        return self._arn(text, self.account)

    def principal(self, text: str) -> str:
        """A principal written `<type>:<identifier>`."""
        kind, identifier = split_principal(text)
        if kind == text:
            return text.replace(FRESH_RUN, "AWS")
        kind = kind.replace(FRESH_RUN, "AWS")
        if kind == "Service" and identifier == FRESH_RUN:
            return f"Service:{self.name}.amazonaws.com"
        return f"{kind}:{self._arn(identifier, self.foreign_account)}"

    def value(self, key: str, text: str) -> str:
        """A condition key's value."""
        if text == FRESH_RUN:
            return self.values.get(key, self.name)
        return self._arn(text, self.foreign_account)

    def _arn(self, text: str, account: str) -> str:
        if text.isascii():
            return text
        parts = printed_segments(text)
        if len(parts) == 6:
            for index, usual in ((0, "arn"), (1, self.partition), (3, self.region), (4, account)):
                if parts[index] == FRESH_RUN:
                    parts[index] = usual
        return ":".join(parts).replace(FRESH_RUN, self.name).replace(FRESH, self.letter)


PLAIN = Filling("example", "x", "us-east-1", "123456789012", "999988887777", values=_VALUES)


def unusual(used: frozenset[str]) -> Filling:
    """Words that no policy holds, for when a plausible name happens to be covered; `used` are characters to avoid."""
    letter = next((char for char in _RARE if char not in used), "\u0416")
    return Filling(f"zq7{letter}", letter, "zq-north-7", "770077007700", "660066006600", partition="aws-us-gov")


_RARE = "zqxjkvwyzbcdefghimnoprstu0123456789ZQXJKVW_~!"
