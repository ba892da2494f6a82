"""The check page says that something is missing exactly when sending is refused."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.saving import choose_category, choose_mode, choose_organisations, save_citizen, save_problem
from app.domain.cases.draft.step_saves import save_step
from app.domain.cases.draft.steps import DESCRIPTION_LENGTH, Problems, WizardStep
from app.domain.cases.form_saves import Fields, PostedForm
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.catalogue.guided import list_categories, list_subjects
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import NewDraft, clear_rate_limits
from db.tables.cases import Case
from db.tables.mandates import Mandate

SignIn = Callable[[Actor], Awaitable[Browser]]
Change = Callable[[Actor, UUID, datetime], Awaitable[object]]
TITLES = ("Il manque encore des réponses", "Deux textes sont gardés")
IDENTITY = {"first_name": "Jeanne", "last_name": "Pélissier", "birth": "1957"}
TEXTS = {"subject": "Aide en retard", "description": "Rien depuis trois mois.", "urgency_reason": ""}
ASKED = CitizenDetail("Numéro d’allocataire CAF", "", unknown=True)


def citizen(*details: CitizenDetail, **identity: str) -> Change:
    return lambda who, draft, now: save_citizen(who, draft, {**IDENTITY, **identity}, list(details), now)


def problem(*, urgent: bool = False, **texts: str) -> Change:
    return lambda who, draft, now: save_problem(who, draft, {**TEXTS, **texts}, urgent=urgent, now=now)


def mandate(kind: str, *, signed: bool = False, reason: str = "") -> Change:
    return lambda who, draft, now: attest_mandate(
        who, draft, kind, signed_on=now.date() if signed else None, reason=reason, now=now
    )


async def no_mandate(_: Actor, draft: UUID, __: datetime) -> None:
    await Mandate.delete().where(Mandate.case == draft)


async def no_organisation(who: Actor, draft: UUID, now: datetime) -> None:
    await choose_organisations(who, draft, set(), set(range(100)), now)


async def without_a_receiver(_: Actor, draft: UUID, __: datetime) -> None:
    """The teams of the draft’s area have been closed since."""
    await Case.update({Case.area: "75"}).where(Case.id == draft)


async def no_category(who: Actor, draft: UUID, now: datetime) -> None:
    await choose_mode(who, draft, "guided", now)


async def no_guided_subject(who: Actor, draft: UUID, now: datetime) -> None:
    await choose_mode(who, draft, "guided", now)
    with_subjects = [one.id for one in await list_categories() if await list_subjects(one.id)]
    await choose_category(who, draft, with_subjects[0], now)


async def two_texts(who: Actor, draft: UUID, now: datetime) -> None:
    async def write(_: LockedDraft, __: Fields) -> Problems:
        return {}

    for page in ("a", "b"):
        posted = PostedForm((("description", f"De la page {page}"),), page, 1, by_button=False)
        await save_step(who, draft, WizardStep.PROBLEM, posted, now, write)


CHANGES: dict[str, Change] = {
    "no first name": citizen(ASKED, first_name=""),
    "a birth of a hundred letters": citizen(ASKED, birth="x" * 100),
    "no answer to what the CAF asks": citizen(),
    "two answers to it": citizen(CitizenDetail(ASKED.label, "1234567A", unknown=True)),
    "no description": problem(description=""),
    "a description that is too long": problem(description="x" * (DESCRIPTION_LENGTH + 1)),
    "urgent without a reason": problem(urgent=True),
    "urgent, with a reason": problem(urgent=True, urgency_reason="Coupure lundi"),
    "no mandate": no_mandate,
    "a mandate without a date": mandate("paper"),
    "a mandate by phone": mandate("phone", signed=True, reason="Ne se déplace plus"),
    "a text that has not left": mandate("sms"),
    "no organisation": no_organisation,
    "no category": no_category,
    "no guided subject": no_guided_subject,
    "two texts": two_texts,
    "no team to receive it": without_a_receiver,
}
SENT = frozenset({"urgent, with a reason", "a mandate by phone"})


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(changes=st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=3, unique=True))
@example(changes=[])
async def test_something_is_missing_exactly_when_the_sending_refuses(
    cast: Cast, new_draft: NewDraft, sign_in: SignIn, now: datetime, changes: list[str]
) -> None:
    await check(cast, new_draft, sign_in, now, changes)


async def test_each_thing_that_a_draft_lacks_is_said_and_refused(
    cast: Cast, new_draft: NewDraft, sign_in: SignIn, now: datetime
) -> None:
    for name in CHANGES:
        assert await check(cast, new_draft, sign_in, now, [name]) == (name in SENT), name


async def check(cast: Cast, new_draft: NewDraft, signed_in: SignIn, now: datetime, changes: list[str]) -> bool:
    """Whether it was sent."""
    await clear_rate_limits()
    agent, draft = await signed_in(cast.agent_lot), await new_draft("CAF")
    for name in changes:
        await CHANGES[name](cast.agent_lot, draft, now)

    page = await agent.get(f"/brouillons/{draft}/verification")
    await agent.press(page, "Envoyer ma demande")

    left = not await Case.exists().where(Case.id == draft, Case.status == "draft")
    assert says_missing(page) != left, changes
    return left


def says_missing(page: Page) -> bool:
    return any(title in page.text for title in TITLES)
