"""Who a resource policy or trust policy lets in, and how far outside that is."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

from bot.access_diff.delta import ConditionView, PrincipalPattern
from bot.frozen import dataclass
from bot.iam.arn import Arn, account_named, name_after, whole_account
from bot.iam.canonical_user import CANONICAL, CanonicalOwner, owner_of
from bot.iam.grant import POOLS
from bot.iam.kubernetes_access import ACCOUNTS, KUBERNETES
from bot.iam.organization_members import members_words
from bot.iam.symbol_shape import cluster_of
from bot.late_pattern import late_pattern
from bot.risk.limiting_conditions import (
    ACCOUNT_KEYS,
    CALLER_KEYS,
    NETWORK_KEYS,
    ORGANIZATION_KEYS,
    SOURCE_KEYS,
    limited_by,
    limits,
)
from bot.risk.made_elsewhere import role_of_output


class PrincipalExposure(enum.IntEnum):
    """Kinds of outsiders, nearest first; HOLDER is a principal's own policy."""

    HOLDER = 0
    SERVICE = 1
    INSIDE = 2
    NARROWED = 3
    SUBJECT = 4
    SUBJECT_PATTERN = 5
    EXTERNAL = 6
    ORGANIZATION = 7
    PROVIDER = 8
    ANYONE = 9


STRANGERS = frozenset(
    (
        PrincipalExposure.SUBJECT,
        PrincipalExposure.SUBJECT_PATTERN,
        PrincipalExposure.EXTERNAL,
        PrincipalExposure.ORGANIZATION,
        PrincipalExposure.PROVIDER,
        PrincipalExposure.ANYONE,
    )
)
"""Who is of no account of one's own."""

WHO_WORDS = {
    PrincipalExposure.HOLDER: "the principal itself",
    PrincipalExposure.SERVICE: "an AWS service",
    PrincipalExposure.INSIDE: "a principal of this account",
    PrincipalExposure.NARROWED: "anyone who meets the condition",
    PrincipalExposure.SUBJECT: "one subject of an identity provider",
    PrincipalExposure.SUBJECT_PATTERN: "a pattern of an identity provider's subjects",
    PrincipalExposure.EXTERNAL: "another account",
    PrincipalExposure.ORGANIZATION: "a whole organisation",
    PrincipalExposure.PROVIDER: "every subject of an identity provider",
    PrincipalExposure.ANYONE: "anyone",
}

_NAME = late_pattern(r"[^${}]+")
_OIDC = "oidc-provider/"
_WEB_IDENTITIES = ("accounts.google.com", "www.amazon.com", "graph.facebook.com", POOLS)
_OWN_APP = (
    f"{POOLS}:aud",
    "accounts.google.com:aud",
    "graph.facebook.com:app_id",
    "www.amazon.com:app_id",
)
"""Name one's own identity pool or app: whoever signs in to it is let in.

IAM User Guide, "Available keys for AWS OIDC federation": Google's `aud` is the `azp` of a token, which is the client ID
of an app, to which many sign in, or the number of the one service account that the token stands for.
"""

_SYMBOL = late_pattern(r"\$\{(?:[^{}]|\$\{[^{}]*\})*\}")
_OPAQUE = "\x00"
"""Stands for one unknown text: what is written inside a symbol is no pattern."""


def people(principals: Sequence[PrincipalPattern]) -> tuple[str, ...]:
    """The principals of a row as a reader knows them: without type, each once."""
    return tuple(dict.fromkeys(map(in_words, without_sessions(principals))))


def without_sessions(principals: Sequence[PrincipalPattern]) -> tuple[PrincipalPattern, ...]:
    """The principals of a row, a role not repeated as its sessions."""
    return tuple(one for one in principals if one.without or not _is_all_sessions(Arn.parse(one.name))) or tuple(
        principals
    )


def _is_all_sessions(arn: Arn | None) -> bool:
    return arn is not None and bool(arn.session_of) and arn.resource == f"assumed-role/{arn.session_of}/*"


ALEXA = frozenset(("alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com"))
"""The services that invoke functions for whoever publishes a skill (AWS Lambda and Alexa, resource-based policies)."""


