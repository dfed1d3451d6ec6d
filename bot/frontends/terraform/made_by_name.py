"""What a root only names and exactly one other root of the repository makes, on the same side.

See docs/decisions/0039-made-by-name.md.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.evaluated.call import FunctionFault
from bot.evaluated.config import EvaluatedConfig, MadeElsewhere, Provider, ResourceInstance, Root, Sought
from bot.evaluated.fence import Expired
from bot.evaluated.fetched_modules import is_fetched
from bot.evaluated.mentions import inside, plain
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import HERE
from bot.evaluated.value import NullValue, StringValue, known_text
from bot.frontends.terraform.evaluate.calls import remote_call
from bot.frontends.terraform.evaluate.instance import ModuleInstance
from bot.frontends.terraform.evaluate.other_roots import seen_from_elsewhere
from bot.frontends.terraform.evaluate.root import homes_of, new_run, root_instance
from bot.frontends.terraform.handed_on import given_by_output
from bot.frontends.terraform.modules.libraries import is_showing
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frontends.terraform.modules.scan import Layout, Scans, layout
from bot.frontends.terraform.modules.unit_config import UnitConfig
from bot.frontends.terraform.modules.var_file_names import VAR_FILE_SUFFIXES
from bot.frontends.terraform.own_accounts import declared_accounts
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.late_pattern import late_pattern

if TYPE_CHECKING:
    from bot.frontends.terraform.terragrunt.units import Units

MAX_ROOTS = 8
"""So many roots that say one name are evaluated: what more of them say is anybody's."""

MAX_OTHERS = 24
"""So many roots of one revision are evaluated for what others name."""

MAX_NAMES = 50
"""So many names of one root are looked for."""

_GROUP, _POLICY = "aws_iam_group", "aws_iam_policy"
_ROLE, _PROFILE = "aws_iam_role", "aws_iam_instance_profile"
_IAM = (_GROUP, _POLICY, _ROLE, _PROFILE)
"""How the types begin of what is named, and of what gives it to a group or role."""

_LOOK_UP = b'data "aws_iam_'
_BLOCK = late_pattern(rb'^(?:data "aws_iam_|[A-Za-z])', re.MULTILINE)
"""How a block begins, of which the first do not make what they name."""

_NAME_OF_PARTS = late_pattern(rb'^[ \t]*name[ \t]*=[ \t]*"([^\n]*\$\{[^\n]*)"', re.MULTILINE)
_ENOUGH = 4
"""So many letters of a name that is put together are written."""

_BLOCK_SIZE = 2000
"""So far before a name the beginning of its block is looked for."""

_SAYS = (*SUFFIXES, *VAR_FILE_SUFFIXES, ".hcl")


@dataclass(frozen=True, slots=True)
class _Maker:
    """A root, or the unit of Terragrunt in that folder, with what it makes; None if not all of that is known."""

    directory: str
    made: tuple[ResourceInstance, ...] | None
    accounts: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Found:
    """Something that a root makes by a name, and the account that it is made in, "" if nothing says that; `alike` are
    all roots that make it so."""

    directory: str
    instance: ResourceInstance
    account: str
    alike: frozenset[str] = frozenset()


