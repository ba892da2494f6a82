"""What happened to the cases, from April to November 2026, in the order of time and by the verbs themselves."""

from uuid import UUID

from app.domain.cases.access import visible_case
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert
from app.domain.cases.lifecycle.joining import joinable_teams
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.survey_waiting import add_full_groups
from app.domain.cases.lifecycle.suspension import renew_mandate
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.mandate.attestation import attest
from app.domain.cases.mandate.record_reply import receive
from app.domain.cases.thread.answers import announce_handled, dismiss, take_charge
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_apart
from app.tests.kept_bases.context import CARD, World, person
from app.tests.kept_bases.declared import id_of, internal_note
from app.tests.support.mandates_fixtures import send_text
from db.tables import Message, SurveyTally

PHONES = {"suspended": "06 39 98 00 01", "resumed": "06 39 98 00 02", "texted": "06 39 98 00 03"}


async def write_spring(world: World) -> None:
    """One case is closed in May, and erased in November; another is closed for want of news in June."""
    agent = world.cast.agent_lot
    world.on(4, 13)
    await world.sent("erased", agent, "CAF")
    await world.sent("silent", world.cast.colleague_lot, "CAF")
    await world.says("silent", world.cast.colleague_lot)
    world.on(5, 4)
    await close(agent, id_of("erased"), "solved", world.now())
    for month, day in ((6, 15), (7, 1), (11, 5)):
        world.on(month, day, 2)
        await erase_due(world.now())


async def write_autumn(world: World) -> None:
    world.on(11, 9)
    await _answered(world)
    world.on(11, 12)
    await _ended(world)


async def write_november(world: World) -> None:
    """Since another key seals."""
    world.on(11, 16)
    await _texts(world)
    world.on(11, 19)
    await _urgent(world)
    world.on(11, 23)
    await _surveyed(world)


async def _answered(world: World) -> None:
    """With files, words between referents, an expert and a colleague, a message corrected and one withdrawn."""
    cast, case = world.cast, id_of("answered")
    agent, caf, msa = cast.agent_lot, cast.referent_caf_lot, cast.referent_msa_lot
    await world.sent("answered", agent, "CAF", "MSA", urgent=True)
    await world.opened("answered", caf, msa, cast.manager_caf_lot)
    await take_charge(caf, case, world.now())
    await world.says("answered", agent, "", "statement", "list")
    await world.says("answered", caf, "Merci, il manque le courrier.")
    await world.says("answered", agent, "Le voici.", "letter", "picture")
    held = await world.joined("between", caf, internal=True)
    await post_apart(caf, case, internal_note("answered"), key="apart", now=world.now(), attachments=[held])
    await complete(caf, case, CARD, "7654321 K", world.now())
    await invite_expert(agent, case, "Deux caisses se renvoient le dossier.", world.now())
    await world.opened("answered", cast.expert)
    await invite_colleagues(agent, case, {cast.colleague_lot.id}, world.now())
    await _change_words(world, case)


async def _change_words(world: World, case: UUID) -> None:
    agent = world.cast.agent_lot
    for words in ("Écrit trop vite.", "À ne pas lire."):
        await world.says("answered", agent, words)
    written = await Message.select(Message.id).where(Message.case == case).order_by(Message.id, ascending=False)
    await withdraw_message(agent, case, written[0]["id"], world.now())
    await correct(agent, case, written[1]["id"], "Écrit moins vite.", world.now())


async def _ended(world: World) -> None:
    """Handled, dismissed, reopened, withdrawn, handed to another organisation, closed by an expert."""
    cast = world.cast
    agent, colleague, caf = cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot
    await world.sent("handled", agent, "CAF")
    await world.opened("handled", caf)
    await announce_handled(caf, id_of("handled"), "Versé ce matin.", key="handled", now=world.now())
    await world.sent("dismissed", colleague, "CAF", "MSA")
    await world.opened("dismissed", caf)
    await dismiss(caf, id_of("dismissed"), "Écrire à la caisse de retraite.", key="dismissed", now=world.now())
    await world.sent("reopened", agent, "CPAM")
    await world.says("reopened", cast.referent_cpam_lot)
    await close(agent, id_of("reopened"), "solved", world.now())
    await reopen(agent, id_of("reopened"), world.now())
    await world.sent("withdrawn", agent, "CAF")
    await withdraw(agent, id_of("withdrawn"), world.now())
    await world.sent("transferred", agent, "CAF")
    await world.opened("transferred", caf)
    teams = await joinable_teams(await visible_case(caf, id_of("transferred")))
    cpam = next(team.id for team in teams if team.acronym == "CPAM")
    await transfer(caf, id_of("transferred"), cpam, "Cela relève de l’assurance maladie.", world.now())
    await world.sent("by_expert", agent, "CAF")
    await invite_expert(agent, id_of("by_expert"), "Bloqué depuis l’été.", world.now())
    await close(cast.expert, id_of("by_expert"), "not_solved", world.now())


async def _texts(world: World) -> None:
    """Mandates by text: taken back, taken back then signed, not clear; and one by phone."""
    agent, colleague = world.cast.agent_lot, world.cast.colleague_lot
    for name in ("suspended", "resumed"):
        await world.draft(name, agent, "CAF")
        await send_text(agent, id_of(name), world.now(), PHONES[name])
        await receive(f"{name} oui", PHONES[name], "Oui", world.now())
        if name == "suspended":
            await world.joined("of_suspended", agent)
        await submit(agent, id_of(name), world.now())
    await world.says("suspended", world.cast.referent_caf_lot)
    for name in ("suspended", "resumed"):
        await receive(f"{name} stop", PHONES[name], "STOP", world.now())
    world.on(11, 17)
    await renew_mandate(agent, id_of("resumed"), world.today, world.now())
    await world.draft("texted", colleague, "CAF")
    await send_text(colleague, id_of("texted"), world.now(), PHONES["texted"])
    await receive("texted", PHONES["texted"], "C’est pour quoi ?", world.now())
    await world.draft("by_phone", colleague, "Préf")
    reason = "L’usager ne peut pas se déplacer."
    await attest(colleague, id_of("by_phone"), "phone", signed_on=world.today, reason=reason, now=world.now())
    await submit(colleague, id_of("by_phone"), world.now())


async def _urgent(world: World) -> None:
    """Answered by none: « en souffrance » since the 24th."""
    await world.sent("late", world.cast.agent_lot, "Préf", urgent=True)
    await world.sent("cher", world.cast.agent_cher, "CAF", area="18")
    await world.says("cher", world.cast.referent_caf_cher)


async def _surveyed(world: World) -> None:
    """Five people close a case each and answer the survey: the sums of their answers are added together."""
    cast, cher = world.cast, await person("nouveau.cher")
    closings = {
        "closed": (cast.agent_lot, "CAF", "46"),
        "closed_too": (cast.colleague_lot, "CPAM", "46"),
        "closed_last": (await person("nouvelle.lot"), "MSA", "46"),
        "cher_closed": (cher, "CPAM", "18"),
    }
    for name, (by, acronym, area) in closings.items():
        await world.sent(name, by, acronym, area=area)
        await close(by, id_of(name), "solved", world.now())
        await answer_survey(by, id_of(name), {"useful": "yes", "quick": "no", "clear": "yes"}, world.now())
    await answer_survey(cast.expert, id_of("by_expert"), dict.fromkeys(("useful", "quick", "clear"), "no"), world.now())
    for _ in range(2):
        await add_full_groups(world.now())
    assert await SurveyTally.count()
