"""Converts stored values to the same Python values from either database, and encodes rows for their digest.

SQLite stores any value. One that PostgreSQL would refuse is reported by its column, without the value.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID as Uuid

from piccolo.columns import (
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Column,
    Date,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)

Row = Sequence[Any]


class BadValueError(Exception):
    """The message says what is wrong, and follows « : »."""


def resolve_column(column: Column) -> Column:
    """The column, or the one that a foreign key finally refers to."""
    while isinstance(column, ForeignKey):
        column = column._foreign_key_meta.resolved_target_column
    return column


def build_reader(column: Column) -> Callable[[Any], Any]:
    """A function that converts a stored value of SQLite, or raises BadValueError."""
    kind = resolve_column(column)
    read = next(reader for kinds, reader in _READERS if isinstance(kind, kinds))
    longest = kind.length if isinstance(kind, Varchar) else None

    def checked(stored: Any) -> Any:
        if stored is None:
            return _check_null(column)
        try:
            value = read(stored)
        except (ValueError, TypeError, AttributeError):
            raise BadValueError("ce n’est pas ce que la colonne contient") from None
        if longest is not None and len(value) > longest:
            raise BadValueError(f"plus de {longest} caractères")
        return value

    return checked


def _check_null(column: Column) -> None:
    if not column._meta.null:
        raise BadValueError("il n’y a rien")


def _read_text(stored: Any) -> str:
    if not isinstance(stored, str):
        raise TypeError
    if "\0" in stored:
        raise BadValueError("un caractère nul")
    return stored


def _read_boolean(stored: Any) -> bool:
    if stored in (0, 1):
        return bool(stored)
    raise TypeError


def _read_timestamp(stored: Any) -> datetime:
    """Piccolo writes UTC; a time without a zone is UTC too."""
    read = datetime.fromisoformat(stored)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def _build_integer_reader(bits: int) -> Callable[[Any], int]:
    def read(stored: Any) -> int:
        if isinstance(stored, int) and -(2 ** (bits - 1)) <= stored < 2 ** (bits - 1):
            return stored
        raise TypeError

    return read


def _read_bytes(stored: Any) -> bytes:
    if isinstance(stored, bytes):
        return stored
    raise TypeError


_READERS: list[tuple[tuple[type[Column], ...], Callable[[Any], Any]]] = [
    ((Boolean,), _read_boolean),
    ((UUID,), Uuid),
    ((Timestamptz,), _read_timestamp),
    ((Date,), date.fromisoformat),
    ((Bytea,), _read_bytes),
    ((BigInt, BigSerial), _build_integer_reader(64)),
    ((Integer, Serial), _build_integer_reader(32)),
    ((Text, Varchar), _read_text),
]
"""The first match is used: BigInt is an Integer too. A kind of column that is missing here stops the move."""


def encode_row(row: Row) -> bytes:
    """One line of JSON: equal values give equal bytes, from either database and in any time zone."""
    return json.dumps(list(row), default=_encode_value).encode() + b"\n"


def _encode_value(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.hex() if isinstance(value, bytes) else str(value)
