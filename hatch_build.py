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
        """The pages of docs/ but for measurements, and what of the top belongs to them, by their places here."""
        from bot.manual_files import AT_THE_TOP

        docs = Path(self.root, "docs")
        pages = [page.relative_to(docs) for page in docs.rglob("*.md")]
        inside = {str(docs / page): f"bot/manual/{page}" for page in pages if page.parts[0] != "measurements"}
        return inside | {str(Path(self.root, name)): f"bot/manual/{name}" for name in AT_THE_TOP}
