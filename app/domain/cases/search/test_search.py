"""A case is found by its citizen’s names and numbers, by its readers; the index does not reveal them."""

import json
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.case_number import format_case_number
from app.domain.cases.draft.draft import CitizenDetail, load_editable_draft
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import Outcome, close
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.search.citizen_conditions import find_token_matches
from app.domain.cases.search.conditions import build_search_condition
from app.domain.cases.thread.posting import post_message
from app.tests.support.cases_fixtures import NewDraft
from db.encryption import UnreadableError
from db.engine import is_postgres, transaction
from db.piccolo_app import APP_CONFIG
from db.tables.cases import Case
from db.tables.search_tokens import SearchToken

CAF = "Numéro d’allocataire CAF"


@pytest.fixture
async def found_case(cast: Cast, new_draft: NewDraft, now: datetime) -> UUID:
    draft = await new_draft("CAF")
    identity = {"first_name": "Anne-Zoé", "last_name": "LE GÔFF d’Arc", "birth": "12/03/1957 à Prayssac"}
    found = [CitizenDetail(CAF, "2024 A 77813"), CitizenDetail("Téléphone", "06.39 98-47 11")]
    await save_citizen(cast.agent_lot, draft, identity, found, now)
    await submit(cast.agent_lot, draft, now)
    return draft


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("anne", True),
        ("Zoe", True),
        ("anne-zoé le goff", True),
        ("goff d'arc", True),
        ("Goff en retard", True),
        ("06 39 98 47 11", True),
        ("0639984711 goff", True),
        ("77813", True),
        ("2024A77813", True),
        ("12/03/1957", True),
        ("goff 1957", True),
        ("prayssac", True),
        ("Legoff", True),
        ("darc", True),
        ("annezoe", True),
        ("12 mars 1957", True),
        ("1957-03-12", True),
        ("+33 6 39 98 47 11", True),
        ("4711", True),
        ("goff 4711", True),
        ("Vidal", True),
        ("France Services Lot goff", True),
        ("exemple.fr", False),
        ("4712", False),
        ("gof", False),
        ("0639984712", False),
        ("goff 1958", False),
        ("anne dupont", False),
        ("63998", False),
        ("%", False),
    ],
)
async def test_found_by_whole_words_and_numbers_however_written(
    cast: Cast, found_case: UUID, now: datetime, typed: str, finds: bool
) -> None:
    for actor in (cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot):
        found = [line.id for line in (await list_cases(actor, Filters(words=typed), now)).rows]
        assert found == ([found_case] if finds else []), actor.address


async def test_found_by_its_number_open_or_closed(cast: Cast, found_case: UUID, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, found_case, Outcome.SOLVED, now)
    row = await Case.select(Case.number).where(Case.id == found_case).first()
    assert row
    number = format_case_number(row["number"])
    everything = Filters(View.FOUND)
    for actor in (cast.agent_lot, cast.referent_caf_lot):
        assert {line.id for line in (await list_cases(actor, everything, now)).rows} == {found_case, case_id}
        for typed in (number, number.replace("-", ""), f"n° {number.replace('-', ' ')}", f"goff {number}"):
            found = (await list_cases(actor, replace(everything, words=typed), now)).rows
            assert [line.id for line in found] == [found_case], typed
    assert (await list_cases(cast.agent_cher, replace(everything, words=number), now)).total == 0


async def test_by_those_alone_who_may_open_it(cast: Cast, found_case: UUID, now: datetime) -> None:
    async def finds(actor: Actor) -> bool:
        return bool((await list_cases(actor, Filters(words="goff"), now)).total)

    finders = {name for name, actor in vars(cast).items() if await finds(actor)}
    openers = {name for name, actor in vars(cast).items() if (await list_cases(actor, Filters(), now)).total}
    assert finders == openers and 0 < len(finders) < len(vars(cast))


