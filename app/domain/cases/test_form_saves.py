"""Two pages that save one form: which save wins, in each order of arrival; a message and a step of a draft."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import load_editable_draft
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.saving import save_problem, save_subject
from app.domain.cases.draft.step_saves import list_conflicting_steps, list_step_saves, save_step
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.draft.submission import submit
from app.domain.cases.form_saves import Choice, Fields, PostedForm, SaveDecision, SavedForm, decide_save, format_version
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.thread.message_draft import load_message_draft, load_other_message_drafts, save_message_draft
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Invalid
from db.tables.drafts import FormSave, MessageDraft

OLD, NEW = (("message", "ancien"),), (("message", "nouveau"),)


def saved(page: str, number: int, *, main: bool, now: datetime, fields: Fields = NEW) -> SavedForm:
    save = SavedForm(uuid4(), page, number, main, "sealed", now)
    save.__dict__["fields"] = fields
    return save


@pytest.mark.parametrize(
    ("page", "number", "base", "pressed", "fields", "decision"),
    [
        ("a", 3, "", False, OLD, SaveDecision.REPLACE),  # its own next save
        ("a", 2, "", False, OLD, SaveDecision.STALE),  # a save of the same page that arrives twice
        ("a", 1, "", False, OLD, SaveDecision.STALE),  # an older one that arrives later
        ("a", 0, "", True, OLD, SaveDecision.REPLACE),  # a button, without scripts
        ("b", 1, "a.2", False, OLD, SaveDecision.REPLACE),  # the page shows what is saved
        ("b", 1, "a.1", False, OLD, SaveDecision.COPY),  # the other page has saved since
        ("b", 1, "", True, OLD, SaveDecision.COPY),  # nothing was saved when it was opened
        ("b", 1, "", False, NEW, SaveDecision.UNCHANGED),  # the same words
        ("b", 1, "", False, (), SaveDecision.UNCHANGED),  # an empty form deletes nothing
        ("", 0, "", True, OLD, SaveDecision.REPLACE),  # a form of an older release
    ],
)
def test_who_may_replace_what_is_there(
    page: str, number: int, base: str, pressed: bool, fields: Fields, decision: SaveDecision, now: datetime
) -> None:
    there = [saved("a", 2, main=True, now=now)]

    assert decide_save(there, PostedForm(fields, page, number, base, pressed)) is decision
    assert decide_save([], PostedForm(fields, page, number, base, pressed)) is SaveDecision.REPLACE


def test_what_a_step_of_boxes_offered_is_no_answer_of_its_own(now: datetime) -> None:
    ticked, none = (("montre", "1 2"), ("organismes", "1")), (("montre", "1 2"),)
    there = [saved("a", 2, main=True, now=now, fields=ticked)]

    assert decide_save(there, PostedForm((("montre", "1"), ("organismes", "1")), "b", 1)) is SaveDecision.UNCHANGED
    assert decide_save(there, PostedForm(none, "b", 1)) is SaveDecision.COPY, "every box unticked is an answer"
    assert decide_save(there, PostedForm((), "b", 1)) is SaveDecision.UNCHANGED


async def type_words(
    actor: Actor,
    case_id: UUID,
    now: datetime,
    body: str,
    key: str,
    number: int = 1,
    base: str = "",
    choice: Choice | None = None,
) -> SaveDecision | None:
    pressed = choice is not None
    return await save_message_draft(
        actor,
        case_id,
        body,
        key=key,
        now=now,
        number=number,
        base=base,
        by_button=pressed,
        choice=choice,
    )


async def seen(actor: Actor, case_id: UUID, key: str = "") -> tuple[str, list[str]]:
    """What a page shows: the text of the field, then the texts beside it."""
    case = await load_visible_case(actor, case_id)
    return (await load_message_draft(actor, case)).body, [
        one.draft.body for one in await load_other_message_drafts(actor, case, key)
    ]


async def test_two_pages_keep_both_messages_and_the_person_chooses(cast: Cast, case_id: UUID, now: datetime) -> None:
    who = cast.referent_caf_lot
    assert await type_words(who, case_id, now, "Plus récent", "b", 4) is SaveDecision.REPLACE
    assert await type_words(who, case_id, now, "Vieille page", "a", 1) is SaveDecision.COPY
    assert await type_words(who, case_id, now, "Vieille page, suite", "a", 2) is SaveDecision.COPY
    assert await type_words(who, case_id, now, "Vieille", "a", 1) is SaveDecision.STALE

    assert await seen(who, case_id) == ("Plus récent", ["Vieille page, suite"])
    assert (await seen(who, case_id, "a"))[1] == ["Plus récent"]
    assert (await seen(cast.manager_caf_lot, case_id)) == ("", [])

    take = Choice("a.2", restore=True)
    assert await type_words(who, case_id, now, "Plus récent", "c", 0, "b.4", choice=take) is SaveDecision.UNCHANGED
    assert await seen(who, case_id) == ("Vieille page, suite", ["Plus récent"])
    await type_words(who, case_id, now, "Plus récent", "c", 0, "b.4", choice=take)
    assert await seen(who, case_id) == ("Vieille page, suite", ["Plus récent"]), "a double press changes nothing"

    await type_words(who, case_id, now, "Plus récent, et la suite", "b", 5)
    drop = Choice("b.4", restore=False)
    await type_words(who, case_id, now, "Vieille page, suite", "d", 0, "a.2", choice=drop)
    assert await seen(who, case_id) == ("Vieille page, suite", ["Plus récent, et la suite"]), "it was not seen"
    await type_words(who, case_id, now, "Vieille page, suite", "d", 0, "a.2", choice=Choice("b.5", restore=False))
    assert await seen(who, case_id) == ("Vieille page, suite", [])


async def test_a_message_sent_forgets_what_its_own_form_kept(cast: Cast, case_id: UUID, now: datetime) -> None:
    who = cast.referent_caf_lot
    await type_words(who, case_id, now, "De l’autre onglet", "b")
    await type_words(who, case_id, now, "Envoyé", "a")

    await post_message(who, case_id, "Envoyé", key="a", now=now)

    assert await seen(who, case_id) == ("De l’autre onglet", [])
    assert await type_words(who, case_id, now, "Envo", "a", 3) is None, "nothing of it is kept, and it is said"
    await post_message(who, case_id, "De l’autre onglet", key="b", now=now)
    assert await seen(who, case_id) == ("", []) and not await MessageDraft.exists()


async def fill(
    actor: Actor, draft_id: UUID, now: datetime, words: str, page: str, number: int = 1, base: str = ""
) -> SaveDecision:
    async def write(held: LockedDraft, fields: Fields) -> Problems:
        texts = {"description": dict(fields)["description"]}
        await save_problem(actor, held, texts, urgent=False, now=now)
        return {}

    posted = PostedForm((("description", words),), page, number, base, by_button=False)
    return (await save_step(actor, draft_id, WizardStep.PROBLEM, posted, now, write))[0]


async def test_a_late_save_of_a_step_is_never_applied(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await fill(cast.agent_lot, draft_id, now, "Au clavier avec scripts", "a", 3)
    base = format_version(await list_step_saves(cast.agent_lot, draft_id, WizardStep.PROBLEM), "b").partition(".")[2]

    assert await fill(cast.agent_lot, draft_id, now, "Au clavier ave", "a", 2) is SaveDecision.STALE
    assert (await load_editable_draft(cast.agent_lot, draft_id)).description == "Au clavier avec scripts"
    await fill(cast.agent_lot, draft_id, now, "La page suivante", "b", 1, base)
    assert await fill(cast.agent_lot, draft_id, now, "Au clavier ave", "a", 2) is SaveDecision.STALE
    assert (await load_editable_draft(cast.agent_lot, draft_id)).description == "La page suivante"
    assert not await list_conflicting_steps(draft_id)


async def test_a_subject_that_changes_elsewhere_counts_once_a_change(cast: Cast, draft_id: UUID, now: datetime) -> None:
    """One row for all changes of the other step, none when the text is the same."""
    who, same = cast.agent_lot, (await load_editable_draft(cast.agent_lot, draft_id)).subject
    await FormSave.delete(force=True)
    await save_subject(who, draft_id, same, now)
    await save_problem(who, draft_id, {"subject": same}, urgent=False, now=now)
    assert not await FormSave.exists()

    for words in ("Un", "Deux"):
        await save_subject(who, draft_id, words, now)
        base = format_version(await list_step_saves(who, draft_id, WizardStep.PROBLEM), "p").partition(".")[2]
        assert await fill(who, draft_id, now, words, words, 1, base) is SaveDecision.REPLACE
        await save_problem(who, draft_id, {"subject": f"{words} et demi"}, urgent=False, now=now)

    assert await FormSave.count().where(FormSave.form_name == WizardStep.PROBLEM) == 3
    assert await FormSave.count().where(FormSave.form_name == WizardStep.SUBJECT) == 1
    assert await fill(who, draft_id, now, "De la page d’avant", "Un", 2) is SaveDecision.COPY


async def test_two_texts_for_a_step_are_never_sent(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await fill(cast.agent_lot, draft_id, now, "Le plus récent", "b")
    assert await fill(cast.agent_lot, draft_id, now, "Une vieille page", "a") is SaveDecision.COPY

    assert (await load_editable_draft(cast.agent_lot, draft_id)).description == "Le plus récent"
    assert await list_conflicting_steps(draft_id) == [WizardStep.PROBLEM]
    with pytest.raises(Invalid) as refused:
        await submit(cast.agent_lot, draft_id, now)
    assert "choisissez" in refused.value.fields["envoi"]
    await fill(cast.agent_lot, draft_id, now, "Le plus récent", "a", 2)
    await submit(cast.agent_lot, draft_id, now)
    assert not await FormSave.exists()


async def test_what_was_kept_lies_sealed_and_goes_with_the_case(cast: Cast, case_id: UUID, now: datetime) -> None:
    await type_words(cast.agent_lot, case_id, now, "Jeanne Pélissier a rappelé", "a")

    row = await FormSave.select(FormSave.content).first()
    assert row is not None and row["content"].startswith("v1.") and "Jeanne" not in row["content"]
    await FormSave.raw("UPDATE cases SET status = 'closed', closed_at = {} WHERE id = {}", now, case_id)
    await erase_closed_cases(now + timedelta(days=400))
    assert not await FormSave.exists()
