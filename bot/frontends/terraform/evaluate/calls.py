"""Module calls: which instances of which module they make, and what is known of modules that are not here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bot.evaluated.address import block_of
from bot.evaluated.call import FunctionFault, resolve, stay_inside
from bot.evaluated.config import MadeBy, ResourceInstance
from bot.evaluated.diagnostic import StepKind
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.fetched_modules import is_fetched, package_of
from bot.evaluated.trails import joined
from bot.evaluated.value import StringValue
from bot.evaluated.wanted_modules import RemoteCall
from bot.frontends.terraform.evaluate.block import META_ARGUMENTS, argument, call_arguments
from bot.frontends.terraform.evaluate.expansion import Instance
from bot.frontends.terraform.evaluate.instance import ModuleInstance
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.scope import VariableInput
from bot.frontends.terraform.evaluate.taken_over import pair_child
from bot.frontends.terraform.modules.module import SUFFIXES, Declared, load_module
from bot.frontends.terraform.modules.provider_aliases import all_passed_at, own_providers, passed_at, passed_on
from bot.frontends.terraform.modules.remote_places import CallPlace

MAX_MODULE_DEPTH = 24
_OWN = META_ARGUMENTS | {"source", "version"}


def call_instances(
    parent: ModuleInstance, name: str, declared: Declared, instances: tuple[Instance, ...] | None = None
) -> tuple[tuple[Instance, ModuleInstance | None], ...]:
    """The instances of a module call in `parent`; None for a module that is not in the repository.

    `instances` are given where they are not those that count or for_each make today.
    """
    directory = module_directory(parent, name, declared)
    today = instances is None
    if instances is None:
        instances = parent.expansion(declared, ("module", name))
    if directory is None:
        return tuple((instance, None) for instance in instances)
    if parent.depth >= MAX_MODULE_DEPTH:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"modules call each other more than {MAX_MODULE_DEPTH} deep")
    parent.run.enter(len(instances))
    found = tuple((instance, _child(parent, name, declared, instance, directory)) for instance in instances)
    if parent.earlier is not None and today:
        for instance, child in found:
            pair_child(child, instance, parent.earlier.called.get(name, ()))
    return found


def _child(parent: ModuleInstance, name: str, declared: Declared, instance: Instance, directory: str) -> ModuleInstance:
    run = parent.run
    module = load_module(run.tree, directory, run.cache)
    address = f"{parent.prefix}module.{name}{instance.suffix}"
    scope = parent.scope_of(declared, instance, address)
    givens = {
        key: VariableInput(written, scope, f"module.{name} argument {key}")
        for key, written in declared.arguments.items()
        if key not in _OWN
    }
    own = (declared.source.header_step(declared.block, f"module.{name}", StepKind.ADDRESS),)
    if is_fetched(directory):
        _anchor(parent, name, declared, address, directory)
    return ModuleInstance(
        run,
        module,
        address,
        relative(run.root.directory, directory),
        givens,
        joined(joined(instance.existence, own), parent.existence),
        (*instance.guards, *parent.guards),
        instance.repeated or parent.repeated,
        parent.depth + 1,
        f"{parent.call_path}.{name}" if parent.call_path else name,
        {**passed_on(declared, parent.providers), **own_providers(module, address)},
        passed_at(declared, parent.providers_at),
    )


def module_directory(parent: ModuleInstance, name: str, declared: Declared) -> str | None:
    """Where the called module is in the repository; None if it is not. Raises FunctionFault for a bad local path."""
    source = source_of(parent, declared)
    if source is None:
        return None
    if _is_path(source):
        return _beside(parent, source)
    path = f"{parent.call_path}.{name}" if parent.call_path else name
    return installed(parent.run).get(path) or _fetched(parent.run, RemoteCall(source, version_of(parent, declared)))


def _is_path(source: str) -> bool:
    return source.startswith(("./", "../")) or source in (".", "..")


def _beside(parent: ModuleInstance, source: str) -> str | None:
    """Where a module is that is called by its path; None where there is none, as for one from elsewhere.

    It is outside of the repository, in another that is linked in here (a submodule), or is put there by a script.
    """
    try:
        directory = resolve(parent.directory, source)
    except FunctionFault:
        if is_fetched(parent.directory):
            raise
        return None
    stay_inside(parent.directory, directory)
    here = any(path.endswith(SUFFIXES) for path in parent.run.cache.directory(parent.run.tree, directory))
    return directory if here else None


def _fetched(run: Run, call: RemoteCall) -> str | None:
    """Where a module from elsewhere is, if it came; it is asked for if that can help."""
    remote = run.tree.remote
    if remote is None:
        return None
    if remote.asks(call):
        run.modules_wanted.add(call)
    return remote.directories.get(call)


def _anchor(parent: ModuleInstance, name: str, declared: Declared, address: str, directory: str) -> None:
    """Note which lines of the repository choose a fetched module: those of its version, or of its source."""
    anchors = parent.run.anchors
    outer = anchors.get(block_of(parent.address))
    written = declared.arguments.get("version") or declared.arguments["source"]
    step = outer.step if outer else written.source.step(written.argument, f"module.{name} {written.argument.name}")
    block = block_of(address)
    anchors[block] = CallPlace(outer.address if outer else block, package_of(directory), step)


def source_of(parent: ModuleInstance, declared: Declared) -> str | None:
    """The call's source, if it is a known string."""
    return _known(parent, declared, "source")


