"""Piccolo's PostgreSQL engine with its pool, whose connections come back even from a cancelled transaction.

Stock Piccolo leaks one per cancellation: a pool of 4 was dead after 200 of them (docs/decisions.md).
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from app.settings.values import BadSettingError
from db.read_only import check_writable
from db.transaction_end import TransactionEnd

POOL_SIZE = 10
DATABASE_UNREACHABLE = "DATABASE_URL : la base ne répond pas ({}) ; démarrez-la, ou corrigez l’adresse."
SERVER_TIMEOUTS = {
    "lock_timeout": "20s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
}
"""While people are served. 20 s: a click may wait behind another writer, the longest of whom, an import, takes 5. 30 s:
no page asks for a second of it, and a proxy gives up at 60. 60 s: a transaction that nobody goes on with lets its locks
go. In the connection's start-up: they hold for as long as it lives."""
COMMAND_TIMEOUT = 40.0
"""The server cuts first; this one is for a server or a line that says nothing at all."""


async def _skip_reset(connection: object) -> None:
    """A connection that comes back is lent again as it is: asyncpg has ended its transaction, and we set nothing that
    outlives one (SET LOCAL, pg_advisory_xact_lock; LISTEN has a connection of its own). asyncpg's usual four statements
    would make each question two.
    """


class PooledPostgresTransaction(TransactionEnd, PostgresTransaction):
    engine: "PooledPostgresEngine"

    async def begin(self) -> None:
        try:
            await super().begin()
        except BaseException:
            await asyncio.shield(self._release())
            raise

    async def _release(self) -> None:
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()


class PooledPostgresEngine(PostgresEngine):
    def __init__(self, url: str) -> None:
        super().__init__(config={"dsn": url})

    async def check_version(self) -> None:
        """Not at import: Piccolo would open a connection to ask."""

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        check_writable(query)
        return await super()._run_in_pool(query, args)

    async def start(self, *, serving: bool = False) -> None:
        """serving: people wait for the answers. A command (backup, migration, rotation) takes the time it needs.

        Raises BadSettingError where no connection opens.
        """
        limits = {"server_settings": SERVER_TIMEOUTS, "command_timeout": COMMAND_TIMEOUT} if serving else {}
        try:
            await self.start_connection_pool(min_size=1, max_size=POOL_SIZE, reset=_skip_reset, **limits)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
            raise BadSettingError(DATABASE_UNREACHABLE.format(type(failure).__name__)) from failure

    async def stop(self) -> None:
        await self.close_connection_pool()

    def transaction(self, allow_nested: bool = True) -> PooledPostgresTransaction:
        return PooledPostgresTransaction(self, allow_nested)
