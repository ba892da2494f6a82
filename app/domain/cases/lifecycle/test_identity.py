"""Either side corrects the citizen's name and birth date: the new name finds the case, and no line says either name."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.citizen import Citizen, load_citizen
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.identity import correct_identity
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.page.load import load_case_page
from app.domain.cases.thread.correction import withdraw_message
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.tests.support.recipients import list_emailed, list_turns, say
from db.piccolo_app import APP_CONFIG
from db.tables.audit import AuditEntry
from db.tables.thread import Event, Message

HOUR = timedelta(hours=1)
SENT = Citizen("Jeanne", "Pélissier", "1957")
MARRIED = Citizen("Jeanne", "Zibeline", "12/03/1957")


async def correct(actor: Actor, case_id: UUID, now: datetime, typed: Citizen = MARRIED, shown: Citizen = SENT) -> None:
    await correct_identity(actor, case_id, shown, typed, now)


async def read_lines() -> list[str]:
    rows = await Event.select(Event.about).where(Event.kind == "identity").order_by(Event.id)
    return [row["about"] for row in rows]


@pytest.mark.parametrize("who", ["agent_lot", "colleague_lot", "referent_caf_lot"])
async def test_either_side_corrects_it_and_the_thread_says_which_fields(
    cast: Cast, case_id: UUID, now: datetime, who: str
) -> None:
    await correct(getattr(cast, who), case_id, now)
    await correct(getattr(cast, who), case_id, now)

    assert await load_citizen(case_id) == MARRIED
    assert await read_lines() == ["Nom de famille, date de naissance"], "the same form, sent twice"
    rows = [row for table in APP_CONFIG.table_classes for row in await table.select()]
    stored = json.dumps([list(row.values()) for row in rows], default=str, ensure_ascii=False)
    assert "Zibeline" not in stored and "Pélissier" not in stored and "12/03/1957" not in stored
    assert await AuditEntry.count().where(AuditEntry.action == "case.identity") == 1


async def test_the_new_name_finds_the_case_and_the_former_one_does_not(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    async def finds(words: str) -> bool:
        return bool((await list_cases(cast.referent_msa_lot, Filters(words=words), now)).total)

    assert await finds("pelissier") and not await finds("zibeline")
    await correct(cast.agent_lot, case_id, now)

    assert await finds("zibeline jeanne") and await finds("12/03/1957") and not await finds("pelissier")
    assert [line.citizen for line in (await list_cases(cast.agent_lot, Filters(), now)).rows] == ["Jeanne Zibeline"]


async def test_the_second_of_two_is_asked_and_writes_nothing(cast: Cast, case_id: UUID, now: datetime) -> None:
    await correct(cast.agent_lot, case_id, now)
    theirs = replace(SENT, first_name="Jeannette")

    with pytest.raises(Invalid) as asked:
        await correct(cast.referent_caf_lot, case_id, now, theirs)

    assert asked.value.fields.keys() == {"nom", "naissance"}, "the fields that the first of them changed"
    assert await load_citizen(case_id) == MARRIED
    await correct(cast.referent_caf_lot, case_id, now, replace(MARRIED, first_name="Jeannette"), shown=MARRIED)
    assert await load_citizen(case_id) == replace(MARRIED, first_name="Jeannette")


async def test_of_two_at_the_same_moment_one_is_written(cast: Cast, case_id: UUID, now: datetime) -> None:
    wanted = {
        cast.agent_lot: replace(SENT, last_name="Zibeline"),
        cast.referent_caf_lot: replace(SENT, last_name="Martre"),
    }

    done = await asyncio.gather(
        *(correct(actor, case_id, now, typed) for actor, typed in wanted.items()), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in done) == ["Invalid", "NoneType"]
    assert await load_citizen(case_id) == [*wanted.values()][done.index(None)]
    assert await read_lines() == ["Nom de famille"]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (Citizen("", "", ""), {"prenom", "nom", "naissance"}),
        (Citizen("x" * 101, "x" * 101, "1" * 61), {"prenom", "nom", "naissance"}),
        (replace(SENT, birth=""), {"naissance"}),
    ],
)
async def test_it_is_checked_as_the_wizard_does(
    cast: Cast, case_id: UUID, now: datetime, typed: Citizen, wrong: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        await correct(cast.agent_lot, case_id, now, typed)
    assert refused.value.fields.keys() == wrong and await load_citizen(case_id) == SENT


async def test_a_closed_case_and_who_may_not_complete_it_change_nothing(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    with pytest.raises(NotFound):
        await correct(cast.referent_caf_cher, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)
    for actor in (cast.agent_lot, cast.referent_caf_lot):
        with pytest.raises((Conflict, Forbidden)):
            await correct(actor, case_id, now)
    assert await load_citizen(case_id) == SENT and await read_lines() == []


async def test_the_team_that_asked_has_its_turn_again_and_an_email(cast: Cast, case_id: UUID, now: datetime) -> None:
    """As a field that is completed: withdrawing the team's message gives the same."""
    await say(cast.referent_caf_lot, case_id, now)
    assert await list_turns(case_id) == {"MSA"}

    await correct(cast.referent_msa_lot, case_id, now + HOUR, replace(SENT, first_name="Jeannette"))
    assert await list_turns(case_id) == {"MSA"} and await list_emailed("completed") == []
    await correct(cast.agent_lot, case_id, now + HOUR, shown=replace(SENT, first_name="Jeannette"))

    assert await list_turns(case_id) == {"CAF", "MSA"}
    assert await list_emailed("completed") == ["referent.caf.lot", "responsable.caf.lot"]


async def test_a_message_withdrawn_afterwards_leaves_the_turn_that_the_correction_gave(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await say(cast.referent_caf_lot, case_id, now)
    await correct(cast.agent_lot, case_id, now + HOUR)
    await say(cast.referent_caf_lot, case_id, now + 2 * HOUR)
    assert await list_turns(case_id) == {"MSA"}
    row = await Message.select(Message.id).order_by(Message.id, ascending=False).first()
    assert row is not None

    await withdraw_message(cast.referent_caf_lot, case_id, row["id"], now + 2 * HOUR)

    assert await list_turns(case_id) == {"CAF", "MSA"}


async def test_the_page_says_that_the_mandate_was_given_before(cast: Cast, case_id: UUID, now: datetime) -> None:
    async def says() -> bool:
        case = await open_case(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id), now)
        return (await load_case_page(cast.agent_lot, case, now)).case.has_mandate_of_former_identity

    assert not await says()
    await correct(cast.agent_lot, case_id, now + HOUR)
    assert await says()
