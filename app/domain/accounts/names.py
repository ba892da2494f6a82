"""How a person is named everywhere: their name, or their address until a first visit says one."""

from typing import Any


def format_full_name(row: dict[str, Any]) -> str:
    """row holds first_name, last_name and address."""
    return f"{row['first_name']} {row['last_name']}".strip() or str(row["address"])
