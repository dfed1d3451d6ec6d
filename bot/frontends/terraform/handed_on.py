"""Outputs of a root that another root of the repository looks up: what it does with another value is not looked for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from bot.evaluated.address import block_of
from bot.evaluated.config import Root
from bot.evaluated.redefinition import Others, Place, Redefinition, redefinition
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.earlier_paths import earlier_directory
from bot.frontends.terraform.modules.backends import state_of
from bot.frontends.terraform.modules.libraries import is_showing
from bot.frontends.terraform.modules.module import SUFFIXES, Module, Written, load_module
from bot.frontends.terraform.modules.static_reach import names_in
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import Attribute, Expression, ForObject, Name, ObjectExpression
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.late_pattern import late_pattern

_LOOKS_UP = b"terraform_remote_state"
_PLAIN = late_pattern(r"[\w+=,.@-]+")
"""A policy's name of which nothing is left open ("IAM and AWS STS quotas", IAM User Guide)."""


def handed_on(
    base: SourceTree, head: SourceTree, root: Root, others: Others, cache: SyntaxCache
) -> Iterator[Redefinition]:
    """The outputs of a root that say something else, or are among `others`, if a root of the head looks them up."""
    directory = root.directory
    before, after = load_module(base, earlier_directory(root), cache), load_module(head, directory, cache)
    changed = _changed(before, after, others)
    readers = _readers(head, directory, cache) if changed else {}
    for name, reader in ((name, _who_asks(name, readers)) for name in changed):
        if reader and (changed[name] or not _is_less(before, after, name, readers)):
            yield redefinition(
                f"output.{name} in {directory or 'the top directory'}",
                f"output {name} is another value now, which {reader} looks up",
                f"check what {reader} does with it: who gets access there may follow from it",
                (*changed[name], ("head", after.outputs[name].span), ("base", before.outputs[name].span)),
            )


def attached_elsewhere(tree: SourceTree, root: Root, cache: SyntaxCache, name: str) -> bool:
    """Whether the text of another directory plainly attaches the policy of a name: by its ARN, or a look-up of it."""
    if not _PLAIN.fullmatch(name):
        return False
    called, own = re.escape(name.encode()), {root.directory, *root.unit}
    by_arn = re.compile(rb'policy_arns?\s*=\s*(?:\[[^\]]*)?"[^"\n]*\bpolicy/(?:[^"\n]*/)?' + called + rb'"')
    looked_up = re.compile(rb'data\s+"aws_iam_policy"\s+"([\w-]+)"\s*\{\s*name\s*=\s*"' + called + rb'"')
    others = (text for there, text in _texts(tree, cache).items() if there not in own and not is_showing(there))
    saying = (text for text in others if name.encode() in text)
    return any(by_arn.search(text) or _is_given(text, looked_up.findall(text)) for text in saying)


def given_by_output(tree: SourceTree, directory: str, address: str, cache: SyntaxCache) -> bool:
    """Whether a root that looks up the state of the one in `directory` names an output of the block or call that makes
    what is at `address`, and gives policies to somebody."""
    module = load_module(tree, directory, cache)
    block = ".".join(block_of(address).split(".")[:2])
    outputs = [name for name, one in module.outputs.items() if block in _mentioned(module, one.arguments.get("value"))]
    readers = _readers(tree, directory, cache) if outputs else {}
    giving = [text for there, text in readers.items() if _GIVES.search(text) and not is_showing(there)]
    return any(_names(name).search(text) for name in outputs for text in giving)


_GIVES = late_pattern(rb'"aws_iam_(?:(?:group|role|user)_policy|policy_attachment)')


def _mentioned(module: Module, written: Written | None) -> frozenset[str]:
    """What an expression names, and what the locals in it do."""
    named = frozenset[str]() if written is None else names_in(written.argument)
    known = (module.locals.get(one.removeprefix("local.")) for one in named if one.startswith("local."))
    return named.union(*(names_in(one.argument) for one in known if one is not None))


