"""Compiles the Terraform grammar into the wheel, so that no process has to build it, and packs the manual."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TARGET = "bot/frontends/terraform/syntax/grammar.bin"


class GrammarHook(BuildHookInterface[Any]):
    """Writes grammar.bin beside the code that loads it and packs it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Hatchling calls this before it collects files; a source distribution has none: its wheel makes it."""
        if self.target_name == "wheel":
            sys.path.insert(0, self.root)
            from bot.frontends.terraform.syntax import grammar_table

            Path(self.root, TARGET).write_bytes(grammar_table.compiled())
            build_data["artifacts"].append(TARGET)
            build_data["force_include"].update(self._manual())

    def _manual(self) -> dict[str, str]:
        """The files that the manual is made of, by their places here; their places in the wheel are the same ones."""
        from bot.manual_files import manual_names, manual_path

        paths = map(manual_path, ("mkdocs.yml", *sorted(manual_names())))
        return {str(Path(self.root, path)): f"bot/manual/{path}" for path in paths}
