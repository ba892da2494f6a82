"""The current database, and the only way to write to it: `async with transaction():`.

A task that starts inside a transaction inherits it (contextvars) and fails later: start background work outside.
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
    """Accepts sqlite:///path or postgresql://…, and creates the folder of a SQLite file. Raises BadSettingError."""
    path = parse_sqlite_path(read_setting("DATABASE_URL", url, read_database_url))
    if path is None:
        return PooledPostgresEngine(url)
    make_folder(path.parent)
    return PooledSQLiteEngine(str(path))


def get_current_engine() -> Engine:
    """The engine given to use_engine; before that, one built from the settings and not started."""
    global _current
    if _current is None:
        _current = build_engine(settings.database_url)
    return _current


def use_engine(engine: Engine) -> None:
    """Binds every table to this engine, so that tests can change databases in one process."""
    global _current
    _current = engine
    for table in TABLE_REGISTRY:
        table._meta.db = engine


def is_postgres() -> bool:
    return isinstance(get_current_engine(), PooledPostgresEngine)


def get_shared_database_url() -> str:
    """The URL of a database that other processes may share; empty on SQLite, which one process uses."""
    engine = get_current_engine()
    return str(engine.config["dsn"]) if isinstance(engine, PooledPostgresEngine) else ""


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Commits or rolls back as a whole, alone among writers on SQLite. Inside another transaction it is a savepoint.

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
    """To be called in a transaction. Other writers of these tables wait for its end, as every writer does on SQLite."""
    if is_postgres():
        names = ", ".join(f'"{table._meta.tablename}"' for table in tables)
        await tables[0].raw(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


async def lift_timeouts() -> None:
    """To be called in a transaction that takes long, and whose result no person waits for."""
    if is_postgres():
        for name in SERVER_TIMEOUTS:
            await TABLE_REGISTRY[0].raw(f"SET LOCAL {name} = 0")


async def purge_deleted_data() -> bool:
    """To be called after an erasure: removes deleted content from SQLite’s log. Its pages are zeroed on deletion.

    Returns False while a reader blocks it. PostgreSQL keeps dead rows until its own vacuum (docs/operations.md).
    """
    engine = get_current_engine()
    return not isinstance(engine, PooledSQLiteEngine) or await engine.truncate_wal()


def on_commit(callback: Callback) -> None:
    """Calls it after the outermost commit, and never after a rollback. Outside a transaction it is called at once."""
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
