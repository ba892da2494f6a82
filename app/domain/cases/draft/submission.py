"""Sends a draft to the referents of its organisations. Source: features.md N12."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.case_number import draw_case_number
from app.domain.cases import notifications
from app.domain.cases.attachments.publish import publish_with_case
from app.domain.cases.change import CaseChange
from app.domain.cases.draft.completeness import BlockerReason, SubmissionBlocker, load_submission_blockers
from app.domain.cases.draft.draft import AlreadySent, Draft, WizardMode, read_draft
from app.domain.cases.draft.locked_draft import lock_draft
from app.domain.cases.draft.pending_choices import delete_pending_answers
from app.domain.cases.draft.step_saves import delete_step_saves
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.invitation import add_colleagues
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import write_progress
from app.domain.cases.search.text import rebuild_search_text
from app.domain.cases.search.tokens import SEARCH_VERSION, index_citizen
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Invalid
from app.domain.teams.reachability import list_organisations_in_area
from db.engine import transaction
from db.tables.cases import Case

CONFLICTING_TEXTS = "Deux textes sont gardés pour une même étape : choisissez d’abord celui qui part, la page dit où."


async def submit(actor: Actor, draft_id: UUID, now: datetime, *, colleagues: Collection[int] = ()) -> None:
    """A draft that is already sent stays as it is. colleagues: ids of the people invited from the start (N11).

    Raises NotFound; Invalid when the draft cannot be sent (completeness.py).
    """
    async with transaction():
        try:
            held = await lock_draft(actor, draft_id)
        except AlreadySent:
            return
        draft = await read_draft(draft_id)
        teams = await _find_recipient_teams(draft)
        await delete_step_saves(draft_id)
        after = steps.send(teams, now, held.facts.area)
        before = replace(held.facts, teams=after.teams)
        sent = replace(before, status=after.status, next_side=after.next_side)
        change = {
            **await write_progress(held.facts, after),
            Case.sent_at: now,
            Case.number: await draw_case_number(),
            Case.search_version: SEARCH_VERSION,
            **_clear_guided_choices(draft),
            **await rebuild_search_text(draft_id),
        }
        await delete_pending_answers(draft_id)
        await index_citizen(draft_id)
        await publish_with_case(
            draft_id, now, on_paper=draft.mandate is not None and draft.mandate.kind == MandateKind.PAPER
        )
        await notifications.notify_new_case(actor, sent, now)
        event_id = await record_event(
            before, EventKind.SENT, actor=actor, team_id=draft.team_id, now=now, change=change
        )
        await mark_read(actor, draft_id, event_id, now)
        if colleagues:
            await add_colleagues(actor, replace(sent, last_event=event_id), set(colleagues), now)


def _clear_guided_choices(draft: Draft) -> CaseChange:
    """A case of the free mode is sent without the choices that only the guided mode asks for."""
    return {} if draft.mode == WizardMode.GUIDED else {Case.category: None, Case.guided_subject: None}


async def _find_recipient_teams(draft: Draft) -> list[int]:
    """Returns the ids of the teams. Raises Invalid when the draft cannot be sent."""
    organisations = await list_organisations_in_area(draft.area, draft.team_id)
    if missing := await load_submission_blockers(draft, organisations):
        raise Invalid(envoi=_format_refusal(missing[0]))
    chosen = sorted(known.id for known in organisations if known.id in draft.organisations)
    teams = {known.id: known.teams for known in organisations}
    return [team for organisation in chosen for team in teams[organisation]]


def _format_refusal(missing: SubmissionBlocker) -> str:
    lost = ", ".join(missing.unreachable_acronyms)
    return {
        BlockerReason.TWO_TEXTS: CONFLICTING_TEXTS,
        BlockerReason.ANSWERS: "Il manque encore des réponses : elles sont signalées ci-dessous.",
        BlockerReason.UNREACHABLE: f"On ne peut plus écrire à : {lost}. Modifiez les organismes, la page dit pourquoi.",
    }[missing.reason]
