"""Values for a root module's variables, from the var files Terraform loads and those configured, last wins."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.diagnostic import Diagnostic
from bot.frontends.terraform.evaluate.instance import ModuleInstance
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.scope import VariableInput
from bot.frontends.terraform.modules.module import Written
from bot.frontends.terraform.modules.var_file_names import loaded_by_default, written_paths
from bot.frontends.terraform.syntax.nodes import Argument, ObjectExpression, Template, TemplateText
from bot.frontends.terraform.syntax.source_files import Source


def givens(run: Run, instance: ModuleInstance) -> dict[str, VariableInput]:
    """The values the root's var files give, by variable; a file that cannot be read is a gap."""
    found: dict[str, VariableInput] = {}
    for path in var_files(run):
        run.files.read_paths.add(path)
        source = run.cache.source(run.tree, path)
        if isinstance(source, Diagnostic):
            if source.kind.meaning.waits:
                run.files.needs.add(path)
            run.tell(source, (source.span,))
            continue
        scope = instance.scope(source)
        what = path.rsplit("/", 1)[-1]
        found.update({each.name: VariableInput(Written(each, source), scope, what) for each in values(source)})
    return found


def values(source: Source) -> Iterator[Argument]:
    """The values a var file gives; of a terragrunt.hcl, those in its `inputs`."""
    if not source.path.endswith((".hcl", ".hcl.json")):
        yield from source.syntax.body.arguments
        return
    inputs = source.syntax.body.argument("inputs")
    if inputs is not None and isinstance(inputs.value, ObjectExpression):
        for item in inputs.value.items:
            if isinstance(item.key, Template) and all(isinstance(part, TemplateText) for part in item.key.parts):
                name = "".join(part.text for part in item.key.parts if isinstance(part, TemplateText))
                yield Argument(item.start, item.end, name, item.value)


def var_files(run: Run) -> Iterator[str]:
    """Paths of the var files of a root that are there, in Terraform's order.

    One that the other side alone has is none here; of one that neither has the choice of roots tells.
    """
    yield from loaded_by_default(run.cache.directory(run.tree, run.root.directory))
    for written in run.root.settings.var_files:
        path = _configured(run, written)
        if run.tree.has(path):
            yield path


def _configured(run: Run, written: str) -> str:
    return next((path for path in written_paths(run.root.directory, written) if run.tree.has(path)), written)