@dataclass(slots=True)
class MadeByName:
    """The other roots of the revisions of one review, each evaluated once a side, and only where it says a name."""

    cache: SyntaxCache
    provider: Provider
    units: Callable[[SourceTree], Units | None]
    base: Callable[[], SourceTree | None] = lambda: None
    _scans: Scans = field(default_factory=Scans)
    _said: dict[tuple[str, Callable[[bytes, str], bool]], dict[str, bool]] = field(default_factory=dict)
    _listings: dict[int, object] = field(default_factory=dict)
    _layouts: dict[int, Layout] = field(default_factory=dict)
    _makers: dict[tuple[int, str], _Maker] = field(default_factory=dict)

    def beside(
        self, tree: SourceTree, config: EvaluatedConfig, sought: Iterable[Sought], expired: Expired
    ) -> EvaluatedConfig:
        """The root with what others make of what it names."""
        elsewhere: dict[str, ResourceInstance] = {}
        assumed: dict[tuple[str, str], MadeElsewhere] = {}
        needs = set(config.needs)
        own = self._accounts(tree, config.root)
        for one in itertools.islice(sought, MAX_NAMES):
            account = one.account or (_only(own) if one.here else "")
            found, makers = self._found(tree, config.root, one, account, expired)
            needs.update(path for maker in makers for path in maker.needs)
            if found is None:
                continue
            new = not self._was_there(one, found, config.root, account, expired)
            made = MadeElsewhere(_assumption(one, found), new)
            if one.type == _POLICY:
                elsewhere[one.text] = _called(found, one.text)
            else:
                handed_on = given_by_output(tree, found.directory, found.instance.address, self.cache)
                made = self._with_all(dataclasses.replace(made, more=handed_on), one, found, makers, expired)
            assumed[one.type, one.text] = made
        beside = (*config.elsewhere, *elsewhere.values())
        return dataclasses.replace(config, elsewhere=beside, by_name=assumed, needs=frozenset(needs))

    def _was_there(self, one: Sought, found: _Found, root: Root, account: str, expired: Expired) -> bool:
        """Whether the same root made it at base, whatever it was then, as far as there is a base."""
        tree = self.base()
        before = None if tree is None else self._found(tree, root, one, account, expired)[0]
        return tree is None or (before is not None and before.directory in found.alike)

    def _with_all(
        self, made: MadeElsewhere, one: Sought, found: _Found, makers: Iterable[_Maker], expired: Expired
    ) -> MadeElsewhere:
        """It with what is said of it: what a group or role has says no block of its own."""
        tree, where = self.base(), found.directory
        around = _around(where, makers)
        before = () if tree is None or made.new else _around(where, (self._maker(tree, where, expired),))
        return dataclasses.replace(
            made,
            directory=where,
            address=_address(where, found.instance),
            around=around,
            alike=tree is None or _said(around) == _said(before),
            more=made.more or _is_held_by_others(one, found, makers),
        )

    def _found(
        self, tree: SourceTree, root: Root, one: Sought, account: str, expired: Expired
    ) -> tuple[_Found | None, tuple[_Maker, ...]]:
        """What is sought, and the roots that say its name; where none of them makes it, those that put it together."""
        makers = self._saying(tree, root, self._directories(tree, one.name, _says), expired)
        if any(maker.made is None for maker in makers) or _some(makers, one, _may_be):
            return _the_one(one, makers, account), makers
        more = self._saying(tree, root, self._directories(tree, one.name, _puts_together), expired)
        makers = tuple({maker.directory: maker for maker in (*makers, *more)}.values())
        return None if _some(makers, one, _may_be_called) else _the_one(one, makers, account), makers

    def _saying(self, tree: SourceTree, root: Root, directories: Iterable[str], expired: Expired) -> tuple[_Maker, ...]:
        """The other roots that some folders are part of; if they are too many, one of which nothing is known."""
        own = {root.directory, *root.unit}
        written = tuple(one for one in directories if one not in own)
        tops = dict.fromkeys(top for one in written for top in self._tops(tree, one))
        if len(tops) > MAX_ROOTS:
            return (_Maker("", None),)
        others = (top for top in tops if top not in own and not is_showing(top))
        return tuple(self._maker(tree, top, expired) for top in others)

    def _directories(self, tree: SourceTree, name: str, says: Callable[[bytes, str], bool]) -> tuple[str, ...]:
        """The folders of the files that say the name; each text is looked through once, whatever revision it is of."""
        said = self._said.setdefault((name, says), {})
        found: dict[str, None] = {}
        for path, blob in tree.listing.items():
            if path.endswith(_SAYS) and not is_fetched(path):
                if blob not in said and blob in tree.blobs:
                    said[blob] = says(tree.blobs[blob], name)
                if said.get(blob):
                    found[path.rpartition("/")[0]] = None
        return tuple(found)

    def _tops(self, tree: SourceTree, directory: str) -> Iterator[str]:
        """The units and root modules that what is written in a folder is part of."""
        units = self._units(tree)
        if directory in units:
            yield directory
        where = self._layout(tree)
        if directory not in where.directories:
            return
        applying: dict[str, list[str]] = {}
        for name, unit in units.items():
            for module in unit.modules:
                applying.setdefault(module, []).append(name)
        for top in dataclasses.replace(where, applied=frozenset(applying)).roots_above(directory):
            yield from applying.get(top, (top,))

    def _units(self, tree: SourceTree) -> dict[str, UnitConfig]:
        units = self.units(tree)
        return {} if units is None else dict(units.of(tree))

    def _layout(self, tree: SourceTree) -> Layout:
        key = self._key(tree)
        if key not in self._layouts:
            self._layouts[key] = layout((tree,), self._scans)
        return self._layouts[key]

    def _key(self, tree: SourceTree) -> int:
        """A revision's; its listing is kept with it, so that no other listing comes to have its id."""
        self._listings[id(tree.listing)] = tree.listing
        return id(tree.listing)

    def _accounts(self, tree: SourceTree, root: Root) -> frozenset[str]:
        """The accounts that a root module says are its own; of a unit its provider alone says it."""
        return frozenset() if root.unit else declared_accounts(tree, (root.directory,), self.cache)

    def _maker(self, tree: SourceTree, directory: str, expired: Expired) -> _Maker:
        key = (self._key(tree), directory)
        if key not in self._makers:
            many = sum(listing == key[0] for listing, _ in self._makers) >= MAX_OTHERS
            self._makers[key] = _Maker(directory, None) if many else self._evaluated(tree, directory, expired)
        return self._makers[key]

    def _evaluated(self, tree: SourceTree, directory: str, expired: Expired) -> _Maker:
        units = self.units(tree)
        unit = None if units is None else units.of(tree).get(directory)
        if unit is not None and units is not None:
            unit = units.told(tree, unit)
        modules = (directory,) if unit is None else unit.modules
        if len(modules) != 1:
            return _Maker(directory, None)
        root = Root(modules[0], unit=() if unit is None else (directory,))
        run = new_run(tree, root, self.provider, self.cache, expired)
        run.open_defaults = unit is None
        instance = root_instance(run, unit)
        run.homes = homes_of(instance)
        made: tuple[ResourceInstance, ...] | None = tuple(_made(instance))
        limited = any(gap.diagnostic.kind.meaning.limit for gap in run.gaps.values())
        if instance.module.unreadable or limited:
            made = None
        needs = frozenset(run.files.needs)
        return _Maker(directory, made, self._accounts(tree, root), needs)


