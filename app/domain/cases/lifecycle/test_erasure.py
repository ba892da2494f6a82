"""How long data is retained, and what an erased case leaves: statistics, and no text."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.draft.saving import save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.erasure import ErasureCounts, erase_due
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lifecycle.retention import compute_closing_cutoff, compute_erasure_date
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.thread.correction import correct
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import NotFound
from app.domain.files.store import FileStore
from app.tests.support.attachments_fixtures import PDF, attach_file
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.mandate_sms import send_mandate_sms
from db.encryption import encrypt, format_column_name
from db.piccolo_app import APP_CONFIG
from db.tables.cases import Case
from db.tables.drafts import FormSave, PendingChoices
from db.tables.email import Email
from db.tables.encrypted_columns import ENCRYPTED_CITIZEN_COLUMNS
from db.tables.participants import Recipient
from db.tables.search_tokens import SearchToken
from db.tables.teams import Team
from db.tables.thread import Event, Message

CANARY = "zibeline"

_NUMBERS = count()
"""A second SMS to one number within a minute is refused: each case has its own number."""


async def words_of_the_database() -> str:
    """Every row of every table, as text."""
    rows = [await table.select() for table in APP_CONFIG.table_classes]
    return json.dumps(rows, default=str, ensure_ascii=False)


async def sealed_columns() -> set[str]:
    """The encrypted columns with a value, in which the canary cannot show."""
    return {
        format_column_name(column)
        for column, *_ in ENCRYPTED_CITIZEN_COLUMNS
        if await column._meta.table.exists().where(column != "")
    }


async def full_case(cast: Cast, files: FileStore, draft_id: UUID, now: datetime, *, secret: str = CANARY) -> UUID:
    """A closed, surveyed case with the canary in each filled field. `secret` goes into encrypted columns."""
    agent, caf, msa = cast.agent_lot, cast.referent_caf_lot, cast.referent_msa_lot
    identity = {"first_name": f"Jeanne {secret}", "last_name": secret, "birth": f"1957 {secret}"}
    asked = [
        CitizenDetail("Numéro d’allocataire CAF", secret),
        CitizenDetail("Numéro de sécurité sociale", "", unknown=True),
    ]
    await save_citizen(agent, draft_id, identity, asked, now)
    texts = {"subject": f"Sujet {CANARY}", "description": f"Récit {CANARY}", "urgency_reason": f"Car {CANARY}"}
    await save_problem(agent, draft_id, texts, urgent=True, now=now)
    await attach_file(agent, files, draft_id, now, f"{secret}.pdf", PDF + secret.encode())
    phone = f"06 39 98 {next(_NUMBERS) % 10_000:04}"
    await send_mandate_sms(agent, draft_id, now, phone)
    await record_reply(str(draft_id), phone, f"oui {secret}", now)
    await attest_mandate(agent, draft_id, "phone", signed_on=now.date(), reason=secret, now=now)
    await submit(agent, draft_id, now)
    await _left_by_a_release_before(draft_id, secret)
    await post_message(agent, draft_id, f"Premier {CANARY}", key="a", now=now)
    message = await Message.select(Message.id).where(Message.case == draft_id).first()
    assert message is not None
    await correct(agent, draft_id, message["id"], f"Corrigé {CANARY}", now)
    await open_and_read_case(caf, draft_id, now)
    held = await attach_file(caf, files, draft_id, now, f"{secret}-deux.pdf", PDF + secret.encode())
    await post_message(caf, draft_id, f"Réponse {CANARY}", key="b", now=now, attachments=[held])
    await post_internal_note(msa, draft_id, f"Entre nous {CANARY}", key="c", now=now)
    await complete(caf, draft_id, "Numéro d’allocataire CAF", f"{secret}2", now)
    await invite_expert(agent, draft_id, f"Bloqué {CANARY}", now)
    cpam = await Team.select(Team.id).where(Team.name == "CPAM du Lot").first()
    assert cpam is not None
    await transfer(msa, draft_id, cpam["id"], f"Compétence {CANARY}", now)
    await close(agent, draft_id, "solved", now)
    await answer_survey(agent, draft_id, {"useful": "yes", "quick": "no", "clear": "yes"}, now)
    save = FormSave(case=draft_id, person=agent.id, form_name="message", page="a", saved_at=now)
    save.content = encrypt(FormSave.content, save.id, f"Gardé à part {secret}")
    await FormSave.insert(save)
    return draft_id


async def _left_by_a_release_before(case_id: UUID, secret: str) -> None:
    """An older release runs beside this one, and sent the case without deleting the draft’s pending choices."""
    sealed = encrypt(PendingChoices.choices, case_id, f'{{"motif": "{secret}"}}')
    await PendingChoices.insert(PendingChoices(case=case_id, choices=sealed))


async def figures() -> dict[str, Any]:
    """The source of statistics: states, places, teams, delays, outcomes."""
    cases = await Case.select(
        Case.area, Case.team, Case.category, Case.guided_subject, Case.urgent, Case.status, Case.outcome, Case.sent_at
    )
    events = await Event.select(Event.case, Event.kind, Event.team, Event.audience, Event.happened_at)
    received = await Recipient.select(Recipient.case, Recipient.team, Recipient.seen_at, Recipient.irrelevant_at)
    closed = await Case.select(Case.id, Case.closed_at, Case.status_before_closing)
    return {"cases": cases, "events": events, "received": received, "closed": closed}


def same(rows: dict[str, Any]) -> dict[str, Counter[str]]:
    return {
        name: Counter(json.dumps(row, default=str, sort_keys=True) for row in found) for name, found in rows.items()
    }


async def test_six_months_after_closing_nothing_is_left_but_figures(
    cast: Cast, files: FileStore, draft_id: UUID, now: datetime, tmp_path: Path
) -> None:
    case_id = await full_case(cast, files, draft_id, now)
    assert CANARY in await words_of_the_database() and len(await sealed_columns()) == len(ENCRYPTED_CITIZEN_COLUMNS)
    before = same(await figures())
    due = compute_erasure_date(now)

    assert (await erase_due(due - timedelta(seconds=1))).erased == 0
    assert await load_visible_case(cast.agent_lot, case_id)
    assert (await erase_due(due)).erased == 1

    assert CANARY not in await words_of_the_database() and not await sealed_columns() and not await SearchToken.count()
    assert not list((tmp_path / "pieces").iterdir()) and same(await figures()) == before
    assert await Email.count().where(Email.case == case_id) == 0
    for actor in vars(cast).values():
        with pytest.raises(NotFound):
            await load_visible_case(actor, case_id)
        assert (await list_cases(actor, Filters(view=View.CLOSED), due)).total == 0
        assert (await load_list_counts(actor, now)).views[View.CLOSED] == 0
    assert await erase_due(due) == ErasureCounts(0, 0, 0)


async def test_a_draft_is_deleted_thirty_days_after_it_was_last_saved(
    cast: Cast, files: FileStore, draft_id: UUID, now: datetime, tmp_path: Path
) -> None:
    await attach_file(cast.agent_lot, files, draft_id, now)
    assert (await erase_due(now + timedelta(days=29))).drafts == 0
    assert (await erase_due(now + timedelta(days=30))).drafts == 1
    assert await Case.count() == 0 and not list((tmp_path / "pieces").iterdir())


@pytest.mark.parametrize(
    ("closed", "erased"),
    [
        ("2026-11-23", "2027-05-23"),
        ("2026-08-31", "2027-02-28"),
        ("2026-12-31", "2027-06-30"),
        ("2027-08-30", "2028-02-29"),
    ],
)
def test_six_months_are_six_months_of_the_calendar(closed: str, erased: str) -> None:
    due = compute_erasure_date(datetime.fromisoformat(closed).replace(tzinfo=UTC))
    assert due == datetime.fromisoformat(erased).replace(tzinfo=UTC)
    assert compute_closing_cutoff(due + timedelta(days=4)) >= datetime.fromisoformat(closed).replace(tzinfo=UTC)
