"""The part of docs/coverage.md that tells how many types of the providers are of which class.

python -m tools.provider_schemas.coverage
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.type_registry.registry import every_type, origins
from bot.type_registry.type_facts import TypeClass

DOCUMENT = Path(__file__).parents[2] / "docs" / "coverage.md"
TITLE = "\n## Types of resources and data sources\n"

_KINDS = (("aws", "managed"), ("aws", "data"), ("awscc", "managed"), ("awscc", "data"))

_MEANING = {
    TypeClass.READ: "extraction reads it, by its row in `bot/resource_types` or as a thing that runs as a role; "
    "what a data source finds is evaluated",
    TypeClass.LIMITS: "read, and can only limit: a boundary, a control or endpoint policy, a public access block",
    TypeClass.DOCUMENT: "no row; it takes a policy document and nothing else that could carry access",
    TypeClass.IRRELEVANT: "its schema proves that no argument holds or names what could carry access, "
    "or a cited sentence of the documentation does",
    TypeClass.UNKNOWN: "none of these: open when touched, in one of the arguments that may carry access",
}


def section() -> str:
    """The part, with its title."""
    return TITLE + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for one in origins():
        yield (
            f"Provider {one.name} {one.version}: {one.managed} resource types and {one.data} data sources, "
            f"from {one.package} of {one.date}. What came later is in no class."
        )
    yield ""
    yield "| class | " + " | ".join(f"{provider} {mode}" for provider, mode in _KINDS) + " | what it means |"
    yield "|---|" + "---:|" * len(_KINDS) + "---|"
    types = every_type()
    counts = Counter((one.name.partition("_")[0], one.mode, one.type_class) for one in types)
    for of in TypeClass:
        yield f"| {of} | " + " | ".join(str(counts[*kind, of]) for kind in _KINDS) + f" | {_MEANING[of]} |"
    known = sum(one.replaces is not None for one in types)
    managed = sum(one.mode == "managed" for one in types)
    yield ""
    yield f"Which arguments replace is known for {known} of {managed} resource types. Names are classified by"
    yield "`bot/type_registry/data/argument_names.toml`, single types by `judged.toml` beside it; awscc's count as not"
    yield "read, though `awscc_iam_*` is: as the aws provider's blocks that say the same"
    yield "(`bot/extract/cloud_control.py`)."


def main() -> None:
    """Write the part into the document, in place of the one it has."""
    before = DOCUMENT.read_text("utf-8").partition(TITLE)[0]
    DOCUMENT.write_text(before + section(), "utf-8")


if __name__ == "__main__":
    main()
