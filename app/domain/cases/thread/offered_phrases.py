"""The ready phrases that a referent may put into the message of a case: their own, their teams', the common one.

The page has their titles; words come one phrase at a time, or by a search. Source: features.md S4, W7.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import join_names
from app.domain.cases.own_teams import list_own_teams
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from app.domain.cases.progress.promise import PROMISE_DAYS
from app.domain.catalogue.phrases import PhraseAnswer, PhraseFacts, render_phrase
from db.batch import BatchQuery, BoundQuery, Row, fetch_batch, parse_timestamp
from db.search import fold_text

_OFFER_COLUMNS = {"id": "f.id", "title": "f.title", "answer": "f.answer", "remind_days": "f.remind_days"}
COMMON_PHRASE: Row = {
    "id": 0,
    "title": "Je transmets",
    "body": "Bonjour {agent}, je transmets votre demande au service qui peut y répondre, et je reviens vers vous.",
    "answer": PhraseAnswer.MESSAGE,
    "remind_days": PROMISE_DAYS,
    "team_id": None,
}
"""Offered to every team. It has no row. Source: W6."""
_FACTS_QUERY = BatchQuery(
    {
        "first_name": "a.first_name",
        "last_name": "a.last_name",
        "office": "t.name",
        "sent_at": "c.sent_at",
        "number": "c.number",
    },
    "cases c LEFT JOIN person a ON a.id = c.author JOIN team t ON t.id = c.team WHERE c.id = {}",
    {"sent_at": parse_timestamp},
)


@dataclass(frozen=True)
class OfferedPhrase:
    """remind_days: working days until its reminder, if it asks for one."""

    id: int
    title: str
    answer: PhraseAnswer
    remind_days: int | None


@dataclass(frozen=True)
class FilledPhrase(OfferedPhrase):
    """words: its fields have the values of the case."""

    words: str


def build_offers_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    return _bind_phrases_query(actor, case, with_words=False)


def decode_offers(rows: list[Row]) -> list[OfferedPhrase]:
    """The common phrase is there too for an actor who may not answer: their page has no phrases."""
    return [_decode_offer(row) for row in _add_common_phrase(rows)]


def _decode_offer(row: Row) -> OfferedPhrase:
    return OfferedPhrase(row["id"], row["title"], PhraseAnswer(row["answer"]), row["remind_days"])


def _add_common_phrase(rows: list[Row]) -> list[Row]:
    """A phrase of the same title takes its place: each team, and each person, may change its words and its days."""
    replaced = fold_text(COMMON_PHRASE["title"]) in {fold_text(row["title"]) for row in rows}
    return rows if replaced else [*rows, COMMON_PHRASE]


async def load_filled_phrases(actor: Actor, case: CaseFacts, now: datetime) -> list[FilledPhrase]:
    """In the order of the page. Empty for an actor who may not answer the case."""
    found = await fetch_batch(
        phrases=_bind_phrases_query(actor, case, with_words=True), facts=_FACTS_QUERY.bind(case.id)
    )
    rows = _add_common_phrase(found["phrases"]) if _list_answering_teams(actor, case) else []
    return [_fill_row(actor, case, row, found["facts"][0], now) for row in rows]


def search_phrases(phrases: list[FilledPhrase], typed: str) -> list[FilledPhrase]:
    """Those whose title and words together contain each typed word; accents and case do not count."""
    words = fold_text(typed).split()
    return [one for one in phrases if all(word in fold_text(f"{one.title} {one.words}") for word in words)]


def _list_answering_teams(actor: Actor, case: CaseFacts) -> list[int]:
    if Action.ANSWER not in list_allowed_actions(actor, case):
        return []
    return sorted(list_own_teams(actor, case.recipient_teams))


def _bind_phrases_query(actor: Actor, case: CaseFacts, *, with_words: bool) -> BoundQuery:
    teams = _list_answering_teams(actor, case)
    person = actor.id if teams else None
    return _prepare_phrases_query(len(teams), with_words=with_words).bind(*teams, person)


@cache
def _prepare_phrases_query(teams: int, *, with_words: bool) -> BatchQuery:
    listed = ", ".join(["{}"] * teams) or "NULL"
    return BatchQuery(
        _OFFER_COLUMNS | ({"team_id": "f.team", "body": "f.body"} if with_words else {}),
        f"""phrase f WHERE (f.team IN ({listed}) OR f.person = {{}}) AND f.withdrawn_at IS NULL
        ORDER BY f.team IS NOT NULL, f.position, f.id""",
        {},
    )


def _fill_row(actor: Actor, case: CaseFacts, row: Row, facts: Row, now: datetime) -> FilledPhrase:
    teams = [row["team_id"]] if row["team_id"] else _list_answering_teams(actor, case)
    seat = actor.find_seat(teams)
    known = PhraseFacts(
        number=facts["number"],
        agent=join_names(facts["first_name"], facts["last_name"]),
        office=facts["office"],
        organisation=seat.team_name if seat else "",
        sent_at=facts["sent_at"],
        now=now,
    )
    offer = _decode_offer(row)
    return FilledPhrase(offer.id, offer.title, offer.answer, offer.remind_days, render_phrase(row["body"], known))
