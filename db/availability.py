"""Recognises errors of a database or disk that cannot serve now, unlike a defect of the code: trying again may help."""

import errno
import sqlite3

import asyncpg

_SQLITE_CODES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}
_POSTGRES_ERRORS = (
    asyncpg.exceptions.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
    asyncpg.exceptions.TransactionRollbackError,  # a deadlock: one of the two transactions must be run again
    ConnectionError,
    TimeoutError,
)
_OS_ERROR_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}


def is_unavailable(error: BaseException | None) -> bool:
    """Checks the error, and the errors that caused it."""
    if error is None:
        return False
    return _is_unavailable_error(error) or is_unavailable(error.__cause__ or error.__context__)


def _is_unavailable_error(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE_CODES  # the low byte is the primary code
    if isinstance(error, asyncpg.exceptions.InterfaceError):
        return "closed" in str(error)  # the server has closed the connection
    return isinstance(error, _POSTGRES_ERRORS) or (isinstance(error, OSError) and error.errno in _OS_ERROR_CODES)
