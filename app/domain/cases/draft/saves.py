"""A step of a draft saved from several pages: the rule of form_saves.py, around what the step itself keeps."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.held_draft import LockedDraft, lock_draft
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.form_save_rows import apply_choice, list_saves, record_save
from app.domain.cases.form_saves import Fields, PostedForm, SaveDecision, SavedForm, decide_save
from db.engine import transaction
from db.tables import FormSave

StepWriter = Callable[[LockedDraft, Fields], Awaitable[Problems]]


async def save_step(
    actor: Actor, draft_id: UUID, step: WizardStep, posted: PostedForm, now: datetime, write_step: StepWriter
) -> tuple[SaveDecision, Problems]:
    """write keeps the fields as the step does, and gives what is wrong with them. It is called when the page may
    replace what is there, and for a button whose page says the same: a choice that another page's autosave has kept
    acts with « Continuer ». Its verbs receive the held draft: the facts are loaded once.

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
    """The steps where two texts are kept: which of them leaves is not ours to choose."""
    rows = await (
        FormSave.select(FormSave.form_name)
        .where(FormSave.case == draft_id, FormSave.is_current.eq(False), FormSave.content != "")
        .distinct()
    )
    places = {row["form_name"] for row in rows}
    return [step for step in WizardStep if step in places]


async def delete_step_saves(draft_id: UUID) -> None:
    """Once the draft is sent. Inside the verb's transaction."""
    await FormSave.delete().where(FormSave.case == draft_id)