def _is_given(text: bytes, labels: Iterable[bytes]) -> bool:
    """Whether something is given what one of some look-ups of policies is of."""
    return any(re.search(rb"policy_arns?\s*=\s*\[?\s*data\.aws_iam_policy\." + one + rb"\.", text) for one in labels)


def _changed(before: Module, after: Module, others: Others) -> Others:
    """The outputs that say something else, and those of `others` that say the same, with where these come from."""
    there = [name for name in after.outputs if name in before.outputs]
    called = _called_anew(before, after)
    said: dict[str, tuple[Place, ...]] = {
        name: () for name in there if _said(before, name, called) != _said(after, name, {})
    }
    return {**{name: others[name] for name in there if name in others}, **said}


def _who_asks(output: str, readers: Mapping[str, bytes]) -> str:
    """The first that says its name anywhere, as outputs go by locals and modules, too; "" if none does."""
    named = _names(output)
    return next((one or "the top directory" for one, text in readers.items() if named.search(text)), "")


def _is_less(before: Module, after: Module, output: str, readers: Mapping[str, bytes]) -> bool:
    """Whether entries of a map go, and whoever names the output takes one by its key."""
    if any("value" not in module.outputs[output].arguments for module in (before, after)):
        return False
    asking = [text for text in readers.values() if _names(output).search(text)]
    spelled = _Spelled(before, _called_anew(before, after)).of, _Spelled(after, {}).of
    less = only_loses_entries(before, after, output, spelled)
    return less and taken_by_key(output, asking)


def _names(output: str) -> re.Pattern[bytes]:
    return re.compile(rb"\b" + re.escape(output.encode()) + rb"\b")


Called = Mapping[Hashable, Hashable]
"""What is called otherwise from now on: the shape of its address, and of that which it has then."""


def _called_anew(before: Module, after: Module) -> Called:
    """What `moved` blocks that are new say of the names in an output."""
    there, here = ({shape(one.block.body): one.block.body for one in module.moved} for module in (before, after))
    ends = ((body.argument("from"), body.argument("to")) for said, body in here.items() if said not in there)
    return {shape(one.value): shape(other.value) for one, other in ends if one is not None and other is not None}


def _said(module: Module, output: str, called: Called) -> Hashable:
    """What an output says, with what its locals say in their places and the defaults of variables beside them."""
    written = module.outputs[output].arguments.get("value")
    return None if written is None else _Spelled(module, called).of(shape(written.argument.value))


@dataclass(slots=True)
class _Spelled:
    """Digests of what a module's expressions say: a local is what it says, whatever it is called, and what moves has
    its new name.

    Each name is looked at once: locals that are made of each other many times over would take for ever.
    """

    module: Module
    called: Called
    known: dict[str, str] = field(default_factory=dict)

    def of(self, said: Hashable) -> str:
        """The digest of a shape."""
        said = self.called.get(said, said)
        match said:
            case ("Attribute", ("Name", "local" | "var" as kind), str(name)):
                return self._named(kind, name)
            case tuple():
                return _digest("tuple", *map(self.of, said))
            case frozenset():
                return _digest("set", *sorted(map(self.of, said)))
        return _digest(type(said).__name__, repr(said))

    def _named(self, kind: str, name: str) -> str:
        key = f"{kind}.{name}"
        if key not in self.known:
            self.known[key] = _digest(key)  # what is made of itself is no more than its name
            written = self.module.locals.get(name) if kind == "local" else self._default(name)
            said = "" if written is None else self.of(shape(written.argument.value))
            self.known[key] = said if kind == "local" and said else _digest(key, said)
        return self.known[key]

    def _default(self, variable: str) -> Written | None:
        declared = self.module.variables.get(variable)
        return None if declared is None else declared.arguments.get("default")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _readers(tree: SourceTree, directory: str, cache: SyntaxCache) -> Mapping[str, bytes]:
    """The texts of the directories that look up the root's state, as far as the words of its back end tell, or whose
    look-ups of its kind nobody here can read."""
    state = state_of(tree, directory, cache)
    if state is None:
        return {}
    kind, local = f'"{state[0]}"'.encode(), state[0] == "local"
    words = (directory.rpartition("/")[2],) if local else [f'"{text}"' for text in state[1:3]]
    found = {}
    for there, text in _texts(tree, cache).items():
        if there != directory and _LOOKS_UP in text:
            is_read = all(word.encode() in text for word in words)
            if is_read and local:  # what calls the directory as a module has its name, too
                is_read = kind in text or _is_open(load_module(tree, there, cache), "backend")
            if is_read or (kind in text and _is_open(load_module(tree, there, cache), "config")):
                found[there] = text
    return found