def _says(content: bytes, name: str) -> bool:
    """Whether a file says a name elsewhere than in what looks things of IAM up."""
    text = f'"{name}"'.encode()
    at = content.find(text)
    while at >= 0 and _BLOCK.findall(content, max(0, at - _BLOCK_SIZE), at)[-1:] == [_LOOK_UP]:
        at = content.find(text, at + 1)
    return at >= 0


def _puts_together(content: bytes, name: str) -> bool:
    """Whether a file gives something a name that is put together of parts and may be this one."""
    called = name.encode()
    return any(_fits(_written_parts(one), called) for one in _NAME_OF_PARTS.findall(content))


def _written_parts(template: bytes) -> list[bytes]:
    """What of a template stands in its text, in order, around what is put in."""
    parts, depth = [b""], 0
    for at in range(len(template)):
        char = template[at : at + 1]
        if char == b"{":
            depth += 1
            parts[-1:] = [parts[-1].removesuffix(b"$"), b""] if depth == 1 else parts[-1:]
        elif char == b"}":
            depth -= 1
        elif not depth:
            parts[-1] += char
    return parts


def _fits(parts: Sequence[bytes], called: bytes) -> bool:
    """Whether a name may be put together of parts, of which enough is written to say so."""
    enough = sum(map(len, parts)) >= _ENOUGH
    return enough and re.fullmatch(b".*".join(map(re.escape, parts)), called) is not None


def _made(instance: ModuleInstance) -> Iterator[ResourceInstance]:
    """What may be named of what a root makes, and the calls of modules that may make more and are not here."""
    for key in instance.module.resources:
        if key[0] == "managed" and key[1].startswith(_IAM):
            yield from instance.resource_instances(key)
    for name, declared in instance.module.calls.items():
        try:
            children = instance.children(name)
        except FunctionFault:
            continue
        for call, child in children:
            if child is None:
                yield remote_call(instance, name, declared, call)
            else:
                yield from _made(child)


