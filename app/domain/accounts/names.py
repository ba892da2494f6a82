"""How a person is named everywhere: by their name, or by their address before their first visit."""

from typing import Any


def format_full_name(row: dict[str, Any]) -> str:
    """row has first_name, last_name and address."""
    return f"{row['first_name']} {row['last_name']}".strip() or str(row["address"])


def join_names(first_name: str | None, last_name: str | None) -> str:
    """Of an outer join, whose names are None without a person. Empty then."""
    return f"{first_name or ''} {last_name or ''}".strip()
