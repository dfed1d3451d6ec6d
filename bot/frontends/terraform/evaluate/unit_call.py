"""A unit of Terragrunt whose module is not in the repository: evaluated as a call of it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.config import EvaluatedConfig, EvaluationGap, ResourceInstance, Root
from bot.evaluated.diagnostic import Diagnostic, Step
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.mentions import spans
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.trails import string
from bot.evaluated.value import ObjectValue, Value
from bot.frontends.terraform.modules.unit_config import RemoteSource, UnitConfig


def called(tree: SourceTree, root: Root, unit: UnitConfig, remote: RemoteSource) -> EvaluatedConfig:
    """The module with the unit's inputs as its arguments; it is asked for if that can help."""
    call, known = remote.call, tree.remote if remote.unknown is None else None
    unfetched = "" if known is None else known.why_not(call)
    name = unit.directory.rpartition("/")[2] or "unit"
    address = f"module.{name}"
    arguments = ObjectValue(tuple(sorted({**unit.inputs, **dict(_chosen(remote))}.items())))
    instance = ResourceInstance(address, "module", call.source, name, arguments, remote.at, unfetched=unfetched)
    reason = f"module {call.source} is not in the repository{f': {unfetched}' if unfetched else ''}"
    told = Diagnostic.of(DiagnosticKind.REMOTE_MODULE, reason, remote.at)
    places = dict.fromkeys(span for value in unit.inputs.values() for span in spans(value))
    asked = known is not None and known.asks(call)
    return EvaluatedConfig(
        root,
        (instance,),
        (EvaluationGap(told, address, (remote.at, *places)),),
        needs=unit.needs,
        files=unit.reads,
        modules=frozenset({call} if asked else ()),
    )


def _chosen(remote: RemoteSource) -> Iterator[tuple[str, Value]]:
    """The arguments of the call that say which module it is."""
    at = (Step(remote.at, "terraform.source"),)
    yield "source", remote.unknown or string(remote.call.source, at)
    if remote.call.version:
        yield "version", string(remote.call.version, at)
