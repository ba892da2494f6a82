"""Several queries in one statement: on both databases each gives what it would have given alone."""

from datetime import UTC, datetime
from uuid import UUID

from app.cast import Cast
from db.batch import BatchQuery, fetch_batch, fetch_query, parse_timestamp
from db.tables.cases import Case
from db.tables.participants import Guest, Recipient
from db.tables.people import Person

_CASES = BatchQuery(
    {"id": "c.id", "sent_at": "c.sent_at", "closed_at": "c.closed_at", "urgent": "c.urgent", "subject": "c.subject"},
    "cases c WHERE c.id = {}",
    {"id": UUID, "sent_at": parse_timestamp, "closed_at": parse_timestamp, "urgent": bool},
)
_TEAMS = BatchQuery({"team": "r.team"}, 'recipient r WHERE r."case" = {} ORDER BY r.team DESC', {})
_GUESTS = BatchQuery({"person": "g.person"}, 'guest g WHERE g."case" = {}', {})


async def test_each_question_answers_its_rows(cast: Cast, case_id: UUID, now: datetime) -> None:
    subject = 'Un "sujet" \\ d’été\n{} %s 🙂 </b>'
    await Case.update({Case.subject: subject, Case.urgent: True}).where(Case.id == case_id)
    teams = [row["team"] for row in await Recipient.select(Recipient.team).where(Recipient.case == case_id)]

    found = await fetch_batch(cases=_CASES.bind(case_id), teams=_TEAMS.bind(case_id), guests=_GUESTS.bind(case_id))

    assert found["cases"] == [{"id": case_id, "sent_at": now, "closed_at": None, "urgent": True, "subject": subject}]
    assert found["teams"] == [{"team": team} for team in sorted(teams, reverse=True)] and len(teams) == 2
    assert found["guests"] == [] == await Guest.select()


async def test_a_value_is_a_value_and_no_part_of_the_question(cast: Cast, case_id: UUID) -> None:
    named = BatchQuery({"id": "p.id"}, "person p WHERE p.address = {}", {})
    assert await fetch_query(named.bind("x' OR '1' = '1")) == []
    assert await fetch_query(named.bind(cast.admin.address)) == [{"id": cast.admin.id}]


async def test_a_moment_comes_back_as_it_was_written(cast: Cast) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 7, tzinfo=UTC)
    await Person.update({Person.terms_accepted_at: at}).where(Person.id == cast.admin.id)
    asked = BatchQuery({"at": "p.terms_accepted_at"}, "person p WHERE p.id = {}", {"at": parse_timestamp})
    (row,) = await fetch_query(asked.bind(cast.admin.id))
    assert row["at"] == at and row["at"].tzinfo is UTC
