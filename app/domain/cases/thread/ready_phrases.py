"""Ready-made answers: managers keep those of a team, each referent keeps their own. Source: features.md S4, W7.

offered_phrases.py puts them into the form of a message.
"""

from dataclasses import dataclass
from datetime import datetime

from piccolo.columns.combination import Where

from app.domain.accounts.actor import Actor, Seat, Side
from app.domain.catalogue.editing import create_entry, edit_entry, withdraw_entry
from app.domain.catalogue.entries import EntryKind
from app.domain.catalogue.phrases import PhraseAnswer, check_phrase_right
from db.tables.phrases import Phrase

TITLE_LENGTH, BODY_LENGTH = 80, 2000


@dataclass(frozen=True)
class ReadyPhrase:
    """team_id is None for a phrase of one person. remind_days: working days until its reminder, if it asks for one."""

    id: int
    team_id: int | None
    title: str
    body: str
    answer: PhraseAnswer
    remind_days: int | None


async def list_team_phrases(team_ids: list[int]) -> list[ReadyPhrase]:
    if not team_ids:
        return []
    return await _list_phrases(Phrase.team.is_in(team_ids), Phrase.withdrawn_at.is_null())


async def list_own_phrases(actor: Actor) -> list[ReadyPhrase]:
    return await _list_phrases(Phrase.person == actor.id, Phrase.withdrawn_at.is_null())


async def list_removed_phrases(actor: Actor, team_id: int | None) -> list[ReadyPhrase]:
    """With None, the actor's own."""
    kept_by = Phrase.person == actor.id if team_id is None else Phrase.team == team_id
    return await _list_phrases(kept_by, Phrase.withdrawn_at.is_not_null())


async def _list_phrases(*conditions: Where) -> list[ReadyPhrase]:
    rows = await (
        Phrase.select(
            Phrase.id,
            Phrase.team.as_alias("team_id"),
            Phrase.title,
            Phrase.body,
            Phrase.answer,
            Phrase.remind_days,
        )
        .where(*conditions)
        .order_by(Phrase.position, Phrase.id)
    )
    return [ReadyPhrase(**{**row, "answer": PhraseAnswer(row["answer"])}) for row in rows]


def list_managed_seats(actor: Actor) -> list[Seat]:
    """The actor's places as a manager of a referent team."""
    return [seat for seat in actor.seats if seat.manager and seat.side == Side.REFERENT]


async def save_phrase(
    actor: Actor,
    team_id: int | None,
    phrase_id: int | None,
    title: str,
    body: str,
    *,
    seen: int,
    now: datetime,
    answer: str = PhraseAnswer.MESSAGE,
    remind_days: int | None = None,
) -> None:
    """Creates a phrase if phrase_id is None; otherwise edits the one whose form showed the version `seen`.

    team_id is None for a phrase of the actor alone. Raises Invalid, Forbidden, NotFound, EditConflict (edited or
    removed meanwhile).
    """
    kept_by = _describe_keeper(actor, team_id)
    typed = {"title": title, "body": body, "answer": answer, "remind_days": remind_days}
    if phrase_id is None:
        await create_entry(actor, EntryKind.PHRASE, {**kept_by, **typed}, now)
    else:
        await edit_entry(actor, EntryKind.PHRASE, phrase_id, typed, seen_version=seen, now=now)


async def remove_phrase(actor: Actor, team_id: int | None, phrase_id: int, now: datetime) -> None:
    """A removed phrase can be restored. A second time changes nothing. Raises Forbidden, NotFound."""
    _describe_keeper(actor, team_id)
    await withdraw_entry(actor, EntryKind.PHRASE, phrase_id, now)


def _describe_keeper(actor: Actor, team_id: int | None) -> dict[str, int | None]:
    """Raises Forbidden."""
    kept_by = {"team": team_id, "person": actor.id if team_id is None else None}
    check_phrase_right(actor, kept_by["team"], kept_by["person"])
    return kept_by