def is_service(principal: PrincipalPattern) -> bool:
    """Whether it is one of AWS's services."""
    return principal.name.endswith((".amazonaws.com", ".amazonaws.com.cn")) or principal.name in ALEXA


def tells_account(principal: PrincipalPattern) -> bool:
    """Whether its words say which account it is of."""
    arn = Arn.parse(principal.name)
    if arn is not None and _is_principal(arn):
        return _says_which(arn.account)
    return bool(whole_account(principal.name))


def _is_principal(arn: Arn) -> bool:
    """Whether it names one role or user, perhaps by an expression in its name."""
    return arn.is_named("role", "user") and _NAME.fullmatch(_SYMBOL.sub("x", arn.name)) is not None


def in_words(principal: PrincipalPattern) -> str:
    """One principal as a reader knows it."""
    text = principal.name
    if principal.without:
        return _all_but(principal)
    if not text:
        return "an empty principal, which AWS refuses,"
    if principal.everyone:
        return "anyone"
    if principal.kind == CANONICAL:
        return _canonical_words(text)
    provider = name_after(text, _OIDC)
    if provider is not None or is_oidc_provider(principal):
        return _provider_words(provider or text)
    if principal.kind == KUBERNETES and text.startswith(ACCOUNTS):
        return f"service account {text.removeprefix(ACCOUNTS).replace(':', '/', 1)}"
    arn = Arn.parse(text)
    if arn is not None and _is_principal(arn):
        return f"{arn.kind} {arn.name}{f' of account {arn.account}' if _says_which(arn.account) else ''}"
    if role := role_of_output(text):
        return f"role {role}"
    return account_words(whole_account(text) or _account_alone(text)) or _by_symbol(text)


WHO_APPLIES = "whoever applies this"
_OWN_ARN = late_pattern(r"\$\{(?:[^{}]*\.)?data\.aws_caller_identity\.[^{}.]+\.arn\}")


_BLOCK = late_pattern(r"\$\{((?:module\.[^{}]+\.)?aws_iam_(role|user)\.[\w-]+(?:\[[^\[\]{}]*\])?)\.(?:arn|unique_id)\}")
_OF_CLOUDFRONT = late_pattern(r"\$\{(?:[^{}]*\.)?aws_cloudfront_origin_access_identity\.([^{}.]+)\.[^{}.]+\}")


def _by_symbol(text: str) -> str:
    """Who some blocks stand for, whatever they are called; the text of any other."""
    if block := _BLOCK.fullmatch(text):
        return f"{block[2]} {block[1]}"
    return _OF_CLOUDFRONT.sub(r"CloudFront (origin access identity \1)", _OWN_ARN.sub(WHO_APPLIES, text))


def _account_alone(text: str) -> str:
    """An account that is named by nothing but an expression, which is called as one; "" for any other text."""
    return text if _SYMBOL.fullmatch(text) and account_named(text) == text else ""


_WHERE_APPLIED = "the account that applies this"


def is_of_who_applies(principal: PrincipalPattern) -> bool:
    """Whether it is the whole account of whoever applies the configuration."""
    return in_words(principal) == _WHERE_APPLIED


def account_words(account: str) -> str:
    """A whole account as a reader knows it, by its number or by the expression that names it; "" for none."""
    if account.startswith(_OF_PROVIDER):
        return account[2:-1]
    if members := members_words(account):
        return members
    if account and not _says_which(account) and "${" in account:
        return _WHERE_APPLIED
    return f"account {account}" if account else ""


def _canonical_words(text: str) -> str:
    if owner_of(text) is CanonicalOwner.AWS:
        return "CloudFront's log delivery"
    return f"canonical user {text}" if text.isalnum() else _by_symbol(text)


_OF_PROVIDER = "${the account of provider "
"""How an account is called that only the configuration of a provider knows."""


def _says_which(account: str) -> bool:
    """Whether an ARN's account tells who: not where it is the one that asks, or any."""
    return account.isdigit() or ("${" in account and "aws_caller_identity" not in account)


