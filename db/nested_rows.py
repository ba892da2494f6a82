"""Reads the rows of a subquery as one JSON value of a row, so that one query is enough on both databases."""

import json
from typing import Any

from db.engine import is_postgres


def build_nested_query(columns: str, source: str) -> str:
    """The rows have no order: decode_nested_rows sorts them by the first column."""
    if is_postgres():
        return f"(SELECT CAST(json_agg(json_build_array({columns})) AS text) FROM {source})"  # noqa: S608 # nosec B608
    return f"(SELECT json_group_array(json_array({columns})) FROM {source})"  # noqa: S608 # nosec B608


def decode_nested_rows(value: str | None) -> list[list[Any]]:
    rows: list[list[Any]] = json.loads(value) if value else []
    return sorted(rows, key=lambda row: row[0])
