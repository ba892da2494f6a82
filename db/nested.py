"""The rows of a sub-select as one value of a row, by JSON: what belongs together is one question, on both databases."""

import json
from typing import Any

from db.engine import is_postgres


def build_nested_query(columns: str, source: str) -> str:
    """The SQL of that value. What `source` gives has no order: the first column is what read_nested sorts by."""
    if is_postgres():
        return f"(SELECT CAST(json_agg(json_build_array({columns})) AS text) FROM {source})"  # noqa: S608 # nosec B608
    return f"(SELECT json_group_array(json_array({columns})) FROM {source})"  # noqa: S608 # nosec B608


def decode_nested_rows(value: str | None) -> list[list[Any]]:
    """The rows, by their first column."""
    rows: list[list[Any]] = json.loads(value) if value else []
    return sorted(rows, key=lambda row: row[0])
