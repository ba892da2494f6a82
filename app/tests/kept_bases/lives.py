"""The life of the cases, from April to November 2026, in the order of time, by the product’s own functions."""

from uuid import UUID

from app.domain.audience import TO_REFERENTS
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert
from app.domain.cases.lifecycle.joining import list_joinable_teams
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.survey_buffer import add_full_groups
from app.domain.cases.lifecycle.suspension import renew_mandate
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.tests.kept_bases.context import CARD, HistoryWorld, load_person
from app.tests.kept_bases.declared import build_id, build_internal_note
from app.tests.support.mandate_sms import send_mandate_sms
from db.tables.survey import SurveyCount
from db.tables.thread import Message

PHONES = {"suspended": "06 39 98 00 01", "resumed": "06 39 98 00 02", "texted": "06 39 98 00 03"}


async def write_spring(world: HistoryWorld) -> None:
    """One case is closed in May and erased in November; another expires in June."""
    agent = world.cast.agent_lot
    world.move_to_date(4, 13)
    await world.send_case("erased", agent, "CAF")
    await world.send_case("silent", world.cast.colleague_lot, "CAF")
    await world.post_message("silent", world.cast.colleague_lot)
    world.move_to_date(5, 4)
    await close(agent, build_id("erased"), "solved", world.tick())
    for month, day in ((6, 15), (7, 1), (11, 5)):
        world.move_to_date(month, day, 2)
        await erase_due(world.tick())


async def write_autumn(world: HistoryWorld) -> None:
    world.move_to_date(11, 9)
    await _answered(world)
    world.move_to_date(11, 12)
    await _ended(world)


async def write_november(world: HistoryWorld) -> None:
    """Encrypted with another key."""
    world.move_to_date(11, 16)
    await _request_mandates_by_sms(world)
    world.move_to_date(11, 19)
    await _urgent(world)
    world.move_to_date(11, 23)
    await _surveyed(world)


async def _answered(world: HistoryWorld) -> None:
    """With files, internal notes, an expert and a colleague, a message corrected and one withdrawn."""
    cast, case = world.cast, build_id("answered")
    agent, caf, msa = cast.agent_lot, cast.referent_caf_lot, cast.referent_msa_lot
    await world.send_case("answered", agent, "CAF", "MSA", urgent=True)
    await world.open_as_referent("answered", caf, msa, cast.manager_caf_lot)
    await take_charge(caf, case, world.tick())
    await world.post_message("answered", agent, "", "statement", "list")
    await world.post_message("answered", caf, "Merci, il manque le courrier.")
    await world.post_message("answered", agent, "Le voici.", "letter", "picture")
    held = await world.upload_attachment("between", caf, readership=TO_REFERENTS)
    await post_internal_note(
        caf, case, build_internal_note("answered"), key="apart", now=world.tick(), attachments=[held]
    )
    await complete(caf, case, CARD, "7654321 K", world.tick())
    await invite_expert(agent, case, "Deux caisses se renvoient le dossier.", world.tick())
    await world.open_as_referent("answered", cast.expert)
    await invite_colleagues(agent, case, {cast.colleague_lot.id}, world.tick())
    await _change_words(world, case)


async def _change_words(world: HistoryWorld, case: UUID) -> None:
    agent = world.cast.agent_lot
    for words in ("Écrit trop vite.", "À ne pas lire."):
        await world.post_message("answered", agent, words)
    written = await Message.select(Message.id).where(Message.case == case).order_by(Message.id, ascending=False)
    await withdraw_message(agent, case, written[0]["id"], world.tick())
    await correct(agent, case, written[1]["id"], "Écrit moins vite.", world.tick())


