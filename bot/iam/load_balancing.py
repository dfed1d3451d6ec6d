"""The accounts of AWS's own that load balancers write their access logs from."""

from __future__ import annotations

import re

from bot.late_pattern import late_pattern

ELB_ACCOUNTS = {
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
"""Accounts that Elastic Load Balancing writes access logs from, by region; from its user guide."""

_LOGGING = frozenset(("s3:putobject", "s3:getbucketacl", "s3:getbucketlocation"))
"""What its guide asks for: to write the logs, and what a bucket tells whoever writes them."""


def accounts_that_log(actions: tuple[str, ...]) -> frozenset[str]:
    """Accounts that are no strangers where they are let in to write logs and to nothing else.

    Elastic Load Balancing, "Enable access logs for your Application Load Balancer": the policy names the account of
    the region, which `data.aws_elb_service_account` looks up; it knows no condition on whose load balancer it is.
    """
    return frozenset(ELB_ACCOUNTS.values()) if _LOGGING.issuperset(map(str.lower, actions)) else frozenset()


def called_of_load_balancers(account: str) -> bool:
    """Whether an account is one of these, by its number, by what looks it up, or by what a name for it is called."""
    known = account in ELB_ACCOUNTS.values() or "data.aws_elb_service_account." in account
    return known or _CALLED.fullmatch(account) is not None


_CALLED = late_pattern(r"\$\{(?:var|local)\.(?:aws_)?[aen]?lb(?:_service)?_account(?:_id)?\}", re.IGNORECASE)