async def test_what_is_completed_is_found_and_what_it_replaces_is_not(
    cast: Cast, found_case: UUID, now: datetime
) -> None:
    await complete(cast.referent_caf_lot, found_case, CAF, "9988776", now)

    assert (await list_cases(cast.agent_lot, Filters(words="9988776 goff"), now)).total == 1
    assert (await list_cases(cast.agent_lot, Filters(words="77813"), now)).total == 0


async def test_a_message_said_about_the_citizen_is_still_found_by_part_of_a_word(
    cast: Cast, found_case: UUID, now: datetime
) -> None:
    await post_message(cast.agent_lot, found_case, "Dossier archivé", key=str(uuid4()), now=now)
    assert (await list_cases(cast.agent_lot, Filters(words="rchiv zoé"), now)).total == 1


async def test_nothing_of_the_citizen_can_be_read_in_a_row(cast: Cast, found_case: UUID, now: datetime) -> None:
    await complete(cast.agent_lot, found_case, CAF, "9988776", now)
    rows = [row for table in APP_CONFIG.table_classes for row in await table.select()]
    texts = [value for row in rows for value in row.values() if not isinstance(value, int | UUID)]  # random digits
    found = json.dumps(texts, default=str, ensure_ascii=False).casefold()

    for hidden in ("zoé", "zoe", "gôff", "goff", "prayssac", "77813", "9988776", "47 11", "4711"):
        assert hidden not in found, hidden
    assert await SearchToken.count().where(SearchToken.case == found_case) > 8


async def test_one_name_that_does_not_open_leaves_the_list_readable_and_its_case_refused(
    cast: Cast, found_case: UUID, case_id: UUID, now: datetime
) -> None:
    """The encrypted names of two rows are exchanged: neither is shown."""
    rows = {row["id"]: row["citizen_last_name"] for row in await Case.select(Case.id, Case.citizen_last_name)}
    await Case.update({Case.citizen_last_name: rows[case_id]}).where(Case.id == found_case)

    lines = {line.id: line.citizen for line in (await list_cases(cast.agent_lot, Filters(), now)).rows}
    assert lines == {found_case: "Nom illisible", case_id: "Jeanne Pélissier"}
    await Case.update({Case.status: "draft"}).where(Case.id == found_case)
    with pytest.raises(UnreadableError):
        await load_editable_draft(cast.agent_lot, found_case)


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_a_mark_is_looked_up_and_not_searched_for(database: str) -> None:
    plan = await SearchToken.raw('EXPLAIN QUERY PLAN SELECT "case" FROM search_token WHERE token IN (1, 2)')
    assert [row["detail"] for row in plan] == ["SEARCH search_token USING INDEX search_token_token (token=?)"]


@pytest.mark.parametrize("typed", ["etard", "goff", "goff etard", "06 39 98 47 11 etard", "étard 77813"])
async def test_a_search_is_the_same_with_its_bearers_found_beforehand(
    cast: Cast, found_case: UUID, typed: str, now: datetime
) -> None:
    """PostgreSQL then reads the index of parts of words; SQLite reads all rows of the search."""
    bearers = await find_token_matches(cast.agent_lot, typed)
    assert (bearers is not None) == is_postgres()
    for known in (bearers, None):
        condition = build_search_condition([Case.search_text, Case.search_internal], typed, known)
        assert condition and [row["id"] for row in await Case.select(Case.id).where(condition)] == [found_case]
    assert [line.id for line in (await list_cases(cast.agent_lot, Filters(words=typed), now)).rows] == [found_case]
    if is_postgres():
        condition = build_search_condition([Case.search_text, Case.search_internal], typed, bearers)
        assert condition
        async with transaction():
            await Case.raw("SET LOCAL enable_seqscan = off")
            plan = str(await Case.raw("EXPLAIN SELECT id FROM cases WHERE {}", condition.querystring))
        assert "cases_search_text" in plan and "cases_search_internal" in plan and "SubPlan" not in plan
