"""A team's ready-made answers: referents insert them, managers edit them. Source: features.md S4."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from piccolo.columns.combination import Where

from app.domain.accounts.actor import Actor, Seat, Side
from app.domain.cases.permissions import CaseFacts
from app.domain.catalogue.editing import create_entry, edit_entry, withdraw_entry
from app.domain.catalogue.entries import EntryKind
from app.domain.errors import Forbidden
from db.batch import BatchQuery, BoundQuery, Row, fetch_query
from db.tables.phrases import Phrase

TITLE_LENGTH, BODY_LENGTH = 80, 2000


@dataclass(frozen=True)
class ReadyPhrase:
    id: int
    team_id: int
    title: str
    body: str


async def load_ready_phrases(actor: Actor, case: CaseFacts) -> list[ReadyPhrase]:
    return decode_phrases(await fetch_query(build_phrases_query(actor, case)))


def build_phrases_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    """Phrases of the actor's teams that received the case; none for agents."""
    teams = sorted(case.recipient_teams.intersection(actor.list_teams(Side.REFERENT)))
    return _prepare_phrases_query(len(teams)).bind(*teams)


@cache
def _prepare_phrases_query(teams: int) -> BatchQuery:
    listed = ", ".join(["{}"] * teams) or "NULL"
    return BatchQuery(
        {"id": "f.id", "team_id": "f.team", "title": "f.title", "body": "f.body"},
        f"phrase f WHERE f.team IN ({listed}) AND f.withdrawn_at IS NULL ORDER BY f.position, f.id",
        {},
    )


def decode_phrases(rows: list[Row]) -> list[ReadyPhrase]:
    return [ReadyPhrase(**row) for row in rows]


async def list_team_phrases(team_ids: list[int]) -> list[ReadyPhrase]:
    if not team_ids:
        return []
    return await _list_phrases(Phrase.team.is_in(team_ids), Phrase.withdrawn_at.is_null())


async def _list_phrases(*conditions: Where) -> list[ReadyPhrase]:
    rows = await (
        Phrase.select(Phrase.id, Phrase.team.id.as_alias("team_id"), Phrase.title, Phrase.body)
        .where(*conditions)
        .order_by(Phrase.position, Phrase.id)
    )
    return decode_phrases(rows)


def list_managed_seats(actor: Actor) -> list[Seat]:
    """The actor's places as a manager of a referent team."""
    return [seat for seat in actor.seats if seat.manager and seat.side == Side.REFERENT]


async def save_phrase(
    actor: Actor, team_id: int, phrase_id: int | None, title: str, body: str, *, seen: int, now: datetime
) -> None:
    """Creates a phrase if phrase_id is None; otherwise edits the one whose form showed the version `seen`.

    Raises Invalid, Forbidden (not a manager), NotFound, EditConflict (edited or removed meanwhile).
    """
    _check_manager(actor, team_id)
    if phrase_id is None:
        await create_entry(actor, EntryKind.PHRASE, {"team": team_id, "title": title, "body": body}, now)
    else:
        await edit_entry(actor, EntryKind.PHRASE, phrase_id, {"title": title, "body": body}, seen_version=seen, now=now)


async def remove_phrase(actor: Actor, team_id: int, phrase_id: int, now: datetime) -> None:
    """A removed phrase can be restored. A second time changes nothing. Raises Forbidden, NotFound."""
    _check_manager(actor, team_id)
    await withdraw_entry(actor, EntryKind.PHRASE, phrase_id, now)


async def list_removed_phrases(team_id: int) -> list[ReadyPhrase]:
    return await _list_phrases(Phrase.team == team_id, Phrase.withdrawn_at.is_not_null())


def _check_manager(actor: Actor, team_id: int) -> None:
    if team_id not in {seat.team_id for seat in list_managed_seats(actor)}:
        raise Forbidden("Les phrases toutes prêtes d’une équipe sont tenues par ses responsables.")
