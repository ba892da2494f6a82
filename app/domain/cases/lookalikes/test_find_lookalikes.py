"""The cases that look like one citizen's: the rows of field file F15, and who is shown them."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.citizen import Citizen
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lookalikes import find_lookalikes as module
from app.domain.cases.lookalikes.comparison import Likeness
from app.domain.cases.lookalikes.find_lookalikes import compare_case, find_lookalikes
from app.domain.cases.lookalikes.links import link_cases
from app.domain.cases.search.record import list_search_marks
from app.tests.support.cases_fixtures import NewDraft
from db.tables.audit import AuditEntry
from db.tables.cases import Case

HAUCOURT = Citizen("Éléonore", "D’Haucourt", "12/03/1957")
F15 = [
    ("D’Haucourt", "Eleonore"),
    ("Éléonore", "Dhaucourt"),
    ("Éléonore", "D Haucourt"),
    ("Éléonore Marie", "D’Haucourt"),
    ("Éléonore", "D’Haucourt-Petit"),
    ("Eleonor", "D’Haucourt"),
]
CAF, PHONE = "Numéro d’allocataire CAF", "Numéro de téléphone"


@pytest.fixture
async def haucourt(cast: Cast, new_draft: NewDraft, now: datetime) -> UUID:
    return await send_case(cast.agent_lot, await new_draft("CAF"), HAUCOURT, now)


async def send_case(
    actor: Actor, draft: UUID, citizen: Citizen, now: datetime, caf: str = "1234567 A", phone: str = ""
) -> UUID:
    identity = {"first_name": citizen.first_name, "last_name": citizen.last_name, "birth": citizen.birth}
    await save_citizen(
        actor, draft, identity, [CitizenDetail(CAF, caf, unknown=not caf), CitizenDetail(PHONE, phone)], now
    )
    await submit(actor, draft, now)
    return draft


async def find(actor: Actor, citizen: Citizen, now: datetime, caf: str = "") -> dict[UUID, Likeness]:
    found = await find_lookalikes(actor, citizen, [CitizenDetail(CAF, caf)], now)
    return {one.case.id: one.likeness for one in found}


async def test_each_row_of_the_field_file_is_found(cast: Cast, haucourt: UUID, now: datetime) -> None:
    for first, last in F15:
        for birth in ("12/03/1957", "1957-03-12", "1957", "12/3/57", "12 03 57", "12 mars 57 à Paris 12e", "19570312"):
            alike = await find(cast.agent_lot, Citizen(first, last, birth), now)
            assert alike == {haucourt: Likeness.IDENTITY}, (first, last, birth)


async def test_a_birth_whose_year_has_two_digits_is_found(cast: Cast, new_draft: NewDraft, now: datetime) -> None:
    typed = Citizen(HAUCOURT.first_name, HAUCOURT.last_name, "12/3/57")
    sent = await send_case(cast.agent_lot, await new_draft("CAF"), typed, now)
    assert await find(cast.agent_lot, HAUCOURT, now) == {sent: Likeness.IDENTITY}


async def test_a_twin_and_a_daughter_are_not(cast: Cast, haucourt: UUID, now: datetime) -> None:
    for citizen in (Citizen("Jeanne", "D’Haucourt", "12/03/1957"), Citizen("Éléonore", "D’Haucourt", "12/03/1987")):
        assert await find(cast.agent_lot, citizen, now) == {}


async def test_the_same_number_is_found_without_a_birth(cast: Cast, haucourt: UUID, now: datetime) -> None:
    other = Citizen("Paul", "Roi", "")
    assert await find(cast.agent_lot, other, now, "12 34 567") == {haucourt: Likeness.NUMBER}
    assert await find(cast.agent_lot, other, now, "12 34 568") == {}


async def test_a_closed_case_is_found_and_a_stranger_finds_none(cast: Cast, haucourt: UUID, now: datetime) -> None:
    await close(cast.agent_lot, haucourt, "solved", now)
    for actor in (cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot):
        assert await find(actor, HAUCOURT, now) == {haucourt: Likeness.IDENTITY}
    for actor in (cast.agent_cher, cast.referent_msa_lot, cast.admin, cast.expert):
        assert await find(actor, HAUCOURT, now) == {}


async def test_a_name_that_finds_a_case_is_in_the_trail_once_a_day(cast: Cast, haucourt: UUID, now: datetime) -> None:
    """By a mark that its words alone find again."""
    for citizen in (HAUCOURT, HAUCOURT, Citizen("Eleonor", "D’Haucourt", "1957"), Citizen("Paul", "Roi", "1957")):
        await find(cast.agent_lot, citizen, now)
    marks = (
        AuditEntry.select(AuditEntry.search_mark).where(AuditEntry.action == "case.searched").order_by(AuditEntry.id)
    )
    typed = [HAUCOURT.name, "Eleonor D’Haucourt"]
    assert await marks.output(as_list=True) == [list_search_marks(name)[0] for name in typed]


async def test_the_most_recent_are_compared_first(
    cast: Cast, haucourt: UUID, new_draft: NewDraft, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = await send_case(cast.agent_lot, await new_draft("CAF"), HAUCOURT, now)
    assert list(await find(cast.agent_lot, HAUCOURT, now)) == [later, haucourt]
    monkeypatch.setattr(module, "MOST_COMPARED", 1)
    assert list(await find(cast.agent_lot, HAUCOURT, now)) == [later]


async def test_a_case_that_does_not_open_keeps_no_other_from_being_compared(
    cast: Cast, haucourt: UUID, new_draft: NewDraft, now: datetime
) -> None:
    broken = await send_case(cast.agent_lot, await new_draft("CAF"), HAUCOURT, now)
    row = await Case.select(Case.citizen_birth).where(Case.id == haucourt).first()
    assert row is not None
    await Case.update({Case.citizen_birth: row["citizen_birth"]}).where(Case.id == broken)
    assert await find(cast.agent_lot, HAUCOURT, now) == {haucourt: Likeness.IDENTITY}


async def test_a_case_is_compared_with_the_others_and_shows_what_is_linked(
    cast: Cast, haucourt: UUID, new_draft: NewDraft, case_id: UUID, now: datetime
) -> None:
    later = await send_case(cast.agent_lot, await new_draft("CAF"), HAUCOURT, now)
    agent, details = cast.agent_lot, [CitizenDetail(CAF, "1234567")]
    assert await compare_case(agent, haucourt, HAUCOURT, details) == {later: Likeness.IDENTITY}
    await link_cases(agent, haucourt, case_id, now)
    found = await compare_case(agent, haucourt, HAUCOURT, details, [case_id])
    assert found == {later: Likeness.IDENTITY, case_id: Likeness.NONE}
    assert await compare_case(cast.referent_msa_lot, haucourt, HAUCOURT, details, [case_id, later]) == {
        case_id: Likeness.NONE
    }


async def test_the_phone_of_the_office_hides_no_case_of_the_citizen(
    cast: Cast, haucourt: UUID, new_draft: NewDraft, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later cases of other citizens have it too. The limit also leaves out neither the case itself nor a linked one."""
    monkeypatch.setattr(module, "MOST_COMPARED", 2)
    agent, phone = cast.agent_lot, "05 65 00 00 01"
    other = Citizen("Éléonore", "D’Haucour", "1975")
    mistyped = await send_case(agent, await new_draft("CAF"), other, now, caf="", phone=phone)
    own = await send_case(agent, await new_draft("CAF"), HAUCOURT, now, phone=phone)
    for name in ("Roi", "Petit", "Grand"):
        stranger = await send_case(agent, await new_draft("CAF"), Citizen("Paul", name, "1960"), now, "", phone)
    details = [CitizenDetail(CAF, "1234567"), CitizenDetail(PHONE, phone)]

    found = {one.case.id for one in await find_lookalikes(agent, HAUCOURT, details[1:], now)}
    assert found == {own, mistyped}
    alike = {haucourt: Likeness.IDENTITY, mistyped: Likeness.IDENTITY}
    assert await compare_case(agent, own, HAUCOURT, details) == alike
    linked = await compare_case(agent, own, HAUCOURT, details, [stranger, haucourt])
    assert linked == {**alike, stranger: Likeness.NONE}
