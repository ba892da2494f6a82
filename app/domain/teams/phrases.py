"""A team's ready-made phrases: its referents put them in a message, its manager keeps them. Source: features.md S4."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor, Seat, Side
from app.domain.audit import write_audit
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.permissions import CaseFacts
from db.engine import transaction
from db.tables import Phrase

TITLE_LENGTH, BODY_LENGTH = 80, 2000


@dataclass(frozen=True)
class ReadyPhrase:
    id: int
    team_id: int
    title: str
    body: str


async def phrases_for(actor: Actor, case: CaseFacts) -> list[ReadyPhrase]:
    """Those of the actor's own teams that received the case; none on the agents' side."""
    return await phrases_of(sorted(case.recipient_teams.intersection(actor.teams(Side.REFERENT))))


async def phrases_of(team_ids: list[int]) -> list[ReadyPhrase]:
    if not team_ids:
        return []
    rows = await (
        Phrase.select(Phrase.id, Phrase.team.id.as_alias("team_id"), Phrase.title, Phrase.body)
        .where(Phrase.team.is_in(team_ids))
        .order_by(Phrase.position, Phrase.id)
    )
    return [ReadyPhrase(**row) for row in rows]


def managed_teams(actor: Actor) -> list[Seat]:
    """The receiving teams that the actor runs."""
    return [seat for seat in actor.seats if seat.manager and seat.side == Side.REFERENT]


async def keep_phrase(actor: Actor, team_id: int, phrase_id: int | None, title: str, body: str, now: datetime) -> None:
    """A new phrase, or another wording of one. Raises Invalid, Refused (not the manager), NotFound."""
    missing = {
        name: said
        for name, value, said in (
            ("titre", title, "Donnez un titre court, pour la retrouver dans la liste."),
            ("texte", body, "Écrivez la phrase."),
        )
        if not value
    }
    if missing:
        raise Invalid(**missing)
    _check_manager(actor, team_id)
    async with transaction():
        if phrase_id is None:
            last = len(await phrases_of([team_id]))
            await Phrase.insert(Phrase(team=team_id, title=title, body=body, position=last))
        else:
            await _reword(team_id, phrase_id, title, body)
        await write_audit("phrase.kept", now=now, person_id=actor.id, team_id=team_id)


async def _reword(team_id: int, phrase_id: int, title: str, body: str) -> None:
    changed = await (
        Phrase.update({Phrase.title: title, Phrase.body: body})
        .where(Phrase.id == phrase_id, Phrase.team == team_id)
        .returning(Phrase.id)
    )
    if not changed:
        raise NotFound("Cette phrase n’existe plus.")


async def remove_phrase(actor: Actor, team_id: int, phrase_id: int, now: datetime) -> None:
    """A second time changes nothing. Raises Refused."""
    _check_manager(actor, team_id)
    async with transaction():
        gone = await Phrase.delete().where(Phrase.id == phrase_id, Phrase.team == team_id).returning(Phrase.id)
        if gone:
            await write_audit("phrase.removed", now=now, person_id=actor.id, team_id=team_id)


def _check_manager(actor: Actor, team_id: int) -> None:
    if team_id not in {seat.team_id for seat in managed_teams(actor)}:
        raise Refused("Les phrases toutes prêtes d’une équipe sont tenues par ses responsables.")
