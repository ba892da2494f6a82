"""Saves a step of a draft that may be open in several pages, by the rule of form_saves.py."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.locked_draft import LockedDraft, lock_draft
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.form_save_rows import apply_choice, list_saves, record_save
from app.domain.cases.form_saves import Fields, PostedForm, SaveDecision, SavedForm, decide_save
from db.engine import transaction
from db.tables.drafts import FormSave

StepWriter = Callable[[LockedDraft, Fields], Awaitable[Problems]]


async def save_step(
    actor: Actor, draft_id: UUID, step: WizardStep, posted: PostedForm, now: datetime, write_step: StepWriter
) -> tuple[SaveDecision, Problems]:
    """write_step saves the fields and returns their problems. It runs only if the page may replace the saved answers.

    It also runs when a button posts unchanged answers: « Continuer » confirms what an autosave has stored.

    Raises NotFound, AlreadySent.
    """
    async with transaction():
        held = await lock_draft(actor, draft_id)
        saves = await list_saves(draft_id, step, actor.id)
        decision = decide_save(saves, posted)
        agreed = decision is SaveDecision.UNCHANGED and posted.by_button and posted.fields and not posted.choice
        problems = await write_step(held, posted.fields) if agreed or decision is SaveDecision.REPLACE else {}
        await record_save(draft_id, step, actor.id, saves, posted, decision, now)
        if posted.choice:
            taken = await apply_choice(await list_saves(draft_id, step, actor.id), posted.page, posted.choice)
            problems = await write_step(held, taken) if taken is not None else problems
        return decision, problems


async def list_step_saves(actor: Actor, draft_id: UUID, step: WizardStep) -> list[SavedForm]:
    return await list_saves(draft_id, step, actor.id)


async def list_conflicting_steps(draft_id: UUID) -> list[WizardStep]:
    """The steps with two saved texts: the author has to choose which one is sent."""
    rows = await (
        FormSave.select(FormSave.form_name)
        .where(FormSave.case == draft_id, FormSave.is_current.eq(False), FormSave.content != "")
        .distinct()
    )
    places = {row["form_name"] for row in rows}
    return [step for step in WizardStep if step in places]


async def delete_step_saves(draft_id: UUID) -> None:
    """Call it in the transaction that sends the case."""
    await FormSave.delete().where(FormSave.case == draft_id)
