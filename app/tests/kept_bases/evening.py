"""What the evening of the 26th of November leaves open: new cases, words typed and not sent, a draft on two pages."""

from app.domain.cases.attachments.upload import begin
from app.domain.cases.attachments.upload import receive as receive_piece
from app.domain.cases.draft.held_draft import HeldDraft
from app.domain.cases.draft.pending_choices import keep_pending
from app.domain.cases.draft.saves import save_step
from app.domain.cases.draft.saving import choose_category, choose_mode, choose_subject
from app.domain.cases.draft.steps import Problems, WizardStep
from app.domain.cases.draft.submission import submit
from app.domain.cases.form_saves import Fields, Posted
from app.domain.cases.thread import message_draft
from app.domain.catalogue.guided import categories, subjects_of
from app.tests.kept_bases.context import World
from app.tests.kept_bases.declared import id_of


async def write_last(world: World) -> None:
    world.on(11, 26, 13)
    cast = world.cast
    agent, caf = cast.agent_lot, cast.referent_caf_lot
    await world.sent("seen", agent, "CAF")
    await world.says("seen", agent)
    await world.opened("seen", caf)
    await world.joined("not_sent", caf)
    await message_draft.keep(caf, id_of("seen"), "Pas encore envoyé.", key="page", apart=False, now=world.now())
    await world.draft("new", agent, "CAF")
    await world.joined("mandate", agent, mandate=True)
    await world.on_paper("new", agent)
    await submit(agent, id_of("new"), world.now())
    await _draft(world)


async def _draft(world: World) -> None:
    agent, case = world.cast.agent_lot, id_of("draft")
    await world.draft("draft", agent, "CAF")
    await choose_mode(agent, case, "guided", world.now())
    category = (await categories())[0]
    await choose_category(agent, case, category.id, world.now())
    await choose_subject(agent, case, (await subjects_of(category.id))[0].id, world.now())
    await world.joined("of_draft", agent)
    half = id_of("half of a file")
    await begin(agent, case, half, "moitié.txt", 100, world.now())
    await receive_piece(agent, world.files, half, 0, b"La moiti")
    await keep_pending(agent, case, {"motif": "Ne peut pas signer."}, world.now())
    for page in ("a", "b"):
        fields = (("description", f"Écrit dans la page {page}."),)
        await save_step(agent, case, WizardStep.PROBLEM, Posted(fields, page, 1, pressed=False), world.now(), _kept)


async def _kept(_: HeldDraft, fields: Fields) -> Problems:
    """The words of the first page are those that the draft shows."""
    return {}
