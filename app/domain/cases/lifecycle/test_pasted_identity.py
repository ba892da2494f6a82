"""What is pasted about a citizen is stored without what nothing shows."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.cases.citizen import load_citizen
from app.domain.cases.draft.draft import CitizenDetail, read_draft
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.lifecycle.identity import correct_identity
from app.tests.support.cases_fixtures import make_draft


async def test_a_name_and_a_number_are_cleaned_in_a_draft(cast: Cast, now: datetime) -> None:
    draft_id = await make_draft(cast.agent_lot, now, "CAF")
    pasted = [CitizenDetail("Numéro d’allocataire CAF", "\u202a1234567\u202c")]

    await save_citizen(cast.agent_lot, draft_id, {"last_name": "Pé\u200blissier", "birth": "\u200e1957"}, pasted, now)

    draft = await read_draft(draft_id)
    assert (draft.last_name, draft.birth, draft.details[0].value) == ("Pélissier", "1957", "1234567")


async def test_and_in_a_correction(cast: Cast, case_id: UUID, now: datetime) -> None:
    shown = await load_citizen(case_id)
    assert not await correct_identity(
        cast.agent_lot, case_id, shown, replace(shown, first_name=f"\u200e{shown.first_name}"), now
    )

    await correct_identity(cast.agent_lot, case_id, shown, replace(shown, first_name="Jean\u00adne-Marie"), now)

    assert (await load_citizen(case_id)).first_name == "Jeanne-Marie"
