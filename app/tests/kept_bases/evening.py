"""What the evening of 26 November leaves open: new cases, unsent messages, a draft on two pages."""

from app.domain.cases.attachments.upload import begin_upload
from app.domain.cases.attachments.upload import receive_chunk as receive_piece
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.pending_choices import save_pending_answers
from app.domain.cases.draft.saving import choose_category, choose_mode, choose_subject
from app.domain.cases.draft.step_saves import save_step
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.draft.submission import submit
from app.domain.cases.form_saves import Fields, PostedForm
from app.domain.cases.thread import message_draft
from app.domain.catalogue.guided import list_categories, list_subjects
from app.tests.kept_bases.context import HistoryWorld
from app.tests.kept_bases.declared import build_id


async def write_last(world: HistoryWorld) -> None:
    world.move_to_date(11, 26, 13)
    cast = world.cast
    agent, caf = cast.agent_lot, cast.referent_caf_lot
    await world.send_case("seen", agent, "CAF")
    await world.post_message("seen", agent)
    await world.open_as_referent("seen", caf)
    await world.upload_attachment("not_sent", caf)
    await message_draft.save_message_draft(caf, build_id("seen"), "Pas encore envoyé.", key="page", now=world.tick())
    await world.create_draft("new", agent, "CAF")
    await world.upload_attachment("mandate", agent, mandate=True)
    await world.attest_on_paper("new", agent)
    await submit(agent, build_id("new"), world.tick())
    await _draft(world)


async def _draft(world: HistoryWorld) -> None:
    agent, case = world.cast.agent_lot, build_id("draft")
    await world.create_draft("draft", agent, "CAF")
    await choose_mode(agent, case, "guided", world.tick())
    category = (await list_categories())[0]
    await choose_category(agent, case, category.id, world.tick())
    await choose_subject(agent, case, (await list_subjects(category.id))[0].id, world.tick())
    await world.upload_attachment("of_draft", agent)
    half = build_id("half of a file")
    await begin_upload(agent, case, half, "moitié.txt", 100, world.tick())
    await receive_piece(agent, world.files, half, 0, b"La moiti")
    await save_pending_answers(agent, case, {"motif": "Ne peut pas signer."}, world.tick())
    for page in ("a", "b"):
        fields = (("description", f"Écrit dans la page {page}."),)
        await save_step(
            agent,
            case,
            WizardStep.PROBLEM,
            PostedForm(fields, page, 1, by_button=False),
            world.tick(),
            _read_draft_fields,
        )


async def _read_draft_fields(_: LockedDraft, fields: Fields) -> Problems:
    """The text of the first page is what the draft shows."""
    return {}
