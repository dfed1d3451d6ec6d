"""A real store on a fresh SQLite file: nothing is gained by faking it."""

from __future__ import annotations

import weakref
from pathlib import Path

from bot.store.database import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore


def fresh_store(directory: Path) -> SqlStore:
    """An empty store under `directory`."""
    engines = connect(f"sqlite:///{directory / 'db.sqlite'}")
    upgrade(engines.write)
    store = SqlStore(engines)
    weakref.finalize(store, engines.dispose)  # newer Pythons complain about connections that nobody closes
    return store
