"""Which migrations the database has not had yet: those of db/migrations that it does not name."""

import pkgutil
from importlib import import_module

from piccolo.apps.migrations.tables import Migration

from db import migrations


def list_known_migrations() -> frozenset[str]:
    modules = [import_module(f"db.migrations.{found.name}") for found in pkgutil.iter_modules(migrations.__path__)]
    return frozenset(module.ID for module in modules)


async def list_pending_migrations() -> frozenset[str]:
    """All of them while the database has no table at all."""
    if not await Migration.table_exists():
        return list_known_migrations()
    return list_known_migrations() - set(await Migration.get_migrations_which_ran("db"))
