"""What the form of a message contains: its audience, its answer, and the values to show again."""

from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.cases.access import check_allowed, load_readable_case, load_visible_case
from app.domain.cases.events import EventKind
from app.domain.cases.permissions import Action, may_read
from app.domain.cases.thread.answers import check_procedure, find_standard_procedure
from app.domain.cases.thread.internal_notes import check_internal_access
from app.domain.errors import Invalid
from app.domain.opaque_ids import IdPurpose, decode_id
from app.routes.cases.form_saves import clean_text
from app.routes.forms import Form

ANSWER_EVENTS = {"traitee": EventKind.HANDLED, "non-pertinente": EventKind.IRRELEVANT}
TWO_AUDIENCES = (
    "« C’est traité » et « Non pertinente » s’adressent à l’agent, ce message aux référents seulement. "
    "Rien n’est parti. Décochez la case pour répondre à l’agent, ou envoyez ce message aux référents."
)


def is_internal(form: Form) -> bool:
    """A ticked box, or the button of the internal mode when a browser shows both buttons: either is enough."""
    return form.has_field("entre-referents") or form.read_as_typed("pour") == "referents"


def read_signature(form: Form) -> str | None:
    """None when the form has no signature field."""
    return clean_text(form.read_as_typed("signature")) if "signature" in form.data else None


def read_addressed_teams(form: Form) -> tuple[int, ...]:
    """The ticked organisations of « Adresser ce message à »; empty for all."""
    return tuple(sorted(set(form.read_numbers("destinataires"))))


def read_shown_event(form: Form) -> int | None:
    """The last event that the form showed when it was drawn (choose_update_use). None when it cannot be decoded."""
    typed = form.read_as_typed("vu")
    found = decode_id(IdPurpose.INTERNAL_UPDATES, typed)
    return decode_id(IdPurpose.CASE_UPDATES, typed) if found is None else found


def read_audience(form: Form) -> Audience:
    return Audience.INTERNAL if is_internal(form) else Audience.ALL


def read_answer_code(form: Form) -> str:
    """The answer of the pressed button, or of the question on the page.

    Empty for a plain message, for an internal note sent by its own button, and on the way back from the question.
    """
    shown = (
        "" if form.has_field("revenir") or form.read_as_typed("pour") == "referents" else form.read_as_typed("question")
    )
    asked = form.read_as_typed("reponse") or shown
    return asked if asked in ANSWER_EVENTS else ""


def read_answer_event(form: Form) -> EventKind:
    return ANSWER_EVENTS.get(read_answer_code(form), EventKind.MESSAGE)


async def must_confirm(actor: Actor, case_id: UUID, form: Form) -> bool:
    """True when the page must first ask to confirm the answer.

    Raises what the answer would raise: NotFound, Forbidden, Conflict (closed), Invalid(message) without a procedure.
    """
    if read_answer_event(form) == EventKind.MESSAGE or form.has_field("confirmer"):
        return False
    check_allowed(actor, await load_visible_case(actor, case_id), Action.ANSWER)
    if read_answer_event(form) == EventKind.IRRELEVANT:
        check_procedure(form.read_as_typed("message").strip())
    return True


async def check_internal_right(actor: Actor, case_id: UUID, form: Form) -> None:
    """Raises NotFound, and Forbidden when the actor could not read the note."""
    if is_internal(form):
        check_internal_access(actor, await load_readable_case(actor, case_id))


def check_one_audience(form: Form) -> None:
    """An answer is for the agent, an internal note never is: a form with both is refused.

    Raises Invalid(entre-referents).
    """
    if is_internal(form) and read_answer_event(form) != EventKind.MESSAGE:
        raise Invalid(**{"entre-referents": TWO_AUDIENCES})


async def list_form_values(actor: Actor, case_id: UUID, form: Form) -> dict[str, Any]:
    """The form as it was typed.

    An internal note is never put into a form that writes to the agent: for an actor who may not read internal notes any
    more, `set_aside` holds it, to be copied.
    """
    typed, signature = form.read_as_typed("message"), form.read_as_typed("signature")
    addressees = tuple(map(str, read_addressed_teams(form)))
    if not is_internal(form):
        typed = typed or await _load_procedure(case_id, form)
        shown = {"typed": typed, "apart": False, "signature": signature, "addressees": addressees}
        return {**shown, "asked": read_answer_code(form)}
    if may_read(actor, await load_readable_case(actor, case_id), Audience.INTERNAL):
        return {"typed": typed, "apart": True, "signature": signature}
    return {"typed": "", "set_aside": typed, "apart": False, "signature": signature}


async def _load_procedure(case_id: UUID, form: Form) -> str:
    """With « Non pertinente » and nothing typed, the catalogue's procedure for the subject of the case."""
    return await find_standard_procedure(case_id) if read_answer_event(form) == EventKind.IRRELEVANT else ""
