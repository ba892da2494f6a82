"""Who may read a line of a case's thread. Emails and permissions share this module. Source: features.md S5."""

from enum import StrEnum


class Audience(StrEnum):
    """ALL: each person who reads the case. INTERNAL: its referents alone (app/domain/cases/permissions.py)."""

    ALL = "all"
    INTERNAL = "internal"
