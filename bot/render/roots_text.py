"""The roots of a folder with their variants, for a person at a terminal and for other tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.config import NamedBy, Root, RootKind
from bot.frozen import dataclass
from bot.render.markdown import visible

_WHY: dict[NamedBy, str] = {
    "rules": "`roots` in .iam-review.yaml",
    "back end": "the back end",
    "comparison": "what it compares its workspace with",
    "var file": "a var file of its own",
    "CI": "CI configuration",
    "Terragrunt": "a unit of Terragrunt",
}


_KINDS: dict[RootKind, str] = {
    "root": "a root, as no configuration here calls it",
    "module": "a module, as nothing here applies it: judged by its defaults and by what its callers may choose",
    "interface": "",
    "example": "an example or test: what it grants is told and blocks nothing",
}


@dataclass(frozen=True, slots=True)
class VariantTold:
    """Variants that say the same and are evaluated once; `why` are what names the first of them."""

    names: tuple[str, ...]
    var_files: tuple[str, ...]
    workspace: str | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RootTold:
    """A root module's directory and its variants; without any it is evaluated without values.

    `kind` is "root", "module" for one that is called from elsewhere only, or "example".
    """

    root: str
    variants: tuple[VariantTold, ...]
    kind: RootKind = "root"


def told(roots: Iterable[Root]) -> tuple[RootTold, ...]:
    """The roots by directory."""
    found: dict[str, list[VariantTold]] = {}
    kinds: dict[str, RootKind] = {}
    for root in roots:
        if root.kind == "interface":
            continue
        kinds[root.directory] = root.kind
        variants = found.setdefault(root.directory, [])
        if root.variant:
            settings, why = root.settings, root.named_by or ("var file",)
            reasons = tuple(_WHY[each] for each in why)
            variants.append(VariantTold(root.variants, settings.var_files, settings.workspace, reasons))
    return tuple(RootTold(each or ".", tuple(found[each]), kinds[each]) for each in sorted(found))


def write_roots(roots: Iterable[RootTold]) -> str:
    """A paragraph a root; control characters from the repository are made visible."""
    return "\n".join(visible(line) for root in roots for line in _lines(root)) + "\n"


def _lines(root: RootTold) -> Iterator[str]:
    yield f"{root.root}: {_KINDS[root.kind]}"
    if not root.variants and root.kind == "root":
        yield "    without values: no rule, var file, back end or CI configuration names a variant"
    for one in root.variants:
        alike = f" (also {', '.join(one.names[1:])}: the values that it asks for are the same)" if one.names[1:] else ""
        yield f"    {one.names[0]}{alike}"
        yield f"        var files: {', '.join(one.var_files) or 'none'}"
        if one.workspace is not None:
            yield f"        workspace: {one.workspace}"
        yield f"        named by {' and '.join(one.why)}"
