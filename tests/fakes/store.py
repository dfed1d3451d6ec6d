"""A real store on a fresh SQLite file: nothing is gained by faking it."""

from __future__ import annotations

import weakref
from pathlib import Path

from bot.store.sql import SqlStore
from tests.store.databases import with_tables


def fresh_store(directory: Path) -> SqlStore:
    """An empty store under `directory`."""
    engines = with_tables(directory / "db.sqlite")
    store = SqlStore(engines)
    weakref.finalize(store, engines.dispose)  # newer Pythons complain about connections that nobody closes
    return store
