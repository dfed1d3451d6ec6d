"""A plan of moves and renames: what is called how from now on, read from a TOML file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.codemods.identifiers import Identifiers
from tools.codemods.index import module_name


@dataclass(frozen=True)
class Plan:
    """`modules` and `names` by their old names, `paths` of other files and folders, new `packages` with a purpose.

    `names` maps (module that defines it, name) to the new name; `identifiers` are renamed by files.
    """

    modules: dict[str, str]
    names: dict[tuple[str, str], str]
    paths: dict[str, str]
    packages: dict[str, str]
    identifiers: tuple[Identifiers, ...] = ()

    def moved(self, module: str) -> str:
        """The module's new name."""
        return self.modules.get(module, module)

    def moved_path(self, path: str) -> str:
        """Where a file of the checkout is from now on."""
        if path.endswith(".py") and module_name(path) in self.modules:
            new = self.modules[module_name(path)].replace(".", "/")
            return f"{new}/__init__.py" if path.endswith("/__init__.py") else f"{new}.py"
        for old, new in sorted(self.paths.items(), key=lambda item: -len(item[0])):
            if path == old or path.startswith(f"{old}/"):
                return new + path[len(old) :]
        return path

    def in_text(self, text: str) -> str:
        """The text with the new names of modules and paths in it."""
        if "bot" not in text and "tests" not in text:
            return text
        return self._pattern.sub(lambda match: self._words[match[0]], text)

    @cached_property
    def _words(self) -> dict[str, str]:
        words = dict(self.modules)
        words |= {f"{old.replace('.', '/')}.py": f"{new.replace('.', '/')}.py" for old, new in self.modules.items()}
        return words | self.paths

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        ways = "|".join(re.escape(word) for word in sorted(self._words, key=len, reverse=True))
        return re.compile(rf"(?<![\w./-])(?:{ways or '(?!)'})(?![\w-])(?!\.(?:yaml|py\b))")


def read_plan(path: Path, known: list[str]) -> Plan:
    """The plan in `path`; a package that moves takes its modules and other files along."""
    raw = tomllib.loads(path.read_text("utf-8"))
    given = raw.get("modules", {})
    modules = dict(given)
    paths = dict(raw.get("paths", {}))
    files = [one for one in known if one.endswith(".py")]
    for old, new in given.items():
        if f"{old.replace('.', '/')}/__init__.py" in known:
            for one in files:
                name = module_name(one)
                if name.startswith(f"{old}.") and name not in given:
                    nearest = max((p for p in given if name.startswith(f"{p}.")), key=len)
                    modules[name] = given[nearest] + name[len(nearest) :]
            paths.setdefault(old.replace(".", "/"), new.replace(".", "/"))
    for one in files:
        for old, new in sorted(raw.get("paths", {}).items(), key=lambda item: -len(item[0])):
            if one == old or one.startswith(f"{old}/"):
                modules.setdefault(module_name(one), module_name(new + one[len(old) :]))
                break
    names = {(key.partition(":")[0], key.partition(":")[2]): value for key, value in raw.get("names", {}).items()}
    identifiers = tuple(Identifiers(tuple(one["files"]), one["names"]) for one in raw.get("identifiers", ()))
    return Plan(modules, names, paths, raw.get("packages", {}), identifiers)
