"""Which database, and the one way to write to it: `async with transaction():`.

A task started inside a transaction inherits it (contextvars) and fails later: start background work outside.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from piccolo.table import TABLE_REGISTRY, Table

from app.settings import settings
from app.settings.database import database_url, sqlite_path
from app.settings.values import read
from db.postgres_engine import LIMITS, PooledPostgresEngine
from db.private_files import make_folder
from db.read_only import refuse_writing
from db.sqlite_engine import PooledSQLiteEngine

Engine = PooledSQLiteEngine | PooledPostgresEngine
Callback = Callable[[], None]

log = logging.getLogger("aplus.database")
_current: Engine | None = None
_callbacks: ContextVar[list[Callback] | None] = ContextVar("after_commit", default=None)


def engine_for(url: str) -> Engine:
    """sqlite:///path or postgresql://…; the folder of a SQLite file is made. Raises BadSettingError for another."""
    path = sqlite_path(read("DATABASE_URL", url, database_url))
    if path is None:
        return PooledPostgresEngine(url)
    make_folder(path.parent)
    return PooledSQLiteEngine(str(path))


def current_engine() -> Engine:
    """The engine given to `use`; before that, one made from the settings, not started."""
    global _current
    if _current is None:
        _current = engine_for(settings.database_url)
    return _current


def use(engine: Engine) -> None:
    """Binds every table to this engine: tests go from one database to the next in one process."""
    global _current
    _current = engine
    for table in TABLE_REGISTRY:
        table._meta.db = engine


def is_postgres() -> bool:
    return isinstance(current_engine(), PooledPostgresEngine)


def shared_database() -> str:
    """The URL of a database that other processes may use too; empty on SQLite, which is one process's."""
    engine = current_engine()
    return str(engine.config["dsn"]) if isinstance(engine, PooledPostgresEngine) else ""


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing, alone among writers on SQLite. Inside another one it is a savepoint.

    Raises ReadOnlyError while nothing may be written.
    """
    refuse_writing()
    outer = current_engine().current_transaction.get()
    if outer:
        async with _savepoint():
            yield
        return
    token = _callbacks.set([])
    try:
        async with current_engine().transaction():
            yield
        callbacks = _callbacks.get() or []
    finally:
        _callbacks.reset(token)
    for callback in callbacks:
        _call(callback)


@asynccontextmanager
async def _savepoint() -> AsyncIterator[None]:
    outer = current_engine().current_transaction.get()
    assert outer is not None
    savepoint = await outer.savepoint()
    waiting = _callbacks.get() or []
    before = len(waiting)
    try:
        yield
    except BaseException:
        del waiting[before:]
        await savepoint.rollback_to()
        raise
    await savepoint.release()


async def lock_tables(*tables: type[Table]) -> None:
    """Inside a transaction: whoever else writes to these waits for its end, as every writer does on SQLite."""
    if is_postgres():
        names = ", ".join(f'"{table._meta.tablename}"' for table in tables)
        await tables[0].raw(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


async def take_ones_time() -> None:
    """Inside a transaction: it is long by nature, and nobody waits for its answer."""
    if is_postgres():
        for name in LIMITS:
            await TABLE_REGISTRY[0].raw(f"SET LOCAL {name} = 0")


async def scrub() -> bool:
    """After an erasure: what was deleted is not left readable in SQLite's log. Its pages are zeroed as they go.

    False while a reader is in the way. PostgreSQL keeps dead rows until its own vacuum: docs/operations.md says so.
    """
    engine = current_engine()
    return not isinstance(engine, PooledSQLiteEngine) or await engine.empty_log()


def on_commit(callback: Callback) -> None:
    """Calls it after the outermost commit, never after a rollback; at once outside a transaction."""
    waiting = _callbacks.get()
    if waiting is None:
        _call(callback)
    else:
        waiting.append(callback)


def _call(callback: Callback) -> None:
    try:
        callback()
    except Exception:
        log.exception("after the commit")
