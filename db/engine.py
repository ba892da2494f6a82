"""Which database, and the one way to write to it: `async with transaction():`.

A task started inside a transaction inherits it (contextvars) and fails later: start background work outside.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from piccolo.table import TABLE_REGISTRY, Table

from app.settings import settings
from app.settings.database import parse_sqlite_path, read_database_url
from app.settings.values import read_setting
from db.postgres_engine import SERVER_TIMEOUTS, PooledPostgresEngine
from db.private_files import make_folder
from db.read_only import check_writable
from db.sqlite_engine import PooledSQLiteEngine

Engine = PooledSQLiteEngine | PooledPostgresEngine
Callback = Callable[[], None]

log = logging.getLogger("aplus.database")
_current: Engine | None = None
_callbacks: ContextVar[list[Callback] | None] = ContextVar("after_commit", default=None)


def build_engine(url: str) -> Engine:
    """sqlite:///path or postgresql://…; the folder of a SQLite file is made. Raises BadSettingError for another."""
    path = parse_sqlite_path(read_setting("DATABASE_URL", url, read_database_url))
    if path is None:
        return PooledPostgresEngine(url)
    make_folder(path.parent)
    return PooledSQLiteEngine(str(path))


def get_current_engine() -> Engine:
    """The engine given to `use`; before that, one made from the settings, not started."""
    global _current
    if _current is None:
        _current = build_engine(settings.database_url)
    return _current


def use_engine(engine: Engine) -> None:
    """Binds every table to this engine: tests go from one database to the next in one process."""
    global _current
    _current = engine
    for table in TABLE_REGISTRY:
        table._meta.db = engine


def is_postgres() -> bool:
    return isinstance(get_current_engine(), PooledPostgresEngine)


def get_shared_database_url() -> str:
    """The URL of a database that other processes may use too; empty on SQLite, which is one process's."""
    engine = get_current_engine()
    return str(engine.config["dsn"]) if isinstance(engine, PooledPostgresEngine) else ""


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing, alone among writers on SQLite. Inside another one it is a savepoint.

    Raises ReadOnlyError while nothing may be written.
    """
    check_writable()
    outer = get_current_engine().current_transaction.get()
    if outer:
        async with _savepoint():
            yield
        return
    token = _callbacks.set([])
    try:
        async with get_current_engine().transaction():
            yield
        callbacks = _callbacks.get() or []
    finally:
        _callbacks.reset(token)
    for callback in callbacks:
        _run_callback(callback)


@asynccontextmanager
async def _savepoint() -> AsyncIterator[None]:
    outer = get_current_engine().current_transaction.get()
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


async def lift_timeouts() -> None:
    """Inside a transaction: it is long by nature, and nobody waits for its answer."""
    if is_postgres():
        for name in SERVER_TIMEOUTS:
            await TABLE_REGISTRY[0].raw(f"SET LOCAL {name} = 0")


async def purge_deleted_data() -> bool:
    """After an erasure: what was deleted is not left readable in SQLite's log. Its pages are zeroed as they go.

    False while a reader is in the way. PostgreSQL keeps dead rows until its own vacuum: docs/operations.md says so.
    """
    engine = get_current_engine()
    return not isinstance(engine, PooledSQLiteEngine) or await engine.truncate_wal()


def on_commit(callback: Callback) -> None:
    """Calls it after the outermost commit, never after a rollback; at once outside a transaction."""
    waiting = _callbacks.get()
    if waiting is None:
        _run_callback(callback)
    else:
        waiting.append(callback)


def _run_callback(callback: Callback) -> None:
    try:
        callback()
    except Exception:
        log.exception("after the commit")
