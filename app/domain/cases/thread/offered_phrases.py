"""The ready phrases that a referent may put into the message of a case: their own, then those of their teams on it.

The page has their titles; words come one phrase at a time, or by a search. Source: features.md S4, W7.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import join_names
from app.domain.cases.own_teams import list_own_teams
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from app.domain.catalogue.phrases import PhraseAnswer, PhraseFacts, render_phrase
from db.batch import BatchQuery, BoundQuery, Row, fetch_batch, parse_timestamp
from db.search import fold_text

_OFFER_COLUMNS = {"id": "f.id", "title": "f.title", "answer": "f.answer"}
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
    id: int
    title: str
    answer: PhraseAnswer


@dataclass(frozen=True)
class FilledPhrase(OfferedPhrase):
    """words: its fields have the values of the case."""

    words: str


def build_offers_query(actor: Actor, case: CaseFacts) -> BoundQuery:
    return _bind_phrases_query(actor, case, with_words=False)


def decode_offers(rows: list[Row]) -> list[OfferedPhrase]:
    return [OfferedPhrase(row["id"], row["title"], PhraseAnswer(row["answer"])) for row in rows]


async def load_filled_phrases(actor: Actor, case: CaseFacts, now: datetime) -> list[FilledPhrase]:
    """In the order of the page. Empty for an actor who may not answer the case."""
    found = await fetch_batch(
        phrases=_bind_phrases_query(actor, case, with_words=True), facts=_FACTS_QUERY.bind(case.id)
    )
    return [_fill_row(actor, case, row, found["facts"][0], now) for row in found["phrases"]]


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
    return FilledPhrase(row["id"], row["title"], PhraseAnswer(row["answer"]), render_phrase(row["body"], known))
