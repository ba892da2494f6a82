"""Where the teams of a case stand, by the acronym of their organisation, as tests read it."""

from typing import Any
from uuid import UUID

from db.tables.participants import Recipient
from db.tables.teams import Team


async def find_team_id(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row is not None
    return int(row["id"])


async def read_recipients(case_id: UUID) -> dict[str, dict[str, Any]]:
    """The recipients' rows, those that stepped out included."""
    rows = await Recipient.select(
        *Recipient.all_columns(), Recipient.team.organisation.acronym.as_alias("acronym")
    ).where(Recipient.case == case_id)
    return {row.pop("acronym"): row for row in rows}


async def list_turns(case_id: UUID) -> set[str]:
    """The organisations whose turn it is. Each has a clock, and only they."""
    rows = await read_recipients(case_id)
    turns = {acronym for acronym, row in rows.items() if row["next_side"] == "referent"}
    assert turns == {acronym for acronym, row in rows.items() if row["late_from"]}
    return turns
