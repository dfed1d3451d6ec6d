"""Roots to evaluate, one for each way in which the variants of a root module differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator

from bot.evaluated.config import Root, RootSettings
from bot.evaluated.diagnostic import Side
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import configuration_files, load_module
from bot.frontends.terraform.modules.provider_aliases import default_account
from bot.frontends.terraform.modules.var_file_names import SHARED, loaded_by_default, stem
from bot.frontends.terraform.modules.variants import Variant, Variants
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.source_files import Source
from bot.late_pattern import late_pattern

_VARIABLE = late_pattern(rb"\bvar\.([A-Za-z_][\w-]*)")

_WHOM = late_pattern(r"\*|\barn\b|(?<![\w-])\d{12}(?![\w-])")

Values = frozenset[tuple[str, Hashable]]


def variant_roots(directory: str, variants: Variants) -> tuple[Root, ...]:
    """The root in `directory` once for each way in which its variants differ; without values if it has none."""
    plain = _known(directory, variants, dataclasses.replace(variants.configured(directory).settings, var_files=()))
    found = _told_apart(directory, variants, plain)
    every = sum(len(one.variants) for one in found.values())
    return tuple(dataclasses.replace(one, one_of=every) for one in found.values()) or (Root(directory, settings=plain),)


def _known(directory: str, variants: Variants, plain: RootSettings) -> RootSettings:
    """The settings with what both sides say besides; nothing is parsed that cannot say it."""
    sides = [_texts(directory, tree, variants) for tree in variants.trees]
    account, given = plain.account_id, plain.given
    if account is None and all(_may_say_account(b"".join(side.values())) for side in sides if side):
        account = _account(directory, variants)
    differing = (text for side in sides for blob, text in side.items() if any(blob not in other for other in sides))
    if any(b"variable" in text for text in differing):
        given = _given(directory, variants)
    return dataclasses.replace(plain, account_id=account, given=given)


def _may_say_account(text: bytes) -> bool:
    return b"assume_role" in text or b"allowed_account_ids" in text


def _texts(directory: str, tree: SourceTree, variants: Variants) -> dict[str, bytes]:
    """The texts of one side's configuration files, by blob."""
    paths = configuration_files(variants.cache.directory(tree, directory))
    return {tree.blob(path) or path: tree.read(path) or b"" for path in paths}


def _account(directory: str, variants: Variants) -> str | None:
    """The account that the default provider is for, if it is one and the same wherever the root is."""
    sides = (load_module(tree, directory, variants.cache) for tree in variants.trees)
    accounts = {default_account(side) for side in sides if side.files}
    return accounts.pop() if len(accounts) == 1 else None


def _given(directory: str, variants: Variants) -> frozenset[str]:
    """The variables that had no default: whoever applies the root gave them a value, and still does.

    Not one whose default has a wildcard now or names somebody by an account or ARN: nobody should have to think that it
    was given before. Nor one that var files gave: where these do no more, its default is what it is.
    """
    head, base = (load_module(tree, directory, variants.cache).variables for tree in variants.trees)
    needed = frozenset(name for name, declared in base.items() if "default" not in declared.arguments)
    before = needed - _in_files(directory, variants)
    defaults = ((name, declared.arguments.get("default")) for name, declared in head.items() if name in before)
    return frozenset(name for name, now in defaults if now and not _WHOM.search(now.source.text(now.argument)))


def _in_files(directory: str, variants: Variants) -> frozenset[str]:
    """The variables that the base's var files gave, in each of its variants."""
    _, base = variants.trees
    unasked = loaded_by_default(variants.cache.directory(base, directory))
    always = frozenset(name for path in unasked for name in variants.owners.keys(path, base))
    each = [_given_by(one, base, variants) for one in variants.of(directory) if one.var_files and _is_in(one, base)]
    return always.union(frozenset.intersection(*each) if each else ())


def _told_apart(directory: str, variants: Variants, plain: RootSettings) -> dict[Hashable, Root]:
    """Variants that give the same values, as far as the root asks for any, are evaluated once."""
    asks, used = variants.asks(directory), used_variables(directory, variants)
    every = variants.of(directory)
    sides = _sides(directory, variants, every)
    found: dict[Hashable, Root] = {}
    for one in _renamed(every, variants, sides, used):
        only = sides.get(one.name)
        values = tuple(
            None if only not in (None, side) else _values(one, tree, variants, used) for side, tree in _both(variants)
        )
        key = (values, (one.workspace, one.others) if asks else None)
        same = found.get(key)
        if same is not None:
            found[key] = dataclasses.replace(same, alike=(*same.alike, one.name))
            continue
        settings = dataclasses.replace(
            plain,
            workspace=one.workspace or plain.workspace,
            other_workspaces=one.others,
            var_files=one.var_files,
        )
        found[key] = Root(directory, one.name, settings, only=only, named_by=one.named_by)
    return found


