"""Where the states of a revision are kept, as far as it is written, and whether one comes to a place not its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import cast

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.mentions import plain
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import ObjectValue, StringValue, Value
from bot.frontends.terraform.modules.backends import INERT, SETTINGS, keeping_state, literal, settings_of, states_keys
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frontends.terraform.modules.unit_config import UnitConfig
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import Block, Body
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.frozen import dataclass

Text = tuple[Hashable, ...]
"""What a setting says, piece by piece: strings, and what stands for a word that only a run knows."""

_LOCAL = "terraform.tfstate"
_WORDS = (b"bucket", b"key", b"container_name")
_OF_FILES = (".tfvars", ".tfbackend", ".hcl")
_BESIDE = frozenset({"resource_group_name", "workspace_key_prefix"})
"""What tells a state besides those settings that every one has."""

MOVED_ALONE = INERT | _BESIDE | {name for names in SETTINGS.values() for name in names} | {"path"}
"""Arguments of a back end that say where a state is, or how it is kept there, and not with whose credentials."""


@dataclass(frozen=True, slots=True)
class StatePlace:
    """Where a state is: the kind of its back end and what tells it from others, None for what is not written there."""

    kind: str
    settings: tuple[Text | None, ...]

    def may_be(self, other: StatePlace) -> bool:
        """Whether it may be the other one: nothing that both say differs, and both say something."""
        if self.kind != other.kind:
            return False
        pairs = [(one, two) for one, two in zip(self.settings, other.settings, strict=True) if one and two]
        return bool(pairs) and all(_may_be(one, two) for one, two in pairs)

    @property
    def is_whole(self) -> bool:
        """Whether all of it is written."""
        return None not in self.settings

    @property
    def is_in_view(self) -> bool:
        """Whether it is of a kind of which two states can be told apart, and whoever applies the root goes on to."""
        return self.kind in ("s3", "gcs", "azurerm", "local") and any(self.settings)


Places = Mapping[str, StatePlace]
"""By the folders of root modules and units, and the files that say it for a run."""


def _may_be(one: Text, other: Text) -> bool:
    if all(isinstance(piece, str) for piece in (*one, *other)):
        return one == other
    begins, ends = ([piece if isinstance(piece, str) else "" for piece in (one[at], other[at])] for at in (0, -1))
    short, long = sorted(begins, key=len)
    last, longer = sorted(ends, key=len)
    return long.startswith(short) and longer.endswith(last)


def is_a_strangers(before: StatePlace | None, after: StatePlace, base: Places) -> bool:
    """Whether a state moves to a bucket, or whatever its kind keeps states in, that no state can have been in at base.

    It holds secrets, and decides what the next run makes: whose that is, nothing here says.
    """
    if before is None or after.kind == "local":
        return False
    return not any(_may_be_beside(one, after) for one in (before, *base.values()))


def _may_be_beside(one: StatePlace, other: StatePlace) -> bool:
    if one.kind != other.kind:
        return False
    names = [settings[0] for settings in (one.settings, other.settings) if settings]
    return len(names) < 2 or names[0] is None or names[1] is None or _may_be(names[0], names[1])


def is_anothers(before: StatePlace | None, after: StatePlace, base: Places, head: Places, own: Collection[str]) -> bool:
    """Whether a state comes to where another one is at head, or was at base: it takes over what that one holds.

    It is kept by what is called one of `own`.
    """
    others = ((base.get(name), head.get(name)) for name in {*base, *head}.difference(own))
    return any(_takes_over(before, after, was, now) for was, now in others)


def _takes_over(before: StatePlace | None, after: StatePlace, was: StatePlace | None, now: StatePlace | None) -> bool:
    """Not from a state that comes along from the same place, nor, where it is new itself, from one that is gone."""
    if before is not None and (before, after) == (was, now):
        return False
    if now is not None and after.may_be(now):
        return True
    return was is not None and after.may_be(was) and (before is not None or now is not None)


def places(tree: SourceTree, cache: SyntaxCache, units: Iterable[UnitConfig]) -> Places:
    """Of all that keeps a state in a revision."""
    key = ("state places", id(tree.listing))
    if key not in cache.kept:
        files = dict(_of_files(tree, cache))
        filled = {owner for path in files for owner in _owner(tree, path, cache)}
        found = {**dict(_of_units(units)), **dict(_of_roots(tree, cache, filled)), **files}
        cache.kept[key] = (tree.listing, found)  # with the listing, so that no other one comes to have its id
    return cast(tuple[object, Places], cache.kept[key])[1]


def _of_units(units: Iterable[UnitConfig]) -> Iterator[tuple[str, StatePlace]]:
    for unit in units:
        place = place_of_unit(unit)
        if place is not None:
            yield unit.directory, place


def _of_roots(tree: SourceTree, cache: SyntaxCache, filled: Collection[str]) -> Iterator[tuple[str, StatePlace]]:
    """Of root modules with a back end; of those that files say the rest of, if they say all."""
    for directory in sorted({path.rpartition("/")[0] for path in tree.listing if _may_place(tree, path)}):
        place = place_of_root(tree, directory, cache)
        if place is not None and (place.is_whole or directory not in filled):
            yield directory, place


def _may_place(tree: SourceTree, path: str) -> bool:
    return path.endswith(SUFFIXES) and b"backend" in (tree.read(path) or b"")


def place_of_root(tree: SourceTree, directory: str, cache: SyntaxCache) -> StatePlace | None:
    """Where a root module says that its state is, if it has one back end or none; None if that cannot be read."""
    settings = settings_of(tree, directory, cache)
    if settings is None:
        return None
    written = [node for body in settings for node in keeping_state(body)]
    if not written:
        return _place("local", lambda _: (), directory)
    block = written[0]
    if len(written) > 1 or not isinstance(block, Block):
        return None
    return _place(block.labels[0] if block.labels else "remote", lambda name: _said(block.body, name), directory)


def comes_to_another(
    trees: tuple[SourceTree, SourceTree],
    directories: tuple[str, str],
    cache: SyntaxCache,
    units: Callable[[SourceTree], Iterable[UnitConfig]],
) -> bool:
    """Whether another state is or was where a root module, or a file for it, has its own now, or it cannot be told."""
    base, head = (places(tree, cache, units(tree)) for tree in trees)
    was, now = (place_of_root(tree, directory, cache) for tree, directory in zip(trees, directories, strict=True))
    files = [set(_filling(*one, cache)) for one in zip((was, now), trees, directories, (base, head), strict=True)]
    moved: list[tuple[StatePlace | None, StatePlace | None]] = [
        (base.get(name, was), head[name]) for name in sorted(files[1])
    ]
    own = {*directories, *files[0], *files[1]}
    return any(
        after is None
        or not after.is_in_view
        or is_a_strangers(before, after, base)
        or is_anothers(before, after, base, head, own)
        for before, after in moved or [(was, now)]
    )


def _filling(
    place: StatePlace | None, tree: SourceTree, directory: str, every: Places, cache: SyntaxCache
) -> Iterator[str]:
    """The files that say the rest of where a root module in a directory has its state, if it leaves anything out."""
    for path in () if place is None or place.is_whole else every:
        if path.endswith(_OF_FILES) and directory in _owner(tree, path, cache):
            yield path


def _said(body: Body, name: str) -> Text | None:
    """The text of a setting; () if it is left out, None if it is no literal."""
    if "." not in name and body.argument(name) is None:
        return ()
    text = literal(body, name)
    return None if text is None else (text,)


def _place(kind: str, said: Callable[[str], Text | None], directory: str) -> StatePlace:
    if kind != "local":
        return StatePlace(kind, tuple(said(name) or None for name in SETTINGS.get(kind, ())))
    path = said("path")
    if path == ():
        path = (_LOCAL,)
    try:
        known = resolve(directory, str(path[0])) if path is not None and len(path) == 1 else None
    except FunctionFault:
        known = None
    return StatePlace(kind, (None if known is None else (known,),))


def place_of_file(tree: SourceTree, path: str, cache: SyntaxCache) -> StatePlace | None:
    """Where a file for a back end has the state be, with what the root module says that it is for; None for another
    file."""
    written = _written(tree, path, cache)
    if written is None:
        return None
    block = next(iter(_owner_blocks(tree, path, cache)), None)
    kind = block.labels[0] if block is not None and block.labels else _kind(written)

    def said(name: str) -> Text | None:
        for body in (written, None if block is None else block.body):
            if body is not None and body.argument(name) is not None:
                return _said(body, name)
        return None

    return _place(kind, said, path.rpartition("/")[0])


def doubt_of_file(
    trees: tuple[SourceTree, SourceTree],
    path: str,
    cache: SyntaxCache,
    units: Callable[[SourceTree], Iterable[UnitConfig]],
) -> str:
    """Why a file for a back end that is another, or new, is a question; "" if it moves a state alone."""
    before, after = (place_of_file(tree, path, cache) for tree in trees)
    if not trees[1].has(path):
        return ""
    if after is None or not after.is_in_view or not _keeps_credentials(trees, path, cache):
        return f"{path} gives settings to root modules, which are not followed"
    base, head = (places(tree, cache, units(tree)) for tree in trees)
    if is_anothers(before, after, base, head, {path}):
        return (
            f"by {path} a state is kept where another one is, or was: what is declared may be made anew, or stand for "
            "what the other one holds"
        )
    if is_a_strangers(before, after, base):
        return f"by {path} a state goes where none was kept: who may read and write what it holds there is not known"
    return ""


def _keeps_credentials(trees: tuple[SourceTree, SourceTree], path: str, cache: SyntaxCache) -> bool:
    """Whether a file for a back end says, but for the place, at head what it said at base, if it was there."""
    bodies = [_written(tree, path, cache) for tree in trees if tree.has(path)]
    said = [None if body is None else shape(body, MOVED_ALONE) for body in bodies]
    return None not in said and len(set(said)) == 1


def _kind(body: Body) -> str:
    names = {one.name for one in body.arguments}
    if names & {"storage_account_name", "container_name"}:
        return "azurerm"
    return "gcs" if "prefix" in names else "s3"


def _written(tree: SourceTree, path: str, cache: SyntaxCache) -> Body | None:
    source = cache.source(tree, path) if tree.has(path) else None
    if not isinstance(source, Source):
        return None
    body = source.syntax.body
    return body if not body.blocks and states_keys(path, {one.name for one in body.arguments}) else None


def _of_files(tree: SourceTree, cache: SyntaxCache) -> Iterator[tuple[str, StatePlace]]:
    for path in tree.listing:
        if path.endswith(_OF_FILES) and any(word in (tree.read(path) or b"") for word in _WORDS):
            place = place_of_file(tree, path, cache)
            if place is not None:
                yield path, place


def _owner(tree: SourceTree, path: str, cache: SyntaxCache) -> Iterator[str]:
    """The innermost folder around a file that has a back end."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        if _blocks(tree, folder, cache):
            yield folder
            return


