"""Who may read a line of a case's thread. Emails and permissions share this module. Source: features.md S5, W7."""

from enum import StrEnum
from typing import NamedTuple


class Audience(StrEnum):
    """ALL: each person who reads the case. INTERNAL: its referents alone. TEAM: those of one of its teams.

    app/domain/cases/permissions.py has the rule. From the widest to the narrowest.
    """

    ALL = "all"
    INTERNAL = "internal"
    TEAM = "team"

    def is_within(self, other: "Audience") -> bool:
        """Whether each person who reads lines of this audience reads those of the other one."""
        order = list(Audience)
        return order.index(self) >= order.index(other)


class Readership(NamedTuple):
    """The readers of one line. team: of TEAM, the team that reads it."""

    audience: Audience = Audience.ALL
    team: int | None = None

    @property
    def is_apart(self) -> bool:
        """Whether the agents' side reads nothing of it."""
        return self.audience != Audience.ALL

    def is_within(self, other: "Readership") -> bool:
        """Whether each of these readers is one of the other ones. TEAM without a team may still become that of any."""
        return self.audience.is_within(other.audience) and other.team in (None, self.team)


TO_ALL = Readership()
TO_REFERENTS = Readership(Audience.INTERNAL)


def build_team_readership(team: int) -> Readership:
    return Readership(Audience.TEAM, team)
