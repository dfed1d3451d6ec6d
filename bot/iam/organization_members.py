"""Accounts that an expression takes from the organisation itself: others than the policy's own, and not strangers'."""

from __future__ import annotations

from bot.late_pattern import late_pattern

_KEYS = r"(\[[^\]]*\])*"
_MANAGEMENT = late_pattern(rf"aws_organizations_organization\.[\w-]+{_KEYS}\.master_account_id\}}$")
_ONE = late_pattern(rf"\.?(aws_organizations_account\.[\w-]+{_KEYS})\.id\}}$")
_SOME = late_pattern(
    rf"aws_organizations_(organization\.[\w-]+{_KEYS}\.(non_master_)?accounts"
    rf"|organizational_unit_(child|descendant)_accounts\.[\w-]+{_KEYS}\.accounts)\["
)


def members_words(account: str) -> str:
    """What a reader calls the accounts that an expression, as printed, takes from an organisation; "" for others."""
    if _MANAGEMENT.search(account):
        return "the organisation's management account"
    if one := _ONE.search(account):
        return f"account {one[1]} of the organisation"
    return "accounts of the organisation" if _SOME.search(account) else ""
