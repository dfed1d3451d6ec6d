"""What a provider's arguments say of the account that it works in, and which of them say it."""

from __future__ import annotations

from collections.abc import Hashable

from bot.evaluated.symbol_names import shown
from bot.evaluated.thing import Chosen
from bot.evaluated.value import Choice, ListValue, ObjectValue, StringValue, Unknown, Value, known_text
from bot.iam.arn import Arn

SAME_ACCOUNT = frozenset(
    {
        "alias", "default_tags", "duration", "duration_seconds", "ec2_metadata_service_endpoint",
        "ec2_metadata_service_endpoint_mode", "external_id", "http_proxy", "https_proxy", "ignore_tags", "insecure",
        "max_retries", "no_proxy", "region", "retry_mode", "s3_force_path_style", "s3_us_east_1_regional_endpoint",
        "s3_use_path_style", "session_name", "skip_credentials_validation", "skip_get_ec2_platforms",
        "skip_metadata_api_check", "skip_region_validation", "skip_requesting_account_id", "source_identity",
        "sts_region", "tags", "tag_policy_compliance", "token_bucket_rate_limiter_capacity", "transitive_tag_keys",
        "use_dualstack_endpoint", "use_fips_endpoint", "user_agent", "version",
    }
)  # fmt: skip
"""Arguments of a provider that leave it in the account it is in."""

CREDENTIALS = frozenset(
    {
        "access_key", "assume_role", "assume_role_with_web_identity", "profile", "secret_key", "shared_config_files",
        "shared_credentials_file", "shared_credentials_files", "token",
    }
)  # fmt: skip
"""Arguments of a provider by which it comes to its account."""

REFUSING = frozenset({"allowed_account_ids", "forbidden_account_ids"})
"""Arguments by which a provider does nothing in some accounts, "to prevent you from mistakenly using an incorrect one"
(AWS provider, Configuration)."""


def account_number(arguments: ObjectValue) -> str:
    """The id of the account that a provider says it works in; "" if it says none."""
    account = account_of(arguments)
    return account if isinstance(account, str) and _is_id(account) else ""


def accounts_said(arguments: ObjectValue) -> frozenset[str]:
    """The accounts in one of which a provider says that it works, as printed: nothing if it says none."""
    account, allowed = account_of(arguments), arguments.get("allowed_account_ids")
    if isinstance(account, str):
        return frozenset({account})
    if isinstance(allowed, ListValue):
        return frozenset(map(_printed, allowed.items))
    return frozenset() if allowed is None else frozenset({_printed(allowed)})


def _printed(value: Value) -> str:
    match value:
        case StringValue():
            return "".join(map(str, value.pieces))
        case Unknown():
            return str(value.symbol)
    return shown(value)


def account_of(arguments: ObjectValue) -> Hashable:
    """The account that a provider works in: its id, what names it, or both by what it hangs on; None if nothing does.

    Whichever of its roles is assumed: that says who applies, and not where.
    """
    allowed = arguments.get("allowed_account_ids")
    if isinstance(allowed, ListValue) and len(allowed.items) == 1 and known_text(allowed.items[0]):
        return known_text(allowed.items[0]) or ""
    roles = arguments.get("assume_role") or arguments.get("assume_role_with_web_identity")
    last = roles.items[-1] if isinstance(roles, ListValue) and roles.items else roles
    return _account_of(last.get("role_arn")) if isinstance(last, ObjectValue) else None


def _account_of(role_arn: Value | None) -> Hashable:
    match role_arn:
        case StringValue():
            arn = Arn.parse("".join(map(str, role_arn.pieces)))
            return arn.account if arn is not None and (_is_id(arn.account) or arn.account.startswith("${")) else None
        case Choice():
            ways = tuple((one.guard, _account_of(one.value)) for one in role_arn.alternatives)
            return None if any(account is None for _, account in ways) else Chosen(ways)
    return None


def _is_id(account: Hashable) -> bool:
    return isinstance(account, str) and account.isdecimal()


def is_written(account: Hashable) -> bool:
    """Whether it is an id, or one of some that hang on what only a run knows."""
    return _is_id(account) or (isinstance(account, Chosen) and all(is_written(each) for _, each in account.ways))
