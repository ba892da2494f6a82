"""What happened to the cases, from April to November 2026, in the order of time and by the verbs themselves."""

from uuid import UUID

from app.domain.cases.answers import announce_handled, dismiss, take_charge
from app.domain.cases.apart import post_apart
from app.domain.cases.closure import close, reopen
from app.domain.cases.completion import complete
from app.domain.cases.correction import correct, withdraw_message
from app.domain.cases.erasure import erase_due
from app.domain.cases.facts import visible_case
from app.domain.cases.invitation import invite_colleagues, invite_expert
from app.domain.cases.joining import joinable_teams
from app.domain.cases.submission import submit
from app.domain.cases.survey import answer_survey
from app.domain.cases.survey_waiting import add_full_groups
from app.domain.cases.suspension import renew_mandate
from app.domain.cases.transfer import transfer
from app.domain.cases.withdrawal import withdraw
from app.domain.mandates.answering import receive
from app.domain.mandates.attestation import attest
from app.domain.mandates.conftest import send_text
from app.kept_bases.declared import id_of, whispered
from app.kept_bases.telling import CARD, Telling, person
from db.tables import Message, SurveyTally

PHONES = {"suspended": "06 39 98 00 01", "resumed": "06 39 98 00 02", "texted": "06 39 98 00 03"}


async def tell_spring(telling: Telling) -> None:
    """One case is closed in May, and erased in November; another is closed for want of news in June."""
    agent = telling.cast.agent_lot
    telling.on(4, 13)
    await telling.sent("erased", agent, "CAF")
    await telling.sent("silent", telling.cast.colleague_lot, "CAF")
    await telling.says("silent", telling.cast.colleague_lot)
    telling.on(5, 4)
    await close(agent, id_of("erased"), "solved", telling.now())
    for month, day in ((6, 15), (7, 1), (11, 5)):
        telling.on(month, day, 2)
        await erase_due(telling.now())


async def tell_autumn(telling: Telling) -> None:
    telling.on(11, 9)
    await _answered(telling)
    telling.on(11, 12)
    await _ended(telling)


async def tell_november(telling: Telling) -> None:
    """Since another key seals."""
    telling.on(11, 16)
    await _texts(telling)
    telling.on(11, 19)
    await _urgent(telling)
    telling.on(11, 23)
    await _surveyed(telling)


async def _answered(telling: Telling) -> None:
    """With files, words between referents, an expert and a colleague, a message corrected and one withdrawn."""
    cast, case = telling.cast, id_of("answered")
    agent, caf, msa = cast.agent_lot, cast.referent_caf_lot, cast.referent_msa_lot
    await telling.sent("answered", agent, "CAF", "MSA", urgent=True)
    await telling.opened("answered", caf, msa, cast.manager_caf_lot)
    await take_charge(caf, case, telling.now())
    await telling.says("answered", agent, "", "statement", "list")
    await telling.says("answered", caf, "Merci, il manque le courrier.")
    await telling.says("answered", agent, "Le voici.", "letter", "picture")
    held = await telling.joined("between", caf, internal=True)
    await post_apart(caf, case, whispered("answered"), key="apart", now=telling.now(), attachments=[held])
    await complete(caf, case, CARD, "7654321 K", telling.now())
    await invite_expert(agent, case, "Deux caisses se renvoient le dossier.", telling.now())
    await telling.opened("answered", cast.expert)
    await invite_colleagues(agent, case, {cast.colleague_lot.id}, telling.now())
    await _change_words(telling, case)


async def _change_words(telling: Telling, case: UUID) -> None:
    agent = telling.cast.agent_lot
    for words in ("Écrit trop vite.", "À ne pas lire."):
        await telling.says("answered", agent, words)
    written = await Message.select(Message.id).where(Message.case == case).order_by(Message.id, ascending=False)
    await withdraw_message(agent, case, written[0]["id"], telling.now())
    await correct(agent, case, written[1]["id"], "Écrit moins vite.", telling.now())


