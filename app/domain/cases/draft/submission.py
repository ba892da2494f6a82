"""Sending: once, whatever is repeated. Source: the sheet, « Je clique sur "envoyer ma demande" »; features.md N12."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.case_status import Step, transition
from app.domain.cases import notifications
from app.domain.cases.attachments.publish import post_with_case
from app.domain.cases.change import CaseChange
from app.domain.cases.draft.completeness import Missing, Reason, read_missing
from app.domain.cases.draft.held_draft import hold_draft
from app.domain.cases.draft.pending_choices import forget_pending
from app.domain.cases.draft.saves import forget_steps
from app.domain.cases.draft.view import AlreadySent, Draft, Mode, read_draft
from app.domain.cases.events import EventKind, record
from app.domain.cases.inbox.search_index import index_citizen, read_search_text
from app.domain.cases.lifecycle.invitation import add_colleagues
from app.domain.cases.lifecycle.lateness import wait_for_answer
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Invalid
from app.domain.teams.reachability import organisations_in
from db.engine import transaction
from db.tables import Case, Recipient

TWO_TEXTS = "Deux textes sont gardés pour une même étape : choisissez d’abord celui qui part, la page dit où."


async def submit(actor: Actor, draft_id: UUID, now: datetime, *, colleagues: Collection[int] = ()) -> None:
    """Case, recipients, event and letters, all or nothing, with the colleagues invited from the start (N11).

    A second time changes nothing.

    Raises NotFound; Invalid when something is missing (completeness.py).
    """
    async with transaction():
        try:
            held = await hold_draft(actor, draft_id)
        except AlreadySent:
            return
        draft = await read_draft(draft_id)
        teams = await _receiving_teams(draft)
        await forget_steps(draft_id)
        received = frozenset(teams)
        before = replace(held.facts, recipient_teams=received)
        sent = replace(before, status=transition(before.status, Step.SENT), unopened_by=received)
        change = {**_send(sent, now), **_unused(draft), **await read_search_text(draft_id)}
        await forget_pending(draft_id)
        await index_citizen(draft_id)
        await Recipient.insert(*(Recipient(case=draft_id, team=team, joined_at=now) for team in teams))
        await post_with_case(
            draft_id, now, on_paper=draft.mandate is not None and draft.mandate.kind == MandateKind.PAPER
        )
        await notifications.tell_new_case(actor, sent, now)
        event_id = await record(before, EventKind.SENT, actor=actor, team_id=draft.team_id, now=now, change=change)
        await mark_read(actor, draft_id, event_id, now)
        if colleagues:
            await add_colleagues(actor, replace(sent, last_event=event_id), set(colleagues), now)


def _send(sent: CaseFacts, now: datetime) -> CaseChange:
    return {
        Case.status: sent.status,
        Case.sent_at: now,
        Case.next_side: Side.REFERENT,
        **wait_for_answer(sent, sent.status, now),
    }


def _unused(draft: Draft) -> CaseChange:
    """What only the guided mode asks for does not leave in the other."""
    return {} if draft.mode == Mode.GUIDED else {Case.category: None, Case.guided_subject: None}


async def _receiving_teams(draft: Draft) -> list[int]:
    """Their ids. Raises Invalid."""
    organisations = await organisations_in(draft.area, draft.team_id)
    if missing := await read_missing(draft, organisations):
        raise Invalid(envoi=_refusal(missing[0]))
    chosen = sorted(known.id for known in organisations if known.id in draft.organisations)
    teams = {known.id: known.teams for known in organisations}
    return [team for organisation in chosen for team in teams[organisation]]


def _refusal(missing: Missing) -> str:
    lost = ", ".join(missing.acronyms)
    return {
        Reason.TWO_TEXTS: TWO_TEXTS,
        Reason.ANSWERS: "Il manque encore des réponses : elles sont signalées ci-dessous.",
        Reason.UNREACHABLE: f"On ne peut plus écrire à : {lost}. Modifiez les organismes, la page dit pourquoi.",
    }[missing.reason]