def _the_one(sought: Sought, makers: Iterable[_Maker], account: str) -> _Found | None:
    """The only one of that name; of several in unknown accounts any, if all say the same."""
    known = tuple(makers)
    if any(maker.made is None for maker in known):
        return None
    left = _of_account([one for maker in known for one in _of_name(sought, maker)], account)
    if not left or not all(_is_certain(one.instance) for one in left):
        return None
    if sought.type != _POLICY and len(left) > 1:
        return None
    if sought.type == _GROUP and _is_held_by_others(sought, left[0], known):
        return None
    said = [plain(_called(one, sought.text).attributes) for one in left]
    every = frozenset(one.directory for one in left)
    return dataclasses.replace(left[0], alike=every) if said == said[:1] * len(said) else None


def _is_held_by_others(sought: Sought, found: _Found, makers: Iterable[_Maker]) -> bool:
    """Whether another root than the one that makes a group or role gives it something."""
    others = (one for maker in makers if maker.directory != found.directory for one in maker.made or ())
    giving = (one for one in others if "polic" in one.type)
    return any(known_text(value) == sought.name for one in giving for value in inside(one.attributes))


def _some(makers: Iterable[_Maker], sought: Sought, may_be: Callable[[ResourceInstance, Sought], bool]) -> bool:
    return any(may_be(one, sought) for maker in makers for one in maker.made or ())


def _may_be_called(one: ResourceInstance, sought: Sought) -> bool:
    """Whether only a run knows what a block's name is put together of, and it may be this one."""
    name = one.attribute("name") if one.type == sought.type else None
    unknown = isinstance(name, StringValue) and name.known is None
    parts = [part if isinstance(part, str) else "" for part in name.pieces] if isinstance(name, StringValue) else []
    return unknown and re.fullmatch(".*".join(map(re.escape, parts)), sought.name) is not None


def _around(where: str, makers: Iterable[_Maker]) -> tuple[ResourceInstance, ...]:
    """What the root that makes a group or role says of IAM, by addresses that no other root has."""
    made = (one for maker in makers if maker.directory == where for one in maker.made or () if one.mode == "managed")
    return tuple(seen_from_elsewhere(one, _address(where, one), where) for one in made)


def _address(where: str, one: ResourceInstance) -> str:
    return f"root({where or '.'}).{one.address}"


def _said(around: Iterable[ResourceInstance]) -> frozenset[Hashable]:
    return frozenset((one.address, one.guards, plain(one.attributes)) for one in around)


def _of_account(found: list[_Found], account: str) -> list[_Found]:
    """Those that may be in that account, "" if nothing says which; if some certainly are, those.

    No two policies of one account have one name ("IAM and AWS STS quotas", IAM User Guide, on names).
    """
    if not account:
        return found
    return [one for one in found if one.account == account] or [one for one in found if not one.account]


def _of_name(sought: Sought, maker: _Maker) -> Iterator[_Found]:
    for one in maker.made or ():
        if _may_be(one, sought):
            yield _Found(maker.directory, one, _account(one, maker))


def _may_be(one: ResourceInstance, sought: Sought) -> bool:
    if one.mode == "module":
        return any(known_text(value) == sought.name for value in inside(one.attributes))
    return one.type == sought.type and known_text(one.attribute("name")) == sought.name and _has_path(one, sought)


def _account(one: ResourceInstance, maker: _Maker) -> str:
    """The id of the account that a block is made in; where that is the root's own, the only one that it names."""
    return one.home.number or (_only(maker.accounts) if one.home.key == HERE.key else "")


def _has_path(one: ResourceInstance, sought: Sought) -> bool:
    path = one.attribute("path")
    written = "/" if path is None or isinstance(path, NullValue) else known_text(path)
    return None in (written, sought.path) or written == sought.path


def _is_certain(one: ResourceInstance) -> bool:
    return one.mode == "managed" and not (one.repeated or one.guards or is_fetched(one.span.file))


def _called(found: _Found, text: str) -> ResourceInstance:
    return seen_from_elsewhere(found.instance, text, found.directory)


def _assumption(sought: Sought, found: _Found) -> str:
    where = found.directory or "the top directory"
    return f"{sought.type.removeprefix('aws_iam_').replace('_', ' ')} {sought.name} is the one that {where} makes"


def _only(accounts: frozenset[str]) -> str:
    return next(iter(accounts)) if len(accounts) == 1 else ""
