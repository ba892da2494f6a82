"""What the evening of the 26th of November leaves open: new cases, words typed and not sent, a draft on two pages."""

from app.domain.attachments.reception import begin
from app.domain.attachments.reception import receive as receive_piece
from app.domain.cases import message_draft
from app.domain.cases.draft_saves import save_step
from app.domain.cases.drafting import choose_category, choose_mode, choose_subject
from app.domain.cases.form_saves import Fields, Posted
from app.domain.cases.pending import keep_pending
from app.domain.cases.steps import Problems, WizardStep
from app.domain.cases.submission import submit
from app.domain.catalogue.guided import categories, subjects_of
from app.kept_bases.declared import id_of
from app.kept_bases.telling import Telling


async def tell_last(telling: Telling) -> None:
    telling.on(11, 26, 13)
    cast = telling.cast
    agent, caf = cast.agent_lot, cast.referent_caf_lot
    await telling.sent("seen", agent, "CAF")
    await telling.says("seen", agent)
    await telling.opened("seen", caf)
    await telling.joined("not_sent", caf)
    await message_draft.keep(caf, id_of("seen"), "Pas encore envoyé.", key="page", apart=False, now=telling.now())
    await telling.draft("new", agent, "CAF")
    await telling.joined("mandate", agent, mandate=True)
    await telling.on_paper("new", agent)
    await submit(agent, id_of("new"), telling.now())
    await _draft(telling)


async def _draft(telling: Telling) -> None:
    agent, case = telling.cast.agent_lot, id_of("draft")
    await telling.draft("draft", agent, "CAF")
    await choose_mode(agent, case, "guided", telling.now())
    category = (await categories())[0]
    await choose_category(agent, case, category.id, telling.now())
    await choose_subject(agent, case, (await subjects_of(category.id))[0].id, telling.now())
    await telling.joined("of_draft", agent)
    half = id_of("half of a file")
    await begin(agent, case, half, "moitié.txt", 100, telling.now())
    await receive_piece(agent, telling.files, half, 0, b"La moiti")
    await keep_pending(agent, case, {"motif": "Ne peut pas signer."}, telling.now())
    for page in ("a", "b"):
        fields = (("description", f"Écrit dans la page {page}."),)
        await save_step(agent, case, WizardStep.PROBLEM, Posted(fields, page, 1, pressed=False), telling.now(), _kept)


async def _kept(fields: Fields) -> Problems:
    """The words of the first page are those that the draft shows."""
    return {}
