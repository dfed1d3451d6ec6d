"""Finds the root modules a var file belongs to that Terraform does not load by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import configuration_files, load_module
from bot.frontends.terraform.modules.scan import Layout
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache

MAX_ATLANTIS_BYTES = 256 * 1024

MIN_KEYS = 2
"""So many variables tell the one root that declares them all, wherever the file is."""


def owners(
    path: str,
    trees: tuple[SourceTree, ...],
    where: Layout,
    configured: Callable[[str], tuple[str, ...]],
    cache: SyntaxCache,
) -> frozenset[str]:
    """Directories of the roots a var file is for: as configured, else by Atlantis, else by its keys and place."""
    roots = [directory for directory in sorted(where.directories - where.linked) if not where.callers.get(directory)]
    by_rule = frozenset(root for root in roots if path in _resolved(root, configured(root)))
    if by_rule:
        return by_rule
    by_atlantis = frozenset(directory for tree in trees for directory, file in _atlantis(tree) if file == path)
    return by_atlantis or frozenset(root for tree in trees for root in _by_keys(path, tree, roots, cache))


def _resolved(root: str, written: tuple[str, ...]) -> Iterator[str]:
    for each in written:
        yield each
        try:
            yield resolve(root, each)
        except FunctionFault:
            continue


def _by_keys(path: str, tree: SourceTree, roots: list[str], cache: SyntaxCache) -> Iterator[str]:
    source = cache.source(tree, path) if tree.has(path) else None
    if not isinstance(source, Source):
        return
    keys = {argument.name for argument in source.syntax.body.arguments}
    folder, _, name = path.rpartition("/")
    stem = name.split(".", 1)[0]
    named = [root for root in roots if _names(tree, root, keys, cache)]
    declaring = [root for root in named if keys <= load_module(tree, root, cache).variables.keys()]
    placed = [root for root in declaring if _contains(root, folder) or root.rpartition("/")[2] == stem]
    yield from placed
    if not placed and len(declaring) == 1 and len(keys) >= MIN_KEYS:
        yield declaring[0]


def _names(tree: SourceTree, root: str, keys: set[str], cache: SyntaxCache) -> bool:
    """Whether the words are in the root's files at all, which is cheaper to find out than to parse them."""
    texts = [tree.read(path) or b"" for path in configuration_files(cache.directory(tree, root))]
    return all(any(key.encode() in text for text in texts) for key in keys)


def _contains(root: str, folder: str) -> bool:
    return not root or folder == root or folder.startswith(f"{root}/")


def _atlantis(tree: SourceTree) -> Iterator[tuple[str, str]]:
    """Pairs of project directory and var file that atlantis.yaml names."""
    config = _atlantis_config(tree)
    workflows = config.get("workflows")
    files = {name: tuple(_var_file_arguments(each)) for name, each in _items(workflows)}
    for project in config.get("projects") or ():
        if not isinstance(project, dict):
            continue
        directory = str(project.get("dir", "")).strip("./")
        for file in files.get(str(project.get("workflow")), ()):
            try:
                yield directory, resolve(directory, file)
            except FunctionFault:
                continue


def _atlantis_config(tree: SourceTree) -> Mapping[str, Any]:
    content = tree.read("atlantis.yaml") or tree.read("atlantis.yml")
    if content is None or len(content) > MAX_ATLANTIS_BYTES:
        return {}
    try:
        config = yaml.safe_load(content)
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _items(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), each) for key, each in value.items()] if isinstance(value, dict) else []


def _var_file_arguments(value: Any) -> Iterator[str]:
    """Every `-var-file` below `value`, as one argument or two."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _var_file_arguments(each)
    elif isinstance(value, list):
        words = [str(each) for each in value if isinstance(each, (str, int))]
        yield from _var_files(words)
        for each in value:
            if isinstance(each, (dict, list)):
                yield from _var_file_arguments(each)


def _var_files(words: list[str]) -> Iterator[str]:
    for index, word in enumerate(words):
        if word.startswith("-var-file="):
            yield word.removeprefix("-var-file=")
        elif word == "-var-file" and index + 1 < len(words):
            yield words[index + 1]
