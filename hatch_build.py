"""Compiles the Terraform grammar into the wheel, so that no process has to build it."""

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
