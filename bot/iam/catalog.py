"""AWS's catalogue of services, actions and what each action can act on, as published on a date.

An action that is not in it may still exist: AWS publishes new ones every week. Names are matched without
regard to case, as IAM matches them, and come back in AWS's spelling.
"""

from __future__ import annotations

import difflib
import enum
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any

import msgspec

from bot.frozen import dataclass
from bot.iam.action_glob import ActionGlob
from bot.iam.arn import segments, split_action
from bot.iam.operations import permitted_by
from bot.iam.packaged import data_lines
from bot.late_pattern import late_pattern


class AccessLevel(enum.StrEnum):
    """AWS's access level of an action, from the service authorization reference."""

    LIST = "list"
    READ = "read"
    TAGGING = "tagging"
    WRITE = "write"
    PERMISSIONS = "permissions"


_LEVELS = {level.value[0]: level for level in AccessLevel}

# What a type's ARN pattern includes although no resource of that type can have such an ARN: a bucket's name
# has no slash (Amazon S3 User Guide, "Bucket naming rules"), nor has a table's (Amazon DynamoDB Developer
# Guide, "Naming rules").
_NEVER: dict[tuple[str, str], tuple[str, ...]] = {
    ("s3", "bucket"): ("arn:*:s3:::*/*",),
    ("dynamodb", "table"): ("arn:*:dynamodb:*:*:table/*/*",),
}


# What AWS's list leaves out of an action: the type that it acts on, and its condition keys (AWS Step Functions
# Developer Guide, "Call HTTPS APIs", permissions to run an HTTP Task: it is granted on a state machine with both).
_LEFT_OUT: dict[str, tuple[str, tuple[str, ...]]] = {
    "states:InvokeHTTPEndpoint": ("statemachine", ("states:HTTPEndpoint", "states:HTTPMethod")),
}