def version_of(parent: ModuleInstance, declared: Declared) -> str:
    """The call's version, "" if it gives none that is known."""
    return _known(parent, declared, "version") or ""


def _known(parent: ModuleInstance, declared: Declared, name: str) -> str | None:
    written = declared.arguments.get(name)
    if written is None:
        return None
    value = argument(written, parent.scope(written.source), name)
    return value.known if isinstance(value, StringValue) else None


def installed(run: Run) -> Mapping[str, str]:
    """Directories of modules that `terraform init` has put into the root's `.terraform`, by call path."""
    if run.installed is None:
        run.installed = dict(_installed(run))
    return run.installed


def _installed(run: Run) -> Iterator[tuple[str, str]]:
    root = run.root.directory
    path = f"{root}/.terraform/modules/modules.json" if root else ".terraform/modules/modules.json"
    for each in _listed_modules(run.tree.read(path)):
        if isinstance(each, dict) and isinstance(each.get("Key"), str) and isinstance(each.get("Dir"), str):
            try:
                yield each["Key"], resolve(root, each["Dir"])
            except FunctionFault:
                continue


def _listed_modules(manifest: bytes | None) -> list[object]:
    """What `terraform init` wrote of the modules it has put in place."""
    try:
        listed = json.loads(manifest or b"{}")
    except (ValueError, RecursionError):
        return []
    modules = listed.get("Modules") if isinstance(listed, dict) else None
    return modules if isinstance(modules, list) else []


def relative(root: str, directory: str) -> str:
    """`directory` as path.module gives it: from the root module's directory."""
    here = root.split("/") if root else []
    there = directory.split("/") if directory else []
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:]) or "."


def remote_call(parent: ModuleInstance, name: str, declared: Declared, instance: Instance) -> ResourceInstance:
    """A call of a module that is not here, as an instance of mode "module" whose type is the source."""
    source = source_of(parent, declared) or "unknown"
    address = f"{parent.prefix}module.{name}{instance.suffix}"
    scope = parent.scope_of(declared, instance, address)
    arguments = {key: each for key, each in declared.arguments.items() if key not in META_ARGUMENTS}
    remote = None if _is_path(source) else parent.run.tree.remote
    given = passed_on(declared, parent.providers)
    unfetched = "" if remote is None else remote.why_not(RemoteCall(source, version_of(parent, declared)))
    return ResourceInstance(
        address,
        "module",
        source,
        name,
        call_arguments(arguments, scope, f"module.{name}"),
        declared.span,
        joined(instance.existence, parent.existence),
        instance.repeated or parent.repeated,
        tuple(dict.fromkeys((*instance.guards, *parent.guards))),
        unfetched,
        MadeBy(tuple(name for _, name in sorted(given.items())), all_passed_at(declared, parent.providers_at)),
    )