def is_oidc_provider(principal: PrincipalPattern) -> bool:
    """Whether it is an OpenID Connect provider: by its ARN or issuer, or by what makes it where that is not known."""
    text = principal.name
    named = name_after(text, _OIDC) is not None or (text.startswith("${") and bool(_OIDC_SYMBOL.search(text)))
    return named or _is_issuer(principal)


def takes_any_audience(principals: Sequence[PrincipalPattern], conditions: Sequence[ConditionView]) -> bool:
    """Whether a token will do that a provider issued for somebody else.

    An issuer without its ARN comes of what an unread module is given, whose trust may ask for more.
    """
    providers = any(is_oidc_provider(one) and not _is_issuer(one) for one in principals)
    return providers and not any(one.key.lower().endswith(":aud") and limits(one) for one in conditions)


def _is_issuer(principal: PrincipalPattern) -> bool:
    text = principal.name
    return principal.kind == "Federated" and _ISSUER.fullmatch(text) is not None and text not in _WEB_IDENTITIES


_ISSUER = late_pattern(r"[\w-]+(\.[\w-]+)+(/[\w./-]*)?")


_OIDC_SYMBOL = late_pattern(r"aws_iam_openid_connect_provider\.|oidc_provider|openid_connect_provider")


def _provider_words(text: str) -> str:
    if not text.startswith("${"):
        return text
    if cluster := cluster_of(text):
        return f"the identity provider of cluster {cluster}"
    clusters = "issuer" in text or "eks" in text.lower() or "cluster" in text.lower()
    return "the cluster's identity provider" if clusters else text


def _all_but(principal: PrincipalPattern) -> str:
    others = ", ".join(one.printed for one in principal.without)
    return f"{'everyone' if principal.everyone else principal.name} except {others}"


@dataclass(frozen=True, slots=True)
class ExternalPrincipal:
    """How far outside one principal of a row is; `account` is its account where it is written, or, if it is `unnamed`,
    the expression that is all there is of who it is."""

    who: PrincipalExposure
    account: str = ""
    unnamed: bool = False

    @property
    def words(self) -> str:
        """What kind of outsider it is."""
        return UNNAMED if self.unnamed else WHO_WORDS[self.who]


UNNAMED = "whoever a variable without a value names"


def outsiders(
    principals: Sequence[PrincipalPattern],
    conditions: Sequence[ConditionView],
    own_accounts: frozenset[str],
    foreign: frozenset[str] = frozenset(),
) -> tuple[ExternalPrincipal, ...]:
    """Classify the principals of a row under its conditions; none means a principal's own policy.

    `own_accounts` are numbers; what is named by an expression is ours unless it is among the `foreign` ones.
    """
    if not principals:
        return (ExternalPrincipal(PrincipalExposure.HOLDER),)
    return tuple(_classify(one, conditions, own_accounts, foreign) for one in principals)


def guest(conditions: Sequence[ConditionView]) -> ExternalPrincipal:
    """Whoever is given a role without signing in: who it is is the role then, and from where is all that limits it."""
    narrowed = limited_by(conditions, NETWORK_KEYS)
    return ExternalPrincipal(PrincipalExposure.NARROWED if narrowed else PrincipalExposure.ANYONE)


def _classify(
    principal: PrincipalPattern, conditions: Sequence[ConditionView], own: frozenset[str], foreign: frozenset[str]
) -> ExternalPrincipal:
    text = principal.name
    if not text:
        return ExternalPrincipal(PrincipalExposure.INSIDE)
    if principal.everyone:
        return _anyone(conditions, own, foreign)
    if principal.kind == CANONICAL:
        stranger = owner_of(text) is CanonicalOwner.UNKNOWN
        return ExternalPrincipal(PrincipalExposure.EXTERNAL if stranger else PrincipalExposure.INSIDE)
    if name_after(text, "saml-provider/") is not None:
        return ExternalPrincipal(_of_saml(conditions))
    if is_oidc_provider(principal) or text in _WEB_IDENTITIES:
        return ExternalPrincipal(_federated(text, conditions))
    if is_service(principal):
        return ExternalPrincipal(PrincipalExposure.SERVICE)
    return _of_account(text, own, foreign)