async def _ended(telling: Telling) -> None:
    """Handled, dismissed, reopened, withdrawn, handed to another organisation, closed by an expert."""
    cast = telling.cast
    agent, colleague, caf = cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot
    await telling.sent("handled", agent, "CAF")
    await telling.opened("handled", caf)
    await announce_handled(caf, id_of("handled"), "Versé ce matin.", key="handled", now=telling.now())
    await telling.sent("dismissed", colleague, "CAF", "MSA")
    await telling.opened("dismissed", caf)
    await dismiss(caf, id_of("dismissed"), "Écrire à la caisse de retraite.", key="dismissed", now=telling.now())
    await telling.sent("reopened", agent, "CPAM")
    await telling.says("reopened", cast.referent_cpam_lot)
    await close(agent, id_of("reopened"), "solved", telling.now())
    await reopen(agent, id_of("reopened"), telling.now())
    await telling.sent("withdrawn", agent, "CAF")
    await withdraw(agent, id_of("withdrawn"), telling.now())
    await telling.sent("transferred", agent, "CAF")
    await telling.opened("transferred", caf)
    teams = await joinable_teams(await visible_case(caf, id_of("transferred")))
    cpam = next(team.id for team in teams if team.acronym == "CPAM")
    await transfer(caf, id_of("transferred"), cpam, "Cela relève de l’assurance maladie.", telling.now())
    await telling.sent("by_expert", agent, "CAF")
    await invite_expert(agent, id_of("by_expert"), "Bloqué depuis l’été.", telling.now())
    await close(cast.expert, id_of("by_expert"), "not_solved", telling.now())


async def _texts(telling: Telling) -> None:
    """Mandates by text: taken back, taken back then signed, not clear; and one by phone."""
    agent, colleague = telling.cast.agent_lot, telling.cast.colleague_lot
    for name in ("suspended", "resumed"):
        await telling.draft(name, agent, "CAF")
        await send_text(agent, id_of(name), telling.now(), PHONES[name])
        await receive(f"{name} oui", PHONES[name], "Oui", telling.now())
        if name == "suspended":
            await telling.joined("of_suspended", agent)
        await submit(agent, id_of(name), telling.now())
    await telling.says("suspended", telling.cast.referent_caf_lot)
    for name in ("suspended", "resumed"):
        await receive(f"{name} stop", PHONES[name], "STOP", telling.now())
    telling.on(11, 17)
    await renew_mandate(agent, id_of("resumed"), telling.today, telling.now())
    await telling.draft("texted", colleague, "CAF")
    await send_text(colleague, id_of("texted"), telling.now(), PHONES["texted"])
    await receive("texted", PHONES["texted"], "C’est pour quoi ?", telling.now())
    await telling.draft("by_phone", colleague, "Préf")
    reason = "L’usager ne peut pas se déplacer."
    await attest(colleague, id_of("by_phone"), "phone", signed_on=telling.today, reason=reason, now=telling.now())
    await submit(colleague, id_of("by_phone"), telling.now())


async def _urgent(telling: Telling) -> None:
    """Answered by none: « en souffrance » since the 24th."""
    await telling.sent("late", telling.cast.agent_lot, "Préf", urgent=True)
    await telling.sent("cher", telling.cast.agent_cher, "CAF", area="18")
    await telling.says("cher", telling.cast.referent_caf_cher)


async def _surveyed(telling: Telling) -> None:
    """Five people close a case each and answer the survey: the sums of their answers are added together."""
    cast, cher = telling.cast, await person("nouveau.cher")
    closings = {
        "closed": (cast.agent_lot, "CAF", "46"),
        "closed_too": (cast.colleague_lot, "CPAM", "46"),
        "closed_last": (await person("nouvelle.lot"), "MSA", "46"),
        "cher_closed": (cher, "CPAM", "18"),
    }
    for name, (by, acronym, area) in closings.items():
        await telling.sent(name, by, acronym, area=area)
        await close(by, id_of(name), "solved", telling.now())
        await answer_survey(by, id_of(name), {"useful": "yes", "quick": "no", "clear": "yes"}, telling.now())
    await answer_survey(
        cast.expert, id_of("by_expert"), dict.fromkeys(("useful", "quick", "clear"), "no"), telling.now()
    )
    for _ in range(2):
        await add_full_groups(telling.now())
    assert await SurveyTally.count()
