"""What the form of a message contains: its audience, its answer, and the values to show again."""

from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import TO_REFERENTS, Audience, Readership
from app.domain.cases.access import check_allowed, load_readable_case, load_visible_case
from app.domain.cases.events import EventKind
from app.domain.cases.permissions import Action, may_read
from app.domain.cases.thread.answers import check_procedure, find_standard_procedure
from app.domain.cases.thread.internal_notes import check_note_access
from app.domain.cases.thread.message_fields import (
    READERS_FIELD,
    REMINDER_FIELD,
    choose_one_team,
    format_readership,
    parse_readership,
)
from app.domain.errors import Invalid
from app.routes.cases.form_saves import clean_text
from app.routes.forms import Form

ANSWER_EVENTS = {"traitee": EventKind.HANDLED, "non-pertinente": EventKind.IRRELEVANT}
TWO_AUDIENCES = {
    Audience.INTERNAL: (
        "« C’est traité » et « Non pertinente » s’adressent à l’agent, ce message aux référents seulement. "
        "Rien n’est parti. Choisissez que l’agent le lise pour lui répondre, ou envoyez ce message aux référents."
    ),
    Audience.TEAM: (
        "« C’est traité » et « Non pertinente » s’adressent à l’agent, ce message à votre équipe seule. "
        "Rien n’est parti. Choisissez que l’agent le lise pour lui répondre, ou envoyez ce message à votre équipe."
    ),
}
WHICH_TEAM = "Rien n’est parti : choisissez laquelle de vos équipes lira ce message."


def read_readership(form: Form) -> Readership:
    """The chosen readers, or those of the pressed button when a browser shows all buttons: the narrower wins.

    Of two teams, none: TEAM without a team, which check_one_audience refuses. A page of a former release posts the box
    « entre-referents ».
    """
    chosen = TO_REFERENTS if form.has_field("entre-referents") else parse_readership(form.read_as_typed(READERS_FIELD))
    pressed = parse_readership(form.read_as_typed("pour"))
    if chosen.team and pressed.team and chosen.team != pressed.team:
        return Readership(Audience.TEAM)
    return chosen if chosen.audience.is_within(pressed.audience) else pressed


def read_signature(form: Form) -> str | None:
    """None when the form has no signature field."""
    return clean_text(form.read_as_typed("signature")) if "signature" in form.data else None


def read_reminder(form: Form) -> str:
    """« Me le rappeler le », as typed: empty for none."""
    return clean_text(form.read_as_typed(REMINDER_FIELD))


def read_addressed_teams(form: Form) -> tuple[int, ...]:
    """The ticked organisations of « Adresser ce message à »; empty for all."""
    return tuple(sorted(set(form.read_numbers("destinataires"))))


def read_answer_code(form: Form) -> str:
    """The answer of the pressed button, or of the question on the page.

    Empty for a plain message, for an internal note sent by its own button, and on the way back from the question.
    """
    shown = "" if form.has_field("revenir") or form.has_field("pour") else form.read_as_typed("question")
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


async def check_note_right(actor: Actor, case_id: UUID, form: Form) -> None:
    """Raises NotFound, Invalid without a team, and Forbidden when the actor could not read the note."""
    readership = read_readership(form)
    if readership == Readership(Audience.TEAM):
        raise Invalid(**{READERS_FIELD: WHICH_TEAM})
    if readership.is_apart:
        check_note_access(actor, await load_readable_case(actor, case_id), readership)


def check_one_audience(form: Form) -> None:
    """An answer is for the agent, a note never is: a form with both is refused.

    Raises Invalid(lecteurs).
    """
    readership = read_readership(form)
    if readership.is_apart and read_answer_event(form) != EventKind.MESSAGE:
        raise Invalid(**{READERS_FIELD: TWO_AUDIENCES[readership.audience]})


async def list_form_values(actor: Actor, case_id: UUID, form: Form) -> dict[str, Any]:
    """The form as it was typed.

    A note is never put into a form that more people read: for an actor who may not read it any more, `set_aside` holds
    it, to be copied.
    """
    typed, signature = form.read_as_typed("message"), form.read_as_typed("signature")
    addressees, readership = tuple(map(str, read_addressed_teams(form))), read_readership(form)
    signature_and_day = {"signature": signature, "reminder": read_reminder(form)}
    if not readership.is_apart:
        typed = typed or await _load_procedure(case_id, form)
        shown = {"typed": typed, "chosen_readers": format_readership(readership), **signature_and_day}
        return {**shown, "addressees": addressees, "asked": read_answer_code(form)}
    case = await load_readable_case(actor, case_id)
    readership = choose_one_team(actor, case, readership)
    if may_read(actor, case, *readership) or (readership.team is None and may_read(actor, case, Audience.INTERNAL)):
        return {"typed": typed, "chosen_readers": format_readership(readership), **signature_and_day}
    return {"typed": "", "set_aside": typed, "chosen_readers": "", **signature_and_day}


async def _load_procedure(case_id: UUID, form: Form) -> str:
    """With « Non pertinente » and nothing typed, the catalogue's procedure for the subject of the case."""
    return await find_standard_procedure(case_id) if read_answer_event(form) == EventKind.IRRELEVANT else ""
