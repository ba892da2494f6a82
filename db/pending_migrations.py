"""Finds the migrations of db/migrations that the database has run, and those that it has not."""

import pkgutil
from importlib import import_module

from piccolo.apps.migrations.tables import Migration

from db import migrations


def list_known_migrations() -> frozenset[str]:
    modules = [import_module(f"db.migrations.{found.name}") for found in pkgutil.iter_modules(migrations.__path__)]
    return frozenset(module.ID for module in modules)


async def list_applied_migrations() -> frozenset[str]:
    """None when the database has no table."""
    if not await Migration.table_exists():
        return frozenset()
    return frozenset(await Migration.get_migrations_which_ran("db"))


async def list_pending_migrations() -> frozenset[str]:
    return list_known_migrations() - await list_applied_migrations()
