"""No import goes in a circle, hidden ones included; what is imported later than at the top of a module says why."""

from __future__ import annotations

import pytest

from tests.imports.imports import Import, all_imports, circles

_YAML = "most repositories give a review no YAML to read, whose library has 18 modules"

LATER = {
    ("bot.cli.", "bot.wiring."): "a command loads its own composition and no other's: starting takes a tenth of it",
    ("bot.__main__", "bot.cli.extras"): "what tells of a missing package reads what is installed, which is slow",
    ("bot.render.formats", "bot.render."): "a format's libraries are loaded where it is asked for",
    ("bot.wiring.history", "bot.render.replays."): "a document's writer is loaded where that document is asked for",
    ("bot.wiring.rules_files", "bot."): "who tells waivers of files needs no database",
    ("bot.wiring.offline", "bot.wiring.modules"): "who fetches no modules loads nothing that fetches",
    ("bot.wiring.sentry", "sentry_sdk"): "an extra that need not be installed",
    ("bot.frontends.terraform.syntax.grammar_table", "bot.frontends.terraform.syntax.grammar_build"): (
        "lark is imported only where there is no compiled table"
    ),
    ("bot.review_process.child", ""): "the child's limits come before anything that they limit",
    ("bot.review_process.unpacker", ""): "the child's limits come before anything that they limit",
    ("bot.frontends.terraform.", "bot.frontends.terraform.terragrunt.units"): (
        "most repositories have no units, and a dozen modules are for those alone"
    ),
    ("bot.frontends.terraform.terraform", "bot.frontends.terraform.made_by_name"): (
        "most roots name nothing that another one makes"
    ),
    ("bot.frontends.terraform.", "bot.frontends.terraform.modules.state_places"): "few changes move a state",
    ("bot.extract.yaml_reading", "yaml"): _YAML,
    ("bot.frontends.terraform.functions.encodings", "bot.frontends.terraform.functions.yaml_text"): _YAML,
    ("bot.frontends.terraform.modules.ci_words", "yaml"): _YAML,
    ("bot.review_config.rules_file", "bot.review_config.settings_yaml"): _YAML,
    ("bot.review_config.declared_waivers", "bot.review_config.settings_yaml"): _YAML,
    ("bot.frozen", ""): "type checkers see the standard decorator, and need nothing of what stands in for it",
    ("bot.web.large", "_typeshed."): "names that only type checkers know",
}
"""By how the importer's and the imported module's names begin."""


@pytest.fixture(scope="module")
def imports() -> tuple[Import, ...]:
    return all_imports()


def test_nothing_goes_in_a_circle(imports: tuple[Import, ...]) -> None:
    assert circles((one.importer, one.imported) for one in imports if one.imported.startswith("bot.")) == []


def test_what_is_imported_later_says_why(imports: tuple[Import, ...]) -> None:
    later = [(one.importer, one.imported) for one in imports if one.within]
    assert not [pair for pair in later if not any(_begins(pair, known) for known in LATER)]
    assert not [known for known in LATER if not any(_begins(pair, known) for pair in later)]


def _begins(pair: tuple[str, str], known: tuple[str, str]) -> bool:
    return pair[0].startswith(known[0]) and pair[1].startswith(known[1])


def test_a_circle_is_found() -> None:
    assert circles(iter([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")])) == [["a", "b", "c"]]
