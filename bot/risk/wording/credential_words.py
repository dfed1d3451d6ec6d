"""What is said of new credentials: alone, and as part of the finding of the user that they come with."""

from __future__ import annotations

from collections.abc import Sequence

from bot.access_diff.delta import CredentialChange
from bot.review.model import GradeName
from bot.review.prose import Prose
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.words import cut, few, holder_words, in_variants

_THINGS = {
    "access-key": "an access key",
    "console-password": "a console password",
    "identity-provider": "a provider of identities",
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
    if change.credential.says is not None:
        return _provider_title(change, owners, later, variants)
    more = f" and {owners - 1} more" if owners > 1 else ""
    extras = (" in place of another" if change.replaces else "", f" ({later})" if later else "")
    predicate = Predicate(Verb.IS_GIVEN, thing(change))
    sentence = Sentence(f"{holder_words(change.credential.owner)}{more}", Modality.CERTAIN, predicate, extras)
    return fitted(lambda _: sentence, lambda shown: in_variants(variants, shown))


def _provider_title(change: CredentialChange, owners: int, later: str, variants: Sequence[str]) -> Prose:
    """Which roles whoever a provider signs in can become."""
    more = f" and {owners - 1} more" if owners > 1 else ""
    extras = (f" ({later})",) if later else ()

    def said(shown: int) -> Sentence:
        trusted = few([holder_words(one) for one in change.opens or change.opened], max(shown, 1))
        since = "which trusted its name before" if change.opens else "as its trust says"
        whom = f"{trusted}, {since}" if trusted else "roles that trust it (none here does)"
        predicate = Predicate(Verb.GAINS, f"become {whom}")
        subject = f"whoever the new identity provider {cut(change.credential.owner.name)}{more} signs in"
        return Sentence(subject, Modality.CERTAIN, predicate, extras)

    return fitted(said, lambda shown: in_variants(variants, shown))


def before_credential(change: CredentialChange) -> Prose:
    """What there was in its place."""
    if change.credential.says is not None:
        return Prose("no such provider, or one that says something else")
    return Prose(f"{thing(change)} that is replaced" if change.replaces else f"no such {change.credential.kind}")


def after_credential(change: CredentialChange) -> Prose:
    """What it opens."""
    if change.credential.says is not None:
        return Prose("whoever it signs in comes to the roles that trust it, wherever they are kept")
    return Prose(f"{thing(change)}: all that {holder_words(change.credential.owner)} may do, for whoever has it")


def credential_points(change: CredentialChange, grade: GradeName, points: int, *, later: bool = False) -> Prose:
    """What it adds to the score, and why no more."""
    why = ", a rotation" if change.replaces else ", nothing today" if later else ""
    return Prose(f"{thing(change)}{why}: {grade}, {points} points")