def _of_account(text: str, own: frozenset[str], foreign: frozenset[str]) -> ExternalPrincipal:
    """Somebody by the account that the text names, or by the text where that is all there is."""
    account = account_named(text)
    unnamed = not account and text in foreign
    outside = unnamed or _is_outside(account, own, foreign)
    if outside and members_words(account):
        return ExternalPrincipal(PrincipalExposure.ORGANIZATION, account)
    who = PrincipalExposure.EXTERNAL if outside else PrincipalExposure.INSIDE
    return ExternalPrincipal(who, text if unnamed else account, unnamed)


def _is_outside(account: str, own: frozenset[str], foreign: frozenset[str]) -> bool:
    return account not in own if account.isdigit() else account in foreign


def _of_saml(conditions: Sequence[ConditionView]) -> PrincipalExposure:
    claimed = any(one.key.lower() == "saml:aud" and limits(one) for one in conditions)
    return PrincipalExposure.SUBJECT if claimed else PrincipalExposure.PROVIDER


_NAMED_BY_ARN = frozenset(("aws:principalarn",))


def _anyone(conditions: Sequence[ConditionView], own: frozenset[str], foreign: frozenset[str]) -> ExternalPrincipal:
    if limited_by(conditions, ORGANIZATION_KEYS):
        return ExternalPrincipal(PrincipalExposure.ORGANIZATION)
    account = limited_by(conditions, ACCOUNT_KEYS)
    named = account or limited_by(conditions, _NAMED_BY_ARN)
    people = (_of_account(one, own, foreign) for one in (named.values if named else ()))
    outside = [one for one in people if one.who is not PrincipalExposure.INSIDE]
    if outside:
        return outside[0]
    if account:
        return ExternalPrincipal(PrincipalExposure.INSIDE)
    # An external id is no secret and says nothing of who asks.
    narrowed = limited_by(conditions, SOURCE_KEYS | NETWORK_KEYS | (CALLER_KEYS - {"sts:externalid"}))
    return ExternalPrincipal(PrincipalExposure.NARROWED if narrowed else PrincipalExposure.ANYONE)


def _federated(text: str, conditions: Sequence[ConditionView]) -> PrincipalExposure:
    apps = _values_of(conditions, _OWN_APP) if text in _WEB_IDENTITIES else []
    if apps and text == POOLS:  # a pool is a resource of one's own account, which says who signs in
        return PrincipalExposure.NARROWED
    subjects = _values_of(conditions, (":sub", ":repository", ":job_workflow_ref"))
    if apps and not subjects:
        return PrincipalExposure.SUBJECT if all(map(str.isdigit, apps)) else PrincipalExposure.SUBJECT_PATTERN
    return max(map(_subject, subjects), default=PrincipalExposure.PROVIDER)


def _values_of(conditions: Sequence[ConditionView], ends: tuple[str, ...]) -> list[str]:
    """The values of the conditions that limit by a key with one of some ends."""
    return [value for one in conditions if one.key.lower().endswith(ends) and limits(one) for value in one.values]


def _subject(value: str) -> PrincipalExposure:
    """How wide a subject is: `repo:org/name:*` is one repository, `repo:org/*` and `repo:*` are many.

    An unknown text in the owner's place may be the whole name: `repo:${var.repository}:*` is one repository too, and
    without what ends the name some, whichever; never all.
    """
    value = _SYMBOL.sub(_OPAQUE, value)
    wild = re.search(r"[*?]", value)
    if wild is None:
        return PrincipalExposure.SUBJECT
    fixed = value[: wild.start()]
    kind, _, rest = fixed.partition(":")
    if not rest and not kind.strip():
        return PrincipalExposure.PROVIDER
    if kind in ("repo", "project_path", "repository"):
        owner, slash, name = rest.partition("/")
        unknown = _OPAQUE in owner
        if ":" in (name or (owner if unknown else "")):
            return PrincipalExposure.SUBJECT
        return PrincipalExposure.SUBJECT_PATTERN if unknown or (slash and owner) else PrincipalExposure.PROVIDER
    return PrincipalExposure.SUBJECT_PATTERN
