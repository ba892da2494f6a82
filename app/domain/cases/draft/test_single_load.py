"""An action on a draft loads the case’s facts once, even when it is made of other actions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.upload import begin_upload, discard_upload, receive_chunk
from app.domain.cases.draft.draft import AlreadySent, CitizenDetail
from app.domain.cases.draft.locked_draft import LockedDraft, lock_draft
from app.domain.cases.draft.pending_choices import save_pending_answers
from app.domain.cases.draft.saving import (
    choose_area,
    choose_category,
    choose_mode,
    choose_organisations,
    choose_subject,
    create_draft,
    delete_draft,
    save_citizen,
    save_problem,
    save_subject,
)
from app.domain.cases.draft.step_saves import save_step
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.draft.submission import submit
from app.domain.cases.form_saves import Fields, PostedForm
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.request_by_sms import request_mandate_by_sms
from app.domain.catalogue.guided import list_categories, list_subjects
from app.domain.files.store import FileStore
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.cases_fixtures import NewDraft
from db.engine import is_postgres, transaction
from db.tables.cases import Case

PHONE = "06 39 98 76 54"


@dataclass
class Meter:
    """Counts the statements of one action: all of them, the reads of the case’s facts, and the locks of its row."""

    asked: list[str]

    async def __call__(self, verb: Awaitable[Any]) -> tuple[int, int, int]:
        self.asked.clear()
        await verb
        facts = sum("cases c WHERE c.id" in one for one in self.asked)
        return len(self.asked), facts, sum("FOR UPDATE" in one for one in self.asked)


@pytest.fixture
def meter(database: str, monkeypatch: pytest.MonkeyPatch) -> Meter:
    asked: list[str] = []
    engine = Case._meta.db
    run = engine.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        asked.append(" ".join(str(querystring).split()))
        return await run(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)
    return Meter(asked)


ONCE = 1


async def guided(actor: Actor, draft_id: UUID, now: datetime) -> tuple[int, int]:
    """A category that has subjects, and one of these."""
    await choose_mode(actor, draft_id, "guided", now)
    for category in await list_categories():
        if subjects := await list_subjects(category.id):
            return category.id, subjects[0].id
    raise AssertionError


async def test_submitting_loads_the_facts_once_with_or_without_colleagues(
    cast: Cast, new_draft: NewDraft, meter: Meter, now: datetime
) -> None:
    alone, together = await new_draft("CAF", "MSA"), await new_draft("CAF", "MSA")

    by_oneself = await meter(submit(cast.agent_lot, alone, now))
    with_colleagues = await meter(submit(cast.agent_lot, together, now, colleagues=[cast.colleague_lot.id]))

    assert [by_oneself[1], with_colleagues[1]] == [ONCE, ONCE]
    assert [by_oneself[2], with_colleagues[2]] == ([ONCE, ONCE] if is_postgres() else [0, 0])


async def test_changing_a_draft_loads_the_facts_once(cast: Cast, draft_id: UUID, meter: Meter, now: datetime) -> None:
    who, begun = cast.agent_lot, uuid4()
    category, subject = await guided(who, draft_id, now)
    identity = {"first_name": "Jeanne", "last_name": "Pélissier", "birth": "1957"}
    texts = {"subject": "Autre", "description": "Rien.", "urgency_reason": ""}
    verbs: dict[str, Callable[[], Awaitable[Any]]] = {
        "begin": lambda: create_draft(who, begun, team_id=None, mode="free", now=now),
        "mode": lambda: choose_mode(who, draft_id, "guided", now),
        "category": lambda: choose_category(who, draft_id, category, now),
        "subject": lambda: choose_subject(who, draft_id, subject, now),
        "organisations": lambda: choose_organisations(who, draft_id, {1}, {1, 2}, now),
        "area": lambda: choose_area(who, draft_id, "18", now),
        "words": lambda: save_subject(who, draft_id, "En mots", now),
        "citizen": lambda: save_citizen(who, draft_id, identity, [CitizenDetail("Autre numéro", "1")], now),
        "problem": lambda: save_problem(who, draft_id, texts, urgent=False, now=now),
        "pending": lambda: save_pending_answers(who, draft_id, {"motif": "Ne peut pas signer."}, now),
        "mandate": lambda: attest_mandate(who, draft_id, "paper", signed_on=now.date(), reason="", now=now),
        "deletion": lambda: delete_draft(who, begun, now),
    }

    loads = {name: (await meter(verb()))[1] for name, verb in verbs.items()}

    assert loads == dict.fromkeys(verbs, ONCE)


async def test_a_step_saved_by_several_verbs_loads_the_facts_once(
    cast: Cast, draft_id: UUID, meter: Meter, now: datetime
) -> None:
    who = cast.agent_lot
    category, subject = await guided(who, draft_id, now)

    async def write(held: LockedDraft, _: Fields) -> Problems:
        await save_pending_answers(who, held, {"categorie": None}, now)
        await choose_category(who, held, category, now)
        await choose_subject(who, held, subject, now)
        await choose_area(who, held, "18", now)
        await request_mandate_by_sms(who, held, uuid4(), PHONE, brand="A+", now=now)
        return {}

    posted = PostedForm((("categorie", str(category)),), "a", 1)
    cost = await meter(save_step(who, draft_id, WizardStep.CATEGORY, posted, now, write))

    assert cost[1:] == (ONCE, ONCE if is_postgres() else 0)


async def test_a_held_draft_gives_no_right_to_another_person(cast: Cast, draft_id: UUID, now: datetime) -> None:
    async with transaction():
        held = await lock_draft(cast.agent_lot, draft_id)
        for other in (cast.colleague_lot, cast.referent_caf_lot, cast.admin):
            with pytest.raises(AlreadySent):
                await save_subject(other, held, "À moi", now)


async def test_asking_for_the_mandate_by_text_loads_the_facts_once(
    cast: Cast, draft_id: UUID, meter: Meter, now: datetime
) -> None:
    assert (await meter(request_mandate_by_sms(cast.agent_lot, draft_id, uuid4(), PHONE, brand="A+", now=now)))[
        1
    ] == ONCE


async def test_receiving_a_file_loads_the_facts_once_for_each_request(
    cast: Cast, draft_id: UUID, files: FileStore, meter: Meter, now: datetime
) -> None:
    who, one = cast.agent_lot, uuid4()

    announced = await meter(begin_upload(who, draft_id, one, "relevé.pdf", len(PDF), now))
    first = await meter(receive_chunk(who, files, one, 0, PDF[:100]))
    last = await meter(receive_chunk(who, files, one, 100, PDF[100:]))
    removed = await meter(discard_upload(who, one))

    assert [cost[1] for cost in (announced, first, last, removed)] == [ONCE] * 4
