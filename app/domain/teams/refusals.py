"""Which kinds of helper teams may write to a team: all, but those that it refuses. Source: features.md P3.

It says to whom agents may address a new case. A referent still brings in whom they need.
"""

from dataclasses import dataclass

from db.tables import Organisation, TeamRefusal


@dataclass(frozen=True)
class HelperKind:
    """A helper organisation: « FS – France Services »."""

    id: int
    acronym: str
    name: str


async def helper_kinds() -> list[HelperKind]:
    rows = await (
        Organisation.select(Organisation.id, Organisation.acronym, Organisation.name)
        .where(Organisation.kind == "helper")
        .order_by(Organisation.name)
    )
    return [HelperKind(**row) for row in rows]


async def refused_helpers(team_id: int) -> frozenset[int]:
    rows = await TeamRefusal.select(TeamRefusal.organisation).where(TeamRefusal.team == team_id)
    return frozenset(row["organisation"] for row in rows)
