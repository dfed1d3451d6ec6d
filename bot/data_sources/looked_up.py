"""What a data source looks up, by which arguments, and in which account a provider works."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable

from bot.evaluated.mentions import plain
from bot.evaluated.production import production_first
from bot.evaluated.symbol_names import shown
from bot.evaluated.thing import HERE, Asked, Home
from bot.evaluated.value import Choice, NullValue, ObjectValue, StringValue, Value, known_text
from bot.resource_types.provider_accounts import SAME_ACCOUNT, account_number, account_of, is_written

EVALUATED = frozenset(
    {
        "aws_arn", "aws_iam_policy_document", "aws_service_principal", "template_cloudinit_config",
        "cloudinit_config", "template_file",
    }
)  # fmt: skip
"""What they yield follows from their arguments, and is compared where it is used."""

READING = frozenset({"archive_file", "external", "local_file", "local_sensitive_file", "shell_script"})
"""What they find is in the files that they are told of, or what these print."""

HOW = frozenset(
    {
        "accept_language", "depends_on", "fetch_owner", "get_password_data", "get_user_data", "include_public_key",
        "include_values", "lifecycle", "query_lambda_function_url", "retry", "timeouts", "with_decryption",
    }
)  # fmt: skip
"""Arguments that choose how is looked, or how much of what is found is shown, and not for what."""

STATE_HOW = frozenset(
    {
        "access_key", "acl", "assume_role", "assume_role_duration_seconds", "assume_role_with_web_identity",
        "dynamodb_table", "encrypt", "external_id", "kms_key_id", "max_retries", "profile", "region", "retry_mode",
        "role_arn", "secret_key", "session_name", "shared_config_files", "shared_credentials_file",
        "shared_credentials_files", "skip_credentials_validation", "skip_metadata_api_check",
        "skip_region_validation", "skip_requesting_account_id", "token", "use_lockfile",
    }
)  # fmt: skip
"""Settings of the back end "s3" by which a state is read, and not which it is: that are the key and the bucket, whose
name no other one of the partition has ("General purpose buckets overview", Amazon S3 User Guide)."""

REGIONLESS = ("aws_iam_", "aws_organizations_", "aws_route53_", "aws_cloudfront_", "aws_caller_identity")
"""How types begin of things that are in no region. Sources: "Global services" in AWS's whitepaper on partitions."""

_MAX_SHOWN = 100


def asked(kind: str, arguments: ObjectValue) -> tuple[Asked, ...] | None:
    """The arguments that say what a data source of that type looks up; None where it looks nothing up."""
    if kind in EVALUATED:
        return None
    given = [(str(name), value) for name, value in arguments.entries if name not in HOW]
    if kind == "terraform_remote_state" and known_text(arguments.get("backend")) == "s3":
        given = [(name, _of_state(value) if name == "config" else value) for name, value in given]
    return tuple(Asked(name, plain(value), _words(value)) for name, value in given if not isinstance(value, NullValue))


def _of_state(config: Value) -> Value:
    """A back end's settings without those that say nothing of which state it is."""
    if not isinstance(config, ObjectValue):
        return config
    return dataclasses.replace(config, entries=tuple(one for one in config.entries if str(one[0]) not in STATE_HOW))


def home(name: str, arguments: ObjectValue, default: Callable[[], ObjectValue | None]) -> Home:
    """Where the provider that blocks call `name` works; `default` gives the default one's of its kind, None where that
    is known to have other credentials and not which.

    One with the default's credentials is where the root is, and so is one with none where that has none. The default
    one itself is where the root is, too.
    """
    if "." not in name:
        return _of_root(arguments)
    credentials = plain(arguments, SAME_ACCOUNT)
    if not credentials:
        return Home(name=name) if _credentials(default()) == () else Home(_AT_HAND, name=name, provider=name)
    account = account_of(arguments)
    number = account_number(arguments)
    words = f"account {account}" if number else name
    if credentials == _credentials(default()):
        return Home(name=words, number=number)
    if account is None:
        return Home(credentials, name=name, provider=name)
    return Home(account, "", words, name, "id" if is_written(account) else "named", number)


def _of_root(arguments: ObjectValue) -> Home:
    """Where the root is, whose account the default provider may say."""
    number = account_number(arguments)
    return Home(name=f"account {number}", number=number) if number else HERE


def _credentials(arguments: ObjectValue | None) -> Hashable:
    return None if arguments is None else plain(arguments, SAME_ACCOUNT)


_AT_HAND = ("the credentials at hand",)
"""Where a provider works that names none, beside a default one that does."""


def with_region(where: Home, kind: str, arguments: ObjectValue, region: str) -> Home:
    """The home of what is looked up: in the region of its own argument or of the provider, if it is in any."""
    if kind.startswith(REGIONLESS):
        return where
    own = arguments.get("region")
    return dataclasses.replace(where, region=(own.known or "") if isinstance(own, StringValue) else region)


def _words(value: Value) -> str:
    """The value for people; of several names that it may have one, and how many more there are."""
    words = shown(value).strip('"')
    if isinstance(value, Choice):
        named = production_first(filter(None, (known_text(each.value) for each in value.alternatives)))
        others = len({shown(each.value) for each in value.alternatives}) - 1
        words = f"{named[0]} or {others} more" if named and others else words
    return words if len(words) <= _MAX_SHOWN else f"{words[: _MAX_SHOWN - 3]}..."
