"""Piccolo’s PostgreSQL engine with its pool, to which a cancelled transaction returns its connection.

Piccolo’s own leaks one connection at each cancellation: a pool of 4 was dead after 200 (docs/decisions/0085).
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
"""Limits while people are served, in the connection’s start-up so that they last as long as it. 20 s: a request may
wait behind another writer; the longest one, an import, takes 5. 30 s: no page needs a second, and a proxy gives up at
60. 60 s: an abandoned transaction releases its locks.
"""
COMMAND_TIMEOUT = 40.0
"""Longer than the server’s own limits: for a server or a connection that does not answer at all."""


async def _skip_reset(connection: object) -> None:
    """Skips asyncpg’s reset of a returned connection, which would double the number of statements. asyncpg has ended
    its transaction, and nothing that we set outlives one (SET LOCAL, pg_advisory_xact_lock). LISTEN has its own
    connection.
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
        """Does nothing: Piccolo would open a connection at import."""

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        check_writable(query)
        return await super()._run_in_pool(query, args)

    async def start(self, *, serving: bool = False) -> None:
        """serving: sets time limits, because people wait for the answers. A command (backup, migration, rotation) has
        none.

        Raises BadSettingError when no connection opens.
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
