"""A case ready to be worked on: sent by Carmen to the CAF and the MSA of the Lot."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.accounts.registration import register_person
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import CitizenDetail, WizardMode
from app.domain.cases.draft.saving import choose_organisations, create_draft, save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.read_receipts import find_unread_event, mark_read_if_newer
from app.domain.teams.reachability import list_organisations_in_area
from app.domain.teams.teams import add_member
from db.tables.rate_limits import RateLimitState

NewCase = Callable[..., Awaitable[UUID]]
NewDraft = Callable[..., Awaitable[UUID]]
NewColleague = Callable[[str], Awaitable[Actor]]


async def make_draft(actor: Actor, now: datetime, *acronyms: str, subject: str = "Aide en retard") -> UUID:
    """A complete draft, to these organisations."""
    draft_id = uuid4()
    await create_draft(actor, draft_id, team_id=None, mode=WizardMode.FREE, now=now)
    known = {known.acronym: known for known in await list_organisations_in_area("46", None)}
    chosen = {known[acronym].id for acronym in acronyms}
    await choose_organisations(actor, draft_id, chosen, chosen, now)
    identity = {"first_name": "Jeanne", "last_name": "Pélissier", "birth": "1957"}
    asked = [CitizenDetail(known[acronym].asked_field, "", unknown=True) for acronym in acronyms]
    await save_citizen(actor, draft_id, identity, asked, now)
    texts = {"subject": subject, "description": "Rien depuis trois mois.", "urgency_reason": ""}
    await save_problem(actor, draft_id, texts, urgent=False, now=now)
    await attest_mandate(actor, draft_id, "paper", signed_on=now.date(), reason="", now=now)
    return draft_id


async def open_and_read_case(actor: Actor, case_id: UUID, now: datetime) -> CaseFacts:
    """As its page does: opens the case and reads it to its end. Raises NotFound."""
    case = await open_case(actor, await load_visible_case(actor, case_id), now)
    latest = await find_unread_event(actor, case)
    if latest is not None:
        await mark_read_if_newer(actor, case, latest, -1, now)
    return case


@pytest.fixture
async def draft_id(cast: Cast, now: datetime) -> UUID:
    return await make_draft(cast.agent_lot, now, "CAF", "MSA")


@pytest.fixture
def new_draft(cast: Cast, now: datetime) -> NewDraft:
    async def begin(*acronyms: str, actor: Actor = cast.agent_lot) -> UUID:
        return await make_draft(actor, now, *acronyms)

    return begin


@pytest.fixture
async def case_id(cast: Cast, draft_id: UUID, now: datetime) -> UUID:
    await submit(cast.agent_lot, draft_id, now)
    return draft_id


async def clear_rate_limits() -> None:
    """As if a day had passed: a test that fills a list at one moment exceeds a person’s rate limit."""
    await RateLimitState.delete(force=True)


@pytest.fixture
def new_case(cast: Cast, now: datetime) -> NewCase:
    async def send(*acronyms: str, actor: Actor = cast.agent_lot, subject: str = "Aide en retard") -> UUID:
        await clear_rate_limits()
        sent = await make_draft(actor, now, *acronyms, subject=subject)
        await submit(actor, sent, now)
        return sent

    return send


@pytest.fixture
def new_colleague(cast: Cast, now: datetime) -> NewColleague:
    """Adds an agent to Carmen’s team."""
    return lambda name: make_colleague(cast, name, now)


async def make_colleague(cast: Cast, name: str, now: datetime) -> Actor:
    person = await register_person(f"{name}@exemple.fr", first_name=name, last_name="Lot", function="", now=now)
    await add_member(person, cast.agent_lot.seats[0].team_id)
    actor = await load_actor(person)
    assert actor is not None
    return actor
