"""A team's ready-made phrases: its referents put them in a message, its manager keeps them. Source: features.md S4."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from piccolo.columns.combination import Where

from app.domain.accounts.actor import Actor, Seat, Side
from app.domain.cases.permissions import CaseFacts
from app.domain.catalogue.editing import add, edit, withdraw
from app.domain.catalogue.entries import Kind
from app.domain.errors import Refused
from db.batch import Asked, Question, Row, alone
from db.tables import Phrase

TITLE_LENGTH, BODY_LENGTH = 80, 2000


@dataclass(frozen=True)
class ReadyPhrase:
    id: int
    team_id: int
    title: str
    body: str


async def phrases_for(actor: Actor, case: CaseFacts) -> list[ReadyPhrase]:
    return phrases_from(await alone(phrases(actor, case)))


def phrases(actor: Actor, case: CaseFacts) -> Asked:
    """Those of the actor's own teams that received the case; none on the agents' side."""
    teams = sorted(case.recipient_teams.intersection(actor.teams(Side.REFERENT)))
    return _offered_to(len(teams)).about(*teams)


@cache
def _offered_to(teams: int) -> Question:
    """By so many teams."""
    listed = ", ".join(["{}"] * teams) or "NULL"
    return Question(
        {"id": "f.id", "team_id": "f.team", "title": "f.title", "body": "f.body"},
        f"phrase f WHERE f.team IN ({listed}) AND f.withdrawn_at IS NULL ORDER BY f.position, f.id",
        {},
    )


def phrases_from(rows: list[Row]) -> list[ReadyPhrase]:
    return [ReadyPhrase(**row) for row in rows]


async def phrases_of(team_ids: list[int]) -> list[ReadyPhrase]:
    if not team_ids:
        return []
    return await _select(Phrase.team.is_in(team_ids), Phrase.withdrawn_at.is_null())


async def _select(*conditions: Where) -> list[ReadyPhrase]:
    rows = await (
        Phrase.select(Phrase.id, Phrase.team.id.as_alias("team_id"), Phrase.title, Phrase.body)
        .where(*conditions)
        .order_by(Phrase.position, Phrase.id)
    )
    return phrases_from(rows)


def managed_teams(actor: Actor) -> list[Seat]:
    """The receiving teams that the actor runs."""
    return [seat for seat in actor.seats if seat.manager and seat.side == Side.REFERENT]


async def keep_phrase(
    actor: Actor, team_id: int, phrase_id: int | None, title: str, body: str, *, seen: int, now: datetime
) -> None:
    """A new phrase, or another wording of one, whose form showed the version `seen`.

    Raises Invalid, Refused (not the manager), NotFound, ChangedMeanwhile (reworded or removed by another manager).
    """
    _check_manager(actor, team_id)
    if phrase_id is None:
        await add(actor, Kind.PHRASE, {"team": team_id, "title": title, "body": body}, now)
    else:
        await edit(actor, Kind.PHRASE, phrase_id, {"title": title, "body": body}, seen=seen, now=now)


async def remove_phrase(actor: Actor, team_id: int, phrase_id: int, now: datetime) -> None:
    """It can be restored; a second time changes nothing. Raises Refused, NotFound."""
    _check_manager(actor, team_id)
    await withdraw(actor, Kind.PHRASE, phrase_id, now)


async def removed_phrases(team_id: int) -> list[ReadyPhrase]:
    return await _select(Phrase.team == team_id, Phrase.withdrawn_at.is_not_null())


def _check_manager(actor: Actor, team_id: int) -> None:
    if team_id not in {seat.team_id for seat in managed_teams(actor)}:
        raise Refused("Les phrases toutes prêtes d’une équipe sont tenues par ses responsables.")
