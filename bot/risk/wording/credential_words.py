"""What is said of new credentials: alone, and as part of the finding of the user that they come with."""

from __future__ import annotations

from collections.abc import Sequence

from bot.access_diff.delta import CredentialChange
from bot.review.model import GradeName
from bot.review.prose import Prose
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.words import holder_words, in_variants

_THINGS = {
    "access-key": "an access key",
    "console-password": "a console password",
    "service-password": "a password for one AWS service",
    "signing-certificate": "a signing certificate",
    "ssh-key": "an SSH key",
    "trust-anchor": "certificates that open roles",
}


def thing(change: CredentialChange) -> str:
    """A credential with its article: "an access key"."""
    return _THINGS.get(change.credential.kind, change.credential.kind)


def comes_with(changes: Sequence[CredentialChange]) -> tuple[str, ...]:
    """What ends the title of a finding that such credentials come with."""
    return tuple(f"; with {thing(change)}" for change in changes[:1])


def credential_title(change: CredentialChange, owners: int, later: str, variants: Sequence[str] = ()) -> Prose:
    """Who gets what; `later` is what keeps it out today, `variants` are where."""
    more = f" and {owners - 1} more" if owners > 1 else ""
    extras = (" in place of another" if change.replaces else "", f" ({later})" if later else "")
    predicate = Predicate(Verb.IS_GIVEN, thing(change))
    sentence = Sentence(f"{holder_words(change.credential.owner)}{more}", Modality.CERTAIN, predicate, extras)
    return fitted(lambda _: sentence, lambda shown: in_variants(variants, shown))


def before_credential(change: CredentialChange) -> Prose:
    """What there was in its place."""
    return Prose(f"{thing(change)} that is replaced" if change.replaces else f"no such {change.credential.kind}")


def after_credential(change: CredentialChange) -> Prose:
    """What it opens."""
    return Prose(f"{thing(change)}: all that {holder_words(change.credential.owner)} may do, for whoever has it")


def credential_points(change: CredentialChange, grade: GradeName, points: int, *, later: bool = False) -> Prose:
    """What it adds to the score, and why no more."""
    why = ", a rotation" if change.replaces else ", nothing today" if later else ""
    return Prose(f"{thing(change)}{why}: {grade}, {points} points")
