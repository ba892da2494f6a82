"""Ready phrases in the form of a message: found by their words, added to what is typed, with the answer they carry."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.offered_phrases import FilledPhrase, load_filled_phrases, search_phrases
from app.domain.cases.thread.reminder import compute_reminder_day
from app.domain.catalogue.phrases import PhraseAnswer
from app.domain.row_ids import LARGEST_ID
from app.routes.cases.message_form import MessageForm, save_words, show_form, show_saved_form
from app.routes.cases.reply_form import ANSWER_EVENTS, read_answer_code, read_readership, read_reminder
from app.routes.cases.show import build_fragment_or_page
from app.routes.cases.transfer import GESTURE, load_transfer_teams
from app.routes.forms import Form
from app.routes.query_params import QueryParams
from app.routes.respond import build_page, wants_fragment
from app.text.labels.catalogue import PHRASE_ANSWER

Req = Request[Any, Any, Any]
PhraseId = Annotated[int, PathParameter(ge=0, le=LARGEST_ID)]
"""0: the phrase of all teams, which has no row."""
FRAGMENT = "cases/phrase_added.html"
INSERTED_FIELD = "inseree"
"""Added by app/static/answer.js, which has put the words at the cursor."""
_ANSWER_CODES: dict[str, str] = {event.value: code for code, event in ANSWER_EVENTS.items()}
"""Answer of a phrase -> answer of the form."""
_INTERNAL_WINS = (
    "La phrase est ajoutée, sans sa réponse « {answer} » : l’agent ne lit pas ce message. Pour lui répondre, "
    "choisissez d’abord que l’agent le lise, puis la réponse."
)
_NEITHER_ANSWER = (
    "La phrase est choisie pour « {answer} », et vous aviez choisi « {chosen} » : aucune des deux réponses n’est plus "
    "choisie, et rien n’est parti. Choisissez la bonne sous votre message."
)


@get("/demandes/{case_id:uuid}/phrases")
async def show_found_phrases(
    request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID], now: NamedDependency[datetime]
) -> Response[Any]:
    """« q » is what is searched. Without htmx, the page of the case."""
    if not wants_fragment(request):
        return await build_fragment_or_page(actor, case_id, request, FRAGMENT)
    phrases = await _open_with_phrases(actor, case_id, now)
    typed = QueryParams(request.query_params).read_text("q")
    return build_page("cases/phrases_found.html", phrases=search_phrases(phrases, typed))


@get("/demandes/{case_id:uuid}/phrases/{phrase_id:int}")
async def send_phrase_words(
    actor: NamedDependency[Actor], case_id: FromPath[UUID], phrase_id: PhraseId, now: NamedDependency[datetime]
) -> dict[str, str]:
    """What app/static/answer.js puts at the cursor; nothing of an unknown phrase.

    The words of a transfer go to its own panel, not to the message. « reponse »: what the form must show.
    """
    phrase = _find_phrase(await _open_with_phrases(actor, case_id, now), phrase_id)
    if phrase is None:
        return {"texte": "", "reponse": ""}
    plain = "rappel" if phrase.remind_days else ""
    answer = plain if phrase.answer == PhraseAnswer.MESSAGE else phrase.answer.value
    return {"texte": "" if phrase.answer == PhraseAnswer.TRANSFER else phrase.words, "reponse": answer}


async def _open_with_phrases(actor: Actor, case_id: UUID, now: datetime) -> list[FilledPhrase]:
    """Their fields name the agent and the office: to read them is to open the case."""
    case = await open_case(actor, await load_readable_case(actor, case_id), now)
    return await load_filled_phrases(actor, case, now)


def _find_phrase(phrases: list[FilledPhrase], phrase_id: int | None) -> FilledPhrase | None:
    return next((one for one in phrases if one.id == phrase_id), None)


async def append_phrase(message: MessageForm) -> Response[Any]:
    """The phrase is added after what is typed, never instead of it, and saved with it. Its answer is asked to be
    confirmed. An unknown phrase adds nothing."""
    case = await load_readable_case(message.actor, message.case_id)
    phrases = await load_filled_phrases(message.actor, case, message.now)
    phrase = _find_phrase(phrases, message.form.read_number("phrase"))
    if phrase is None:
        return await show_saved_form(message)
    context = {"errors": message.files.errors, **choose_answer(message.form, phrase.answer)}
    if phrase.answer == PhraseAnswer.TRANSFER:
        await save_words(message, message.words)
        panel = await load_transfer_teams(message.actor, message.case_id)
        return await show_form(message, FRAGMENT, gesture=GESTURE, **panel | {"reason": phrase.words}, **context)
    added = "" if message.form.has_field(INSERTED_FIELD) else phrase.words
    words = "\n\n".join(text for text in (message.words, added) if text)
    reminder = _compute_reminder(phrase, case, message)
    await save_words(message, words, reminder=reminder)
    return await show_form(message, FRAGMENT, typed=words, reminder=reminder, **context)


def _compute_reminder(phrase: FilledPhrase, case: CaseFacts, message: MessageForm) -> str:
    """The day that the phrase sets, otherwise the one of the form."""
    if phrase.remind_days is None:
        return read_reminder(message.form)
    return compute_reminder_day(message.now, phrase.remind_days, case.area).isoformat()


def choose_answer(form: Form, answer: PhraseAnswer) -> dict[str, str]:
    """What the form asks to confirm.

    Where the phrase contradicts what the person has chosen, nothing is asked, and the page says so: a message to the
    referents alone carries no answer, and of two answers neither stays.
    """
    wanted, chosen = _ANSWER_CODES.get(answer, ""), read_answer_code(form)
    if answer == PhraseAnswer.MESSAGE:
        return {}
    if wanted and read_readership(form).is_apart:
        return {"asked": "", "conflict": _INTERNAL_WINS.format(answer=PHRASE_ANSWER[answer])}
    if chosen and chosen != wanted:
        before = PHRASE_ANSWER[PhraseAnswer(ANSWER_EVENTS[chosen])]
        return {"asked": "", "conflict": _NEITHER_ANSWER.format(answer=PHRASE_ANSWER[answer], chosen=before)}
    return {"asked": wanted}
