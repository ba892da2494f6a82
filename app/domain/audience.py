"""The audience of one line of a case, a leaf that emails and permissions share. Source: features.md S5."""

from enum import StrEnum


class Audience(StrEnum):
    """ALL: each person who reads the case. OPERATORS: its referents alone (permissions.py)."""

    ALL = "all"
    OPERATORS = "operators"
