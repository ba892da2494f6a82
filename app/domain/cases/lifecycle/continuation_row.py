"""What is kept of « Continuer dans 4827-1930 », for a day: what taking it back needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.case_status import Status
from app.domain.cases.progress.kept_turns import KeptTurns, decode_team, decode_turns, encode_team, encode_turns
from app.domain.cases.progress.team import TeamProgress
from db.tables.case_links import CaseContinuation

UNDO_PERIOD = timedelta(days=1)


@dataclass(frozen=True)
class Undo:
    """kept: the turns of the case. side: whose turn the other case was. linked: the link was made by it.

    former, brought: where each team that it changed there stood before (None: not there), and after. guests: who came
    there by it. since: its event in the other case.
    """

    kept: KeptTurns
    side: str
    former: Mapping[int, TeamProgress | None]
    brought: Mapping[int, TeamProgress]
    guests: list[int]
    linked: bool
    since: int


@dataclass(frozen=True)
class Continuation:
    other_id: UUID
    continued_at: datetime
    undo: Undo

    def is_undoable(self, now: datetime) -> bool:
        return now <= self.continued_at + UNDO_PERIOD


async def load_continuation(case_id: UUID) -> Continuation | None:
    row = await (
        CaseContinuation.select(CaseContinuation.other_case, CaseContinuation.continued_at, CaseContinuation.undo)
        .where(CaseContinuation.case == case_id)
        .first()
    )
    return Continuation(row["other_case"], row["continued_at"], _decode(json.loads(row["undo"]))) if row else None


async def save_continuation(case_id: UUID, other_id: UUID, undo: Undo, now: datetime) -> None:
    """A case that was reopened since it continued elsewhere has a former row."""
    await delete_continuation(case_id)
    await CaseContinuation.insert(
        CaseContinuation(case=case_id, other_case=other_id, continued_at=now, undo=json.dumps(_encode(undo)))
    )


async def delete_continuation(case_id: UUID) -> None:
    await CaseContinuation.delete().where(CaseContinuation.case == case_id)


async def list_continuing_here(other_id: UUID, case_id: UUID) -> list[UUID]:
    """The cases that continue in `other_id`, beside `case_id`. One that was reopened since goes on apart."""
    rows = await CaseContinuation.select(CaseContinuation.case).where(
        CaseContinuation.other_case == other_id,
        CaseContinuation.case != case_id,
        CaseContinuation.case.status == Status.CLOSED,
    )
    return [row["case"] for row in rows]


def _encode(undo: Undo) -> dict[str, Any]:
    teams = {
        str(team): [(former := undo.former[team]) and encode_team(former), encode_team(one)]
        for team, one in undo.brought.items()
    }
    return {
        "turns": encode_turns(undo.kept),
        "side": undo.side,
        "teams": teams,
        "guests": undo.guests,
        "linked": undo.linked,
        "since": undo.since,
    }


def _decode(stored: Mapping[str, Any]) -> Undo:
    teams = {int(team): pair for team, pair in stored["teams"].items()}
    return Undo(
        decode_turns(stored["turns"]),
        stored["side"],
        {team: former and decode_team(former) for team, (former, _) in teams.items()},
        {team: decode_team(one) for team, (_, one) in teams.items()},
        stored["guests"],
        stored["linked"],
        stored["since"],
    )
