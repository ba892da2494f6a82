"""A step of a draft saved from several pages: the rule of form_saves.py, around what the step itself keeps."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.draft.held_draft import HeldDraft, hold_draft
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.form_save_rows import choose, record, saves_of
from app.domain.cases.form_saves import Decision, Fields, Posted, Save, decide
from db.engine import transaction
from db.tables import FormSave

Write = Callable[[HeldDraft, Fields], Awaitable[Problems]]


async def save_step(
    actor: Actor, draft_id: UUID, step: WizardStep, posted: Posted, now: datetime, write: Write
) -> tuple[Decision, Problems]:
    """write keeps the fields as the step does, and gives what is wrong with them. It is called when the page may
    replace what is there, and for a button whose page says the same: a choice that another page's autosave has kept
    acts with « Continuer ». Its verbs receive the held draft: the facts are loaded once.

    Raises NotFound, AlreadySent.
    """
    async with transaction():
        held = await hold_draft(actor, draft_id)
        saves = await saves_of(draft_id, step, actor.id)
        decision = decide(saves, posted)
        agreed = decision is Decision.SAME and posted.pressed and posted.fields and not posted.choice
        problems = await write(held, posted.fields) if agreed or decision is Decision.WRITTEN else {}
        await record(draft_id, step, actor.id, saves, posted, decision, now)
        if posted.choice:
            taken = await choose(await saves_of(draft_id, step, actor.id), posted.page, posted.choice)
            problems = await write(held, taken) if taken is not None else problems
        return decision, problems


async def step_saves(actor: Actor, draft_id: UUID, step: WizardStep) -> list[Save]:
    return await saves_of(draft_id, step, actor.id)


async def steps_to_choose(draft_id: UUID) -> list[WizardStep]:
    """The steps where two texts are kept: which of them leaves is not ours to choose."""
    rows = await (
        FormSave.select(FormSave.place)
        .where(FormSave.case == draft_id, FormSave.main.eq(False), FormSave.content != "")
        .distinct()
    )
    places = {row["place"] for row in rows}
    return [step for step in WizardStep if step in places]


async def forget_steps(draft_id: UUID) -> None:
    """Once the draft is sent. Inside the verb's transaction."""
    await FormSave.delete().where(FormSave.case == draft_id)