def _owner_blocks(tree: SourceTree, path: str, cache: SyntaxCache) -> Iterator[Block]:
    for folder in _owner(tree, path, cache):
        yield from _blocks(tree, folder, cache)


def _blocks(tree: SourceTree, directory: str, cache: SyntaxCache) -> list[Block]:
    bodies = settings_of(tree, directory, cache) or ()
    return [block for body in bodies for block in body.blocks if block.type == "backend"]


def place_of_unit(unit: UnitConfig) -> StatePlace | None:
    """Where a unit of Terragrunt has its state; None if it does not say so."""
    return _place_of_setting(_state(unit), unit.directory)


def _state(unit: UnitConfig) -> Value | None:
    return next((one.value for one in unit.settings if one.kind == "state"), None)


def _place_of_setting(value: Value | None, directory: str) -> StatePlace | None:
    """Where a unit's `remote_state` is; None if not even its kind is known."""
    backend = value.get("backend") if isinstance(value, ObjectValue) else None
    config = value.get("config") if isinstance(value, ObjectValue) else None
    kind = backend.known if isinstance(backend, StringValue) else None
    if kind is None or not isinstance(config, ObjectValue):
        return None

    def said(name: str) -> Text | None:
        one = config.get(name)
        return one.pieces if isinstance(one, StringValue) else None

    return _place(kind, said, directory)


def is_alone(base: UnitConfig, head: UnitConfig, every: Iterable[Places]) -> bool:
    """Whether a unit's state moves and nothing else, to where none of `every` state of base and head is another's."""
    old, new = _state(base), _state(head)
    before, after = place_of_unit(base), place_of_unit(head)
    if after is None or not after.is_in_view or (old is not None and before is None):
        return False
    if before is not None and before.kind == after.kind and _besides(old) != _besides(new):
        return False
    was, now = every
    if is_a_strangers(before, after, was):
        return False
    return not is_anothers(before, after, was, now, {base.directory, head.directory})


def _besides(value: Value | None) -> Hashable:
    """What a unit says of its state but where it is."""
    config = value.get("config") if isinstance(value, ObjectValue) else None
    entries = config.entries if isinstance(config, ObjectValue) else ()
    return frozenset((name, plain(one)) for name, one in entries if name not in MOVED_ALONE)