async def _ended(world: HistoryWorld) -> None:
    """Handled, dismissed, reopened, withdrawn, transferred, closed by an expert."""
    cast = world.cast
    agent, colleague, caf = cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot
    await world.send_case("handled", agent, "CAF")
    await world.open_as_referent("handled", caf)
    await announce_handled(caf, build_id("handled"), "Versé ce matin.", key="handled", now=world.tick())
    await world.send_case("dismissed", colleague, "CAF", "MSA")
    await world.open_as_referent("dismissed", caf)
    await dismiss(caf, build_id("dismissed"), "Écrire à la caisse de retraite.", key="dismissed", now=world.tick())
    await world.send_case("reopened", agent, "CPAM")
    await world.post_message("reopened", cast.referent_cpam_lot)
    await close(agent, build_id("reopened"), "solved", world.tick())
    await reopen(agent, build_id("reopened"), world.tick())
    await world.send_case("withdrawn", agent, "CAF")
    await withdraw(agent, build_id("withdrawn"), world.tick())
    await world.send_case("transferred", agent, "CAF")
    await world.open_as_referent("transferred", caf)
    teams = await list_joinable_teams(await load_visible_case(caf, build_id("transferred")))
    cpam = next(team.id for team in teams if team.acronym == "CPAM")
    await transfer(caf, build_id("transferred"), cpam, "Cela relève de l’assurance maladie.", world.tick())
    await world.send_case("by_expert", agent, "CAF")
    await invite_expert(agent, build_id("by_expert"), "Bloqué depuis l’été.", world.tick())
    await close(cast.expert, build_id("by_expert"), "not_solved", world.tick())


async def _request_mandates_by_sms(world: HistoryWorld) -> None:
    """Mandates by SMS: withdrawn, withdrawn then signed, unclear; and one by phone."""
    agent, colleague = world.cast.agent_lot, world.cast.colleague_lot
    for name in ("suspended", "resumed"):
        await world.create_draft(name, agent, "CAF")
        await send_mandate_sms(agent, build_id(name), world.tick(), PHONES[name])
        await record_reply(f"{name} oui", PHONES[name], "Oui", world.tick())
        if name == "suspended":
            await world.upload_attachment("of_suspended", agent)
        await submit(agent, build_id(name), world.tick())
    await world.post_message("suspended", world.cast.referent_caf_lot)
    for name in ("suspended", "resumed"):
        await record_reply(f"{name} stop", PHONES[name], "STOP", world.tick())
    world.move_to_date(11, 17)
    await renew_mandate(agent, build_id("resumed"), world.today, world.tick())
    await world.create_draft("texted", colleague, "CAF")
    await send_mandate_sms(colleague, build_id("texted"), world.tick(), PHONES["texted"])
    await record_reply("texted", PHONES["texted"], "C’est pour quoi ?", world.tick())
    await world.create_draft("by_phone", colleague, "Préf")
    reason = "L’usager ne peut pas se déplacer."
    await attest_mandate(
        colleague, build_id("by_phone"), "phone", signed_on=world.today, reason=reason, now=world.tick()
    )
    await submit(colleague, build_id("by_phone"), world.tick())


async def _urgent(world: HistoryWorld) -> None:
    """Without an answer: « en souffrance » since the 24th."""
    await world.send_case("late", world.cast.agent_lot, "Préf", urgent=True)
    await world.send_case("cher", world.cast.agent_cher, "CAF", area="18")
    await world.post_message("cher", world.cast.referent_caf_cher)


async def _surveyed(world: HistoryWorld) -> None:
    """Five people close a case each and answer the survey: their answers are added together."""
    cast, cher = world.cast, await load_person("nouveau.cher")
    closings = {
        "closed": (cast.agent_lot, "CAF", "46"),
        "closed_too": (cast.colleague_lot, "CPAM", "46"),
        "closed_last": (await load_person("nouvelle.lot"), "MSA", "46"),
        "cher_closed": (cher, "CPAM", "18"),
    }
    for name, (by, acronym, area) in closings.items():
        await world.send_case(name, by, acronym, area=area)
        await close(by, build_id(name), "solved", world.tick())
        await answer_survey(by, build_id(name), {"useful": "yes", "quick": "no", "clear": "yes"}, world.tick())
    await answer_survey(
        cast.expert, build_id("by_expert"), dict.fromkeys(("useful", "quick", "clear"), "no"), world.tick()
    )
    for _ in range(2):
        await add_full_groups(world.tick())
    assert await SurveyCount.count()
