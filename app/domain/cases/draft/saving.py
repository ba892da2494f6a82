"""Saves a draft, step by step. Incomplete answers are saved too, so that no input is lost."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor, Side, list_areas
from app.domain.audit.log import write_audit
from app.domain.case_status import Status
from app.domain.cases.citizen import encrypt_identity
from app.domain.cases.draft.draft import CitizenDetail, Draft, WizardMode, read_draft
from app.domain.cases.draft.locked_draft import LockedDraft, lock_draft
from app.domain.cases.draft.pending_choices import (
    ORGANISATIONS_FIELD,
    load_unreachable_organisations,
    save_pending_answers,
)
from app.domain.cases.draft.steps import WizardStep
from app.domain.cases.form_save_rows import record_outside_change
from app.domain.cases.lifecycle.citizen_details import add_citizen_details
from app.domain.catalogue.guided import (
    list_categories,
    list_category_organisations,
    list_subject_organisations,
    list_subjects,
)
from app.domain.errors import Forbidden, Invalid
from app.domain.files.removal import remove_with_case
from app.domain.teams.reachability import find_reachable_teams
from db.advisory_lock import take_advisory_locks
from db.engine import transaction
from db.tables.areas import Area
from db.tables.cases import Case, CaseField, CaseOrganisation

MAX_DRAFTS = 50
_TOO_MANY_DRAFTS = (
    f"Vous avez {MAX_DRAFTS} brouillons, c’est le plus que l’on garde. "
    "Envoyez-en ou supprimez-en un dans « Mes demandes », puis continuez."
)


async def create_draft(actor: Actor, draft_id: UUID, *, team_id: int | None, mode: str, now: datetime) -> None:
    """The form carries the draft's id: the same form sent twice makes one draft.

    Raises Forbidden without an agent team or an area; Invalid without a mode or with too many drafts.
    """
    teams = actor.list_teams(Side.AGENT)
    if not teams:
        raise Forbidden(
            "Seuls les membres d’une équipe France Services ou d’une structure aidante ouvrent des demandes."
        )
    if mode not in list(WizardMode):
        raise Invalid(mode="Choisissez comment trouver les bons organismes.")
    team = team_id if team_id in teams else teams[0]
    areas = await list_areas([team])
    if not areas:
        raise Forbidden("Votre équipe n’est rattachée à aucun territoire : votre responsable peut l’y rattacher.")
    draft = Case(
        id=draft_id,
        status=Status.DRAFT,
        author=actor.id,
        team=team,
        area=areas[0],
        mode=mode,
        started_at=now,
        saved_at=now,
    )
    async with transaction():
        await _check_draft_count(actor, draft_id)
        await Case.insert(draft).on_conflict(target=Case.id, action="DO NOTHING")
        await _update_draft(await lock_draft(actor, draft_id), {Case.mode: mode}, now)


async def _check_draft_count(actor: Actor, draft_id: UUID) -> None:
    """Locks per actor, so that two tabs are counted one after the other. Raises Invalid."""
    await take_advisory_locks(f"drafts of {actor.id}")
    others = Case.count().where(Case.author == actor.id, Case.status == Status.DRAFT, Case.id != draft_id)
    if await others >= MAX_DRAFTS:
        raise Invalid(mode=_TOO_MANY_DRAFTS)


async def _update_draft(draft: LockedDraft, values: dict[Any, Any], now: datetime) -> None:
    await Case.update({**values, Case.saved_at: now}).where(Case.id == draft.id, Case.status == Status.DRAFT)


async def choose_mode(actor: Actor, draft: UUID | LockedDraft, mode: str, now: datetime) -> None:
    """The choices made in the other mode stay. An unknown mode changes nothing."""
    if mode in list(WizardMode):
        async with transaction():
            await _update_draft(await lock_draft(actor, draft), {Case.mode: mode}, now)


async def choose_category(actor: Actor, draft: UUID | LockedDraft, category_id: int, now: datetime) -> bool:
    """A new category removes the former guided subject, with the case subject and the organisations that it set.

    Returns False when the catalogue does not offer the category.
    """
    async with transaction():
        held = await lock_draft(actor, draft)
        former = await read_draft(held.id)
        if former.category_id == category_id:
            return True
        if category_id not in {choice.id for choice in await list_categories()}:
            return False
        values: dict[Any, Any] = {Case.category: category_id, Case.guided_subject: None}
        if former.subject == former.guided_subject:
            values[Case.subject] = ""
            await record_outside_change(held.id, WizardStep.PROBLEM, actor.id, now)
        await record_outside_change(held.id, WizardStep.SUBJECT, actor.id, now)
        await _update_draft(held, values, now)
        asks_in_words = not await list_subjects(category_id)
        await _replace_proposed_organisations(
            actor, former, await list_category_organisations(category_id) if asks_in_words else [], now
        )
    return True


async def choose_subject(actor: Actor, draft: UUID | LockedDraft, subject_id: int, now: datetime) -> bool:
    """A guided subject selects its organisations. It also sets the case subject, unless the agent has typed one.

    Returns False when the catalogue does not offer the subject.
    """
    async with transaction():
        held = await lock_draft(actor, draft)
        former = await read_draft(held.id)
        offered = {choice.id: choice.name for choice in await list_subjects(former.category_id or 0)}
        if subject_id == former.guided_subject_id:
            return True
        if subject_id not in offered:
            return False
        values: dict[Any, Any] = {Case.guided_subject: subject_id}
        if former.subject in ("", former.guided_subject):
            values[Case.subject] = offered[subject_id]
            await record_outside_change(held.id, WizardStep.PROBLEM, actor.id, now)
        await _update_draft(held, values, now)
        await _replace_proposed_organisations(actor, former, await list_subject_organisations(subject_id), now)
    return True


async def _replace_proposed_organisations(actor: Actor, draft: Draft, proposed: list[int], now: datetime) -> None:
    """The proposed organisations replace those of the former choice. Organisations chosen by hand stay.

    Only organisations that are reachable in the draft's area are saved.
    """
    await record_outside_change(draft.id, WizardStep.ORGANISATIONS, actor.id, now)
    by_hand = draft.organisations.difference(await list_proposed_organisations(draft))
    reachable = set(await find_reachable_teams(draft.area, draft.team_id))
    await _write_organisations(draft.id, by_hand.union(proposed) & reachable)


async def _write_organisations(draft_id: UUID, organisations: set[int] | frozenset[int]) -> None:
    await CaseOrganisation.delete().where(CaseOrganisation.case == draft_id)
    if organisations:
        rows = (CaseOrganisation(case=draft_id, organisation=chosen) for chosen in sorted(organisations))
        await CaseOrganisation.insert(*rows)


async def choose_organisations(
    actor: Actor, draft: UUID | LockedDraft, ticked: set[int], shown: set[int], now: datetime
) -> set[int]:
    """Saves the ticked organisations that are reachable. Those that a filter hid (not in shown) stay as they were.

    Returns the ticked organisations that are not reachable.
    """
    async with transaction():
        held = await lock_draft(actor, draft)
        former = await read_draft(held.id)
        await _update_draft(held, {}, now)
        reachable = set(await find_reachable_teams(former.area, former.team_id))
        await _write_organisations(held.id, ((former.organisations - shown) | (ticked & shown)) & reachable)
    return (ticked & shown) - reachable


async def choose_area(actor: Actor, draft: UUID | LockedDraft, area: str, now: datetime) -> None:
    """Keeps the chosen organisations that are reachable in the new area, and adds the proposed ones.

    Organisations chosen by hand and not reachable become pending choices, until an area where they are.
    An unknown area changes nothing.
    """
    async with transaction():
        if not await Area.exists().where(Area.code == area):
            return
        held = await lock_draft(actor, draft)
        former = await read_draft(held.id)
        await _update_draft(held, {Case.area: area}, now)
        proposed = await list_proposed_organisations(former)
        wanted = former.organisations | await load_unreachable_organisations(held.id)
        reachable = set(await find_reachable_teams(area, former.team_id))
        await _write_organisations(held.id, wanted.union(proposed) & reachable)
        waiting = wanted.difference(proposed, reachable)
        await save_pending_answers(actor, held, {ORGANISATIONS_FIELD: " ".join(map(str, sorted(waiting))) or None}, now)


async def list_proposed_organisations(draft: Draft) -> list[int]:
    """The catalogue proposes organisations for the guided subject, else for the category; none in free mode."""
    if draft.mode == WizardMode.FREE:
        return []
    if draft.guided_subject_id:
        return await list_subject_organisations(draft.guided_subject_id)
    return await list_category_organisations(draft.category_id) if draft.category_id else []


async def save_subject(actor: Actor, draft: UUID | LockedDraft, subject: str, now: datetime) -> None:
    """The problem step shows the subject too: a page of it that was opened before must not restore the former one."""
    async with transaction():
        held = await lock_draft(actor, draft)
        former = await read_draft(held.id)
        await _update_draft(held, {Case.subject: subject}, now)
        if subject != former.subject:
            await record_outside_change(held.id, WizardStep.PROBLEM, actor.id, now)


async def save_citizen(
    actor: Actor, draft: UUID | LockedDraft, identity: dict[str, str], details: list[CitizenDetail], now: datetime
) -> None:
    """identity may hold first_name, last_name and birth; a missing key changes nothing. details replace all others."""
    async with transaction():
        held = await lock_draft(actor, draft)
        await _update_draft(held, encrypt_identity(held.id, identity), now)
        await CaseField.delete().where(CaseField.case == held.id)
        await add_citizen_details(held.id, details)


async def save_problem(
    actor: Actor, draft: UUID | LockedDraft, texts: dict[str, str], *, urgent: bool, now: datetime
) -> None:
    """texts may hold subject, description and urgency_reason; a missing key changes nothing.

    The subject step shows a typed subject too: a page of it that was opened before must not restore the former one.
    """
    columns = {
        "subject": Case.subject,
        "description": Case.description,
        "urgency_reason": Case.urgency_reason,
    }
    values = {columns[name]: value for name, value in texts.items()}
    async with transaction():
        held = await lock_draft(actor, draft)
        former = await read_draft(held.id)
        await _update_draft(held, {**values, Case.urgent: urgent}, now)
        if former.guided_subject_id is None and texts.get("subject", former.subject) != former.subject:
            await record_outside_change(held.id, WizardStep.SUBJECT, actor.id, now)


async def delete_draft(actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Deletes the draft with its files. Raises NotFound, AlreadySent."""
    async with transaction():
        await lock_draft(actor, draft_id)
        await remove_with_case(draft_id)
        await Case.delete().where(Case.id == draft_id, Case.status == Status.DRAFT)
        await write_audit("draft.deleted", now=now, person_id=actor.id, case_id=draft_id)
