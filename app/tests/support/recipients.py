"""Where the teams of a case stand and what people were written, as tests read it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.thread.posting import post_message
from db.tables.email import Email
from db.tables.participants import Recipient
from db.tables.teams import Team


async def find_team_id(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row is not None
    return int(row["id"])


async def read_recipients(case_id: UUID) -> dict[str, dict[str, Any]]:
    """The recipients' rows by the acronym of the organisation, those that stepped out included."""
    rows = await Recipient.select(
        *Recipient.all_columns(),
        Recipient.team.organisation.acronym.as_alias("acronym"),  # type: ignore[union-attr]
    ).where(Recipient.case == case_id)
    return {row.pop("acronym"): row for row in rows}


async def list_turns(case_id: UUID) -> set[str]:
    """The organisations whose turn it is. Each has a clock, and only they."""
    rows = await read_recipients(case_id)
    turns = {acronym for acronym, row in rows.items() if row["next_side"] == "referent"}
    assert turns == {acronym for acronym, row in rows.items() if row["late_from"]}
    return turns


async def list_emailed(kind: str) -> list[str]:
    """The people to whom emails of this kind were written, each as often as they were."""
    rows = await Email.select(Email.person.address.as_alias("address")).where(Email.kind == kind)
    return sorted(row["address"].removesuffix("@exemple.fr") for row in rows)


async def say(actor: Actor, case_id: UUID, now: datetime, **options: Any) -> None:
    await post_message(actor, case_id, "Bonjour", key=str(uuid4()), now=now, **options)


async def count_shown(actor: Actor, now: datetime, **filters: Any) -> int:
    """How many cases the person's list shows, « À traiter » unless another view is asked for."""
    return (await list_cases(actor, Filters(**{"view": View.TO_HANDLE, **filters}), now)).total