def _is_open(module: Module, argument: str) -> bool:
    """Whether where a look-up reads, or how, follows from something else."""
    looked_up = (one for key, one in module.resources.items() if key[:2] == ("data", _LOOKS_UP.decode()))
    said = (one.arguments.get(argument) for one in looked_up)
    return any(one is not None and names_in(one.argument) for one in said)


def _texts(tree: SourceTree, cache: SyntaxCache) -> Mapping[str, bytes]:
    """What each directory's configuration is, file by file; read once a revision."""
    key = ("texts", id(tree.listing))
    if key not in cache.kept:
        texts: dict[str, bytes] = {}
        for path in tree.listing:
            there = path.rpartition("/")[0]
            if path.endswith(SUFFIXES):
                texts[there] = texts.get(there, b"") + (tree.read(path) or b"")
        # The listing is kept with it, so that no other listing comes to have its id.
        cache.kept[key] = (tree.listing, texts)
    return cast(tuple[object, Mapping[str, bytes]], cache.kept[key])[1]


Spell = Callable[[Hashable], str]
"""The digest of what a shape says in one module."""

_FALLS_BACK = late_pattern(rb"\b(try|can)\s*\(")
"""What goes on with something else where there is no such entry."""


def only_loses_entries(before: Module, after: Module, output: str, spell: tuple[Spell, Spell]) -> bool:
    """Whether both sides' maps are made of their entries in one way, and the head's are some of the base's."""
    said = [
        _map_of(module, module.outputs[output].arguments["value"].argument.value, each)
        for module, each in zip((before, after), spell, strict=True)
    ]
    (old_way, old), (new_way, new) = said
    return old_way == new_way and bool(new) and new.items() <= old.items()


def taken_by_key(output: str, texts: Iterable[bytes]) -> bool:
    """Whether every text that says an output's name takes one entry of it by its key, and has it or nothing."""
    named = re.compile(rb"\b" + re.escape(output.encode()) + rb"\b(?!\s*(\[(?!\s*\*)|\.(?!\s*\*)))")
    return not any(named.search(text) or _FALLS_BACK.search(text) for text in texts)


def _map_of(module: Module, said: Expression, spell: Spell) -> tuple[str, dict[str, str]]:
    """What is made of each entry of a map that is written out, and the entries by their keys; none if it is no such."""
    match said:
        case ForObject(key=str(key), collection=collection, grouped=False, condition=None) if shape(said.entry_key) == (
            "Name",
            key,
        ):
            way = spell((said.key, said.name, shape(said.value)))
            return way, _entries(module, collection, spell)
    return "", _entries(module, said, spell)


def _entries(module: Module, said: Expression, spell: Spell) -> dict[str, str]:
    match said:
        case Attribute(target=Name(name="local"), name=str(name)) if name in module.locals:
            said = module.locals[name].argument.value
    items = said.items if isinstance(said, ObjectExpression) else ()
    found = {spell(shape(item.key)): spell(shape(item.value)) for item in items}
    return found if len(found) == len(items) else {}