def _both(variants: Variants) -> tuple[tuple[Side, SourceTree], ...]:
    head, base = variants.trees
    return ("base", base), ("head", head)


def used_variables(directory: str, variants: Variants) -> frozenset[str]:
    """The variables that the root asks for on either side."""
    listed = [(tree, configuration_files(variants.cache.directory(tree, directory))) for tree in variants.trees]
    texts = (tree.read(path) or b"" for tree, paths in listed for path in paths)
    return frozenset(name for text in texts for name in variables_in(text))


def variables_in(text: bytes) -> frozenset[str]:
    """The variables that a text asks for."""
    return frozenset(name.decode() for name in _VARIABLE.findall(text))


def _values(one: Variant, tree: SourceTree, variants: Variants, used: frozenset[str]) -> Values:
    """What its var files give at one revision, the last of each variable."""
    given: dict[str, Hashable] = {}
    for path in one.var_files:
        if not tree.has(path):
            continue
        source = variants.cache.source(tree, path)
        known = source.syntax.body.arguments if isinstance(source, Source) else None
        given |= (
            {path: None} if known is None else {each.name: shape(each.value) for each in known if each.name in used}
        )
    return frozenset(given.items())


def _sides(directory: str, variants: Variants, every: tuple[Variant, ...]) -> dict[str, Side | None]:
    """The side that alone has a variant, by its name: the one where its var files are.

    Where no other variant was there before, and no value is needed that nobody gave, it is the root as it was.
    """
    there = {one.name: [side for side, tree in _both(variants) if _is_in(one, tree)] for one in every}
    known = frozenset(side for sides in there.values() for side in sides)
    alone: dict[str, Side | None] = {
        one.name: side
        for one in every
        for side in (there[one.name] if len(there[one.name]) == 1 else (None,))
        if side is None or len(known) > 1 or _lacks(directory, one, side, variants)
    }
    return alone | dict.fromkeys(_begun(directory, every, variants), "head")


def _is_in(one: Variant, tree: SourceTree) -> bool:
    named = [path for path in one.var_files if stem(path) == one.name.rpartition("/")[2]]
    own = named or [path for path in one.var_files if stem(path) not in SHARED] or one.var_files
    return not own or any(tree.has(path) for path in own)


def _begun(directory: str, every: tuple[Variant, ...], variants: Variants) -> Iterator[str]:
    """Those that nobody can have applied at base: their files lacked most of what it needs and the others' gave.

    One value that is missing may come from a pipeline; most of them come from where the others have them.
    """
    head, base = variants.trees
    needed = {
        name
        for name, declared in load_module(base, directory, variants.cache).variables.items()
        if "default" not in declared.arguments
    }
    before, after = ({one.name: _given_by(one, tree, variants) & needed for one in every} for tree in (base, head))
    for one in every:
        others = frozenset[str]().union(*(before[other.name] for other in every if other.name != one.name))
        lacking = (others - before[one.name]) & after[one.name]
        if 2 * len(lacking) > len(others) and len(lacking) > 1:
            yield one.name


def _given_by(one: Variant, tree: SourceTree, variants: Variants) -> frozenset[str]:
    return frozenset(name for path in one.var_files for name in variants.owners.keys(path, tree))


def _lacks(directory: str, one: Variant, side: Side, variants: Variants) -> bool:
    """Whether the root on the other side needs a value that only this variant gives."""
    (tree,) = (tree for other, tree in _both(variants) if other != side)
    given = {name for each in variants.trees for path in one.var_files for name in variants.owners.keys(path, each)}
    declared = load_module(tree, directory, variants.cache).variables
    return any(name in given and "default" not in variable.arguments for name, variable in declared.items())


def _renamed(
    every: tuple[Variant, ...], variants: Variants, sides: dict[str, Side | None], used: frozenset[str]
) -> Iterator[Variant]:
    """The variants; one that is gone and one that comes with the same values are one, called as at head."""
    head, base = variants.trees
    gone = {_values(one, base, variants, used): one for one in every if sides.get(one.name) == "base"}
    come = [one for one in every if sides.get(one.name) == "head"]
    pairs = {one.name: old for one in come if (old := gone.pop(_values(one, head, variants, used), None)) is not None}
    taken = {old.name for old in pairs.values()}
    for one in every:
        if one.name in pairs:
            sides[one.name] = None
            yield dataclasses.replace(one, var_files=(*pairs[one.name].var_files, *one.var_files))
        elif one.name not in taken:
            yield one