class _Types(msgspec.Struct, gc=False):
    """Of a service's line only its resource types: all services' are read at once, where the rest would take long."""

    types: dict[str, tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class CatalogResource:
    """A kind of resource of a service.

    `arn_formats` are AWS's ("arn:${Partition}:s3:::${BucketName}"), `arn_patterns` the same as globs
    ("arn:*:s3:::*"); `never` are globs that lie in the patterns but name no resource of this type.
    `required` says that the action cannot be granted without a resource of this type.
    """

    name: str
    arn_formats: tuple[str, ...]
    arn_patterns: tuple[str, ...]
    condition_keys: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """One action as AWS documents it.

    `condition_keys` are those AWS lists for the action and its resource types, in AWS's spellings
    ("aws:RequestTag/${TagKey}", "s3:ExistingObjectTag/<key>"); the global keys every action has are not among them.
    `passes_role` says that the caller needs iam:PassRole besides: what the action makes or changes runs as a role.
    """

    service: str
    name: str
    level: AccessLevel
    resource_types: tuple[CatalogResource, ...] = ()
    condition_keys: tuple[str, ...] = ()
    passes_role: bool = False

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"

    def knows(self, key: str) -> bool:
        """Whether a condition key, in any case, is one of those listed; what one ends in may stand for anything."""
        return any(_is_of(key.lower(), listed.lower()) for listed in self.condition_keys)


def _is_of(key: str, listed: str) -> bool:
    fixed = _VARIABLE.split(listed, maxsplit=1)[0]
    return key == listed or (fixed != listed and key.startswith(fixed))


_VARIABLE = late_pattern(r"\$\{|<")
"""How the part of a key begins that stands for anything."""


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """A service prefix, the service's name for people, and the canonical names of its actions in order."""

    prefix: str
    title: str
    actions: tuple[str, ...]


_TITLES = {
    "apigateway": "Amazon API Gateway",
    "cloudformation": "AWS CloudFormation",
    "elasticloadbalancing": "Elastic Load Balancing",
    "greengrass": "AWS IoT Greengrass",
    "kinesisanalytics": "Amazon Kinesis Analytics",
    "lex": "Amazon Lex",
    "ses": "Amazon SES",
    "sms-voice": "AWS End User Messaging",
}
"""What those services are called that have a prefix in common with another page of the reference, the last of which
counts in the data."""

_NEAR = 5
"""So many names that are near to an unknown one are asked whether they do the same."""

_READS = late_pattern(r"(?i)(?:batch)?(?:describe|get|list|search)")
_CHANGES = late_pattern(r"(?i)(?:batch)?(?:create|delete|put|start|stop|update)")
"""How the name of an action begins that only reads, and of one that does not."""


class Catalog:
    """The actions known on `date` (ISO). Services are parsed when first asked for; answers are kept."""

    def __init__(self, lines: list[str]) -> None:
        header = msgspec.json.decode(lines[0])
        self.date: str = header["date"]
        self.source: str = f"{header['source']} {header['version']}"
        self._lines = {line.split('"', 4)[3]: line for line in lines[1:]}
        self._raw = cache(self._parse)
        self._service = cache(self._read_service)
        self._info = cache(self._read_info)
        self._expanded = lru_cache(maxsize=8192)(self._expand)
        self._acting = cache(self._owners)

    @property
    def services(self) -> tuple[str, ...]:
        """Every known service prefix, in order."""
        return tuple(self._lines)

    def service(self, prefix: str) -> ServiceInfo | None:
        """The service of this prefix, None if AWS has published none."""
        return self._service(prefix.lower())

    def expand(self, pattern: str) -> tuple[str, ...]:
        """The known actions a pattern of an Action element matches, canonical, in order.

        `*` alone matches all. A pattern without a colon, or with an unknown service, matches none.
        """
        return self._expanded(pattern)

    def info(self, action: str) -> ActionInfo | None:
        """What AWS documents about one action ("s3:GetObject"), None if it is not known."""
        return self._info(action.lower())

    def level(self, action: str) -> AccessLevel | None:
        """What AWS says that an action does; None if it is not known. Cheaper than all that is known of it."""
        prefix, name = split_action(action.lower()) or (action, "")
        raw = self._raw(prefix)
        canonical = None if raw is None else raw["by_name"].get(name)
        return None if raw is None or canonical is None else _LEVELS[raw["actions"][canonical][0]]

    def resource_level(self, action: str) -> bool:
        """Whether the action acts on named resources; True for an unknown one, which may.

        One that does not is granted only by a Resource that matches the string `*` itself.
        """
        info = self.info(action)
        return info is None or bool(info.resource_types)

    def fits(self, action: str) -> tuple[str, ...]:
        """Globs of the ARNs the action can act on; `("*",)` if it is unknown or has no resource-level support."""
        info = self.info(action)
        if info is None or not info.resource_types:
            return ("*",)
        return tuple(dict.fromkeys(arn for of in info.resource_types for arn in of.arn_patterns))

    def never_fits(self, action: str) -> tuple[str, ...]:
        """Globs of ARNs that lie within `fits(action)` and that the action still cannot act on.

        `s3:ListBucket` acts on `arn:*:s3:::*` and never on `arn:*:s3:::*/*`. None that hold what it acts on, too:
        `dynamodb:Query` acts on tables and on their indexes, whose ARNs lie within the tables' glob.
        """
        info = self.info(action)
        types = info.resource_types if info else ()
        whole = [arn for of in types for arn in of.arn_patterns]
        return tuple(arn for of in types for arn in of.never if not any(fnmatchcase(one, arn) for one in whole))

    def acting_on(self, segment: str) -> frozenset[str]:
        """The prefixes of services that act on ARNs whose third segment is `segment` ("s3")."""
        owners = self._acting()
        return frozenset(owners.get(segment, ())) | frozenset(owners.get("*", ()))

    def nearest(self, name: str) -> str | None:
        """The known action or service prefix that an unknown one was probably meant to be."""
        permitting = permitted_by(name)
        if permitting is not None:
            return permitting
        prefix, action = split_action(name) or (name, None)
        prefix = prefix.lower()
        if prefix not in self._lines:
            close = difflib.get_close_matches(prefix, self._lines, 1, 0.7)
            return (close[0] if action is None else f"{close[0]}:{action}") if close else None
        by_name = (self._raw(prefix) or {"by_name": {}})["by_name"]
        close = difflib.get_close_matches((action or "").lower(), by_name, _NEAR, 0.7)
        names = (f"{prefix}:{by_name[one]}" for one in close)
        return next((name for name in names if self._may_be_meant(action or "", name)), None)

    def _may_be_meant(self, unknown: str, name: str) -> bool:
        """Whether a known action reads where an unknown one says that it does, and changes where that says so."""
        reads = self.level(name) in (AccessLevel.LIST, AccessLevel.READ)
        return not (_CHANGES if reads else _READS).match(unknown)

    def _expand(self, pattern: str) -> tuple[str, ...]:
        glob = ActionGlob.parse(pattern)
        if glob is None:
            return ()
        names: list[str] = []
        for prefix in self._matching_services(glob):
            service = self._service(prefix)
            names += glob.select(service.actions, len(prefix) + 1) if service else ()
        return tuple(names)

    def _matching_services(self, glob: ActionGlob) -> tuple[str, ...]:
        if glob.service is None:
            return self.services
        if "*" in glob.service or "?" in glob.service:
            return self.services
        return (glob.service,) if glob.service in self._lines else ()

    def _owners(self) -> dict[str, set[str]]:
        """Service prefixes by the third segment of the ARNs their actions act on; "*" where it is none."""
        owners: dict[str, set[str]] = {}
        for prefix, line in self._lines.items():
            for arn, _ in msgspec.json.decode(line, type=_Types).types.values():
                segment = _pattern((segments(arn) + ["*"] * 3)[2])
                owners.setdefault("*" if "*" in segment or not segment else segment, set()).add(prefix)
        return owners

    def _parse(self, prefix: str) -> dict[str, Any] | None:
        line = self._lines.get(prefix)
        if line is None:
            return None
        raw: dict[str, Any] = msgspec.json.decode(line)
        raw["by_name"] = {name.lower(): name for name in raw["actions"]}
        return raw

    def _read_service(self, prefix: str) -> ServiceInfo | None:
        raw = self._raw(prefix)
        if raw is None:
            return None
        return ServiceInfo(
            prefix, _TITLES.get(prefix, raw["title"]), tuple(f"{prefix}:{name}" for name in raw["actions"])
        )

    def _read_info(self, action: str) -> ActionInfo | None:
        prefix, name = split_action(action) or (action, "")
        raw = self._raw(prefix)
        if raw is None or name not in raw["by_name"]:
            return None
        canonical = raw["by_name"][name]
        level, types, keyset, *passing = raw["actions"][canonical]
        more, more_keys = _LEFT_OUT.get(f"{prefix}:{canonical}", ("", ()))
        used = tuple(_resource_type(prefix, raw, word) for word in filter(None, (*types.split("|"), more)))
        keys = dict.fromkeys((*raw["keysets"][keyset], *more_keys))
        for of in used:
            keys.update(dict.fromkeys(of.condition_keys))
        return ActionInfo(prefix, canonical, _LEVELS[level], used, tuple(sorted(keys)), bool(passing))


@cache
def load_catalog() -> Catalog:
    """The catalogue that ships with the program; reading it takes some 10 ms once."""
    return Catalog(data_lines("actions.jsonl.gz"))


def _resource_type(service: str, raw: dict[str, Any], word: str) -> CatalogResource:
    name = word.removesuffix("*")
    arn, keys = raw["types"][name]
    return CatalogResource(name, (arn,), (_pattern(arn),), tuple(keys), _NEVER.get((service, name), ()), word != name)


@cache
def _pattern(arn_format: str) -> str:
    """An ARN format with each variable as `*`, runs of stars joined."""
    literal = [piece.partition("}")[2] if index else piece for index, piece in enumerate(arn_format.split("${"))]
    pattern = "*".join(literal)
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return pattern
