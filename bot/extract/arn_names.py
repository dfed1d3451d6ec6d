"""What blocks are called: in ARNs, of the types that are recognised under another name, and for look-ups."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.mentions import plain
from bot.evaluated.thing import HERE, Home
from bot.extract.argument_reading import argument, string
from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.resource_types.known import RESOURCE_TYPES

NAMED_ANEW = frozenset({"aws_cloudwatch_log_group", "aws_iam_role", "aws_iam_user", "aws_sns_topic", "aws_sqs_queue"})
"""Types of which a block that is called otherwise is another thing to AWS, and the same one to its users."""


_CALLED_BY = ("name", "bucket", "function_name", "domain_name", "repository_name")
"""The arguments that are one thing's alone in its account and region, by which a look-up asks for it as well."""

_IDS = frozenset({"arn", "id", "key_id"})


@dataclass(frozen=True, slots=True)
class Called:
    """The thing of type `kind` in `home` with these names, each by its argument; `looks` if it is looked up.

    `calls` if it is what a module that is not here makes: of that source, by all its arguments and providers.
    `by` are the providers and the region of its own argument: one name is another thing's in another region.
    """

    kind: str
    names: frozenset[tuple[str, Hashable]]
    home: Home = HERE
    looks: bool = False
    calls: bool = False
    by: tuple[Hashable, ...] = ()

    @property
    def by_id(self) -> bool:
        """Whether it is looked up by nothing but what AWS calls it, which no block that makes it says."""
        return self.looks and bool(self.names) and all(name in _IDS for name, _ in self.names)

    @property
    def maker(self) -> Hashable:
        """Whose module is called, with which providers."""
        return self.kind, dict(self.names).get("providers")

    def is_same(self, other: Called) -> bool:
        """Whether one of them is a look-up that finds what the other one makes, or both are one call of a module."""
        if self.calls or other.calls:
            return self == other
        looking, made = (self, other) if self.looks else (other, self)
        asked = looking.looks and not made.looks and looking.kind == made.kind and bool(looking.names)
        return asked and looking.names <= made.names and (looking.home.key, looking.by) == (made.home.key, made.by)


def called(
    instances: Iterable[ResourceInstance], providers: Iterable[ResourceInstance]
) -> Iterator[tuple[str, Called]]:
    """The address of each managed block with its names, and of each look-up and call with all that it asks for.

    `providers` are the blocks that say in which region theirs work.
    """
    regions = {one.name: argument(one, "region") for one in providers}
    for one in instances:
        row = RESOURCE_TYPES.get(one.type)
        if one.mode == "module":
            given = frozenset((name, plain(value)) for name, value in one.attributes.entries)
            yield one.address, Called(one.type, given | {("providers", one.made_by.names)}, calls=True)
        if one.thing is None or (row is not None and row.principal is not None):
            continue  # principals are known by their names already
        if one.mode == "data":
            asked = frozenset((each.name, each.value) for each in one.thing.asked or () if each.name != "region")
        else:
            asked = frozenset((name, plain(value)) for name in _CALLED_BY if (value := argument(one, name)) is not None)
        said = (argument(one, "region"), *(regions.get(name) for name in one.made_by.names))
        by = (*one.made_by.names, *(None if region is None else plain(region) for region in said))
        yield one.address, Called(one.thing.kind, asked, one.thing.home, one.mode == "data", by=by)


def arn_names(instances: Iterable[ResourceInstance]) -> Iterator[tuple[str, Arn]]:
    """The address of each such block, and its ARN in whatever partition, region and account."""
    return own_arns(one for one in instances if one.type in NAMED_ANEW)


def own_arns(instances: Iterable[ResourceInstance]) -> Iterator[tuple[str, Arn]]:
    """The same of every block whose ARN follows from what it is called."""
    for one in instances:
        row = RESOURCE_TYPES.get(one.type) if one.mode == "managed" else None
        if row is None or row.arn is None:
            continue
        names = {name: string(argument(one, name)) for name in row.arn.required}
        if None in names.values():
            continue
        path = string(argument(one, "path"))
        fields = {"region": "*", "account": "*", "path": "/" if path is None else str(path)}
        found = Arn.parse(f"arn:*:{row.arn.arn.format_map(fields | {name: str(text) for name, text in names.items()})}")
        if found is not None:
            yield one.address, found
