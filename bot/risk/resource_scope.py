"""How much a resource pattern covers: one named thing, a prefix, a whole type, or everything."""

from __future__ import annotations

import enum
import re
from functools import lru_cache

from bot.evaluated.production import is_environment
from bot.iam.arn import first_name, is_everything, name_after, segments
from bot.iam.catalog import load_catalog
from bot.iam.pattern import arn_pattern, covers
from bot.late_pattern import late_pattern


class ResourceScope(enum.IntEnum):
    """The columns of the score's table, narrow first."""

    NAMED = 0
    PREFIX = 1
    TYPE = 2
    EVERYTHING = 3


WIDTH_WORDS = {
    ResourceScope.NAMED: "a named resource",
    ResourceScope.PREFIX: "every resource with a prefix",
    ResourceScope.TYPE: "a whole resource type or account",
    ResourceScope.EVERYTHING: "everything",
}

_SYMBOL = late_pattern(r"\$\{[^}]*\}")
_WILD = late_pattern(r"[*?]")
_OPAQUE = "\x00"
_RANDOM_SUFFIX = late_pattern(r"-\?{6}$")
"""Secrets Manager ends every secret's ARN with six random characters."""

_CONTENT_OF_ONE = ("s3", "dynamodb")
"""Services where `name/*` is the content of one named thing."""


BUILDS = frozenset(("ecr:batchgetimage", "ecr:getdownloadurlforlayer", "lambda:getfunction", "lambda:getlayerversion"))
"""They return what the account builds and runs (images, code), not what its customers store: on `*`, a whole type."""


OBJECT_ACLS = frozenset(("s3:putobjectacl", "s3:putobjectversionacl"))
"""They say who else gets one object, where its bucket heeds ACLs: of everything they are no more than of a type."""


@lru_cache(maxsize=16384)
def width_of(resource: str, action: str) -> ResourceScope:
    """The width of a resource pattern for one action.

    It counts only where something narrower could be written: an action without resource-level
    permission has to be granted on `*`.
    """
    if not load_catalog().resource_level(action):
        return ResourceScope.NAMED
    width = pattern_width(resource)
    if width is ResourceScope.TYPE and _is_all_of(resource, action):
        width = ResourceScope.EVERYTHING
    return min(width, ResourceScope.TYPE) if action.lower() in BUILDS | OBJECT_ACLS else width


def _is_all_of(resource: str, action: str) -> bool:
    """Whether a pattern covers all that an action can act on, in every account and region, as `*` does.

    Access points are ways to what the buckets' ARNs stand for.
    """
    parts = segments(_SYMBOL.sub(_OPAQUE, resource))
    pattern = arn_pattern(":".join((parts[0], "*", *parts[2:])))
    return all(covers(pattern, arn_pattern(arn)) for arn in load_catalog().fits(action) if ":accesspoint/" not in arn)


@lru_cache(maxsize=16384)
def pattern_width(resource: str) -> ResourceScope:
    """The width of a resource pattern as such. A symbol (`${...}`) stands for one name."""
    text = _SYMBOL.sub(_OPAQUE, resource)
    if is_everything(text.replace("?", "*")):
        return ResourceScope.EVERYTHING
    if not _WILD.search(text):
        return ResourceScope.NAMED
    parts = segments(text)
    if len(parts) < 6:
        return _width_of_name("", text)
    _, _, service, _, account, name = parts
    if not service.strip("*?") and not name.strip("*?"):
        return ResourceScope.EVERYTHING
    width = _width_of_name(service, name)
    return max(width, ResourceScope.PREFIX) if "*" in account else width


def _width_of_name(service: str, name: str) -> ResourceScope:
    name = _RANDOM_SUFFIX.sub("", _without_type(service, name))
    if not name.strip("*?/:"):
        return ResourceScope.TYPE
    first, slash, _ = name.partition("/")
    if service == "s3" and not first.strip("*?") and slash:
        return ResourceScope.TYPE
    if service in _CONTENT_OF_ONE and slash and not _WILD.search(first):
        return ResourceScope.NAMED
    return ResourceScope.PREFIX if _WILD.search(name.removesuffix(":*")) else ResourceScope.NAMED


def is_under_own_path(resource: str) -> bool:
    """Whether a pattern takes in only parameters under a path with somebody's own name, as objects of a bucket are.

    A path that says an environment alone, or what everybody has there, is nobody's own; `/aws/` is AWS's, by which
    secrets are read.
    """
    literal = _WILD.split(_SYMBOL.sub(_dotted, name_after(resource, "parameter/") or ""), maxsplit=1)[0]
    first, *others = literal.removeprefix("/").split("/")[:-1] or ("aws",)
    return first != "aws" and not all(is_environment(name) or name.lower() in _EVERYBODYS for name in (first, *others))


def _dotted(symbol: re.Match[str]) -> str:
    """A symbol without what would be taken for a separator or a wildcard."""
    return re.sub(r"[*?/]", ".", symbol[0])


_EVERYBODYS = frozenset(
    (
        "all", "app", "application", "applications", "apps", "common", "config", "configuration", "default", "global",
        "infra", "infrastructure", "parameters", "params", "platform", "secret", "secrets", "service", "services",
        "shared", "ssm",
    )
)  # fmt: skip
"""Folders of parameters that are called after no one of those who read them."""


def is_kept_by_aws(resource: str) -> bool:
    """Whether a pattern takes in only roles that AWS keeps to itself, whatever a policy allows.

    IAM Identity Center User Guide, "IAM roles created by IAM Identity Center": under `aws-reserved/`, where it alone
    changes them.
    """
    name = name_after(resource, "role/")
    return name is not None and name.startswith("aws-reserved/")


_KIND = late_pattern(r"[a-z][a-zA-Z0-9-]*")


def _without_type(service: str, name: str) -> str:
    """What follows the resource type in the last part of an ARN ("role/", "function:")."""
    if service in ("s3", "sns", "sqs"):
        return name
    kind = first_name(name)
    return name[len(kind) + 1 :] if _KIND.fullmatch(kind) and kind != name else name
