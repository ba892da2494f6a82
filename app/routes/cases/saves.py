"""What a form says of the page that sends it: its key, how often it has saved, what it was built on, the button."""

import secrets

from app.domain.cases.form_saves import Choice, Fields, PostedForm
from app.routes.forms import FORMER_NAMES, Form, is_readable, remove_unreadable

TAKE_BUTTON, DROP_BUTTON = "reprendre", "ecarter"
_TECHNICAL_FIELDS = frozenset(
    {"jeton", "cle", "version", "enregistrer", "depuis-verification", "rester-ici", "retirer", "retirer-piece"}
    | {TAKE_BUTTON, DROP_BUTTON, "cherche", "theme", "sms", FORMER_NAMES["sms"]}
)
"""What no person types: the form's own fields, its buttons, its filters."""
_KEY_LENGTH, _LARGEST_NUMBER = 36, 10**9


def make_page_key() -> str:
    """Of a step’s page, among those of one step. Short: every page of the wizard carries it, on a weak line too."""
    return secrets.token_urlsafe(3)


def read_page_key(form: Form) -> str:
    return form.read_as_typed("cle")[:_KEY_LENGTH]


def read_save_number(form: Form) -> int:
    number = form.read_as_typed("version").partition(".")[0]
    return (
        min(int(number), _LARGEST_NUMBER)
        if number.isdecimal() and number.isascii() and len(number) <= _KEY_LENGTH
        else 0
    )


def read_base_version(form: Form) -> str:
    return form.read_as_typed("version").partition(".")[2]


def read_text_choice(form: Form) -> Choice | None:
    """« Reprendre » or « Ne pas garder » beside what another page has kept."""
    name = next((name for name in (TAKE_BUTTON, DROP_BUTTON) if form.has_field(name)), None)
    return Choice(form.read_as_typed(name), name == TAKE_BUTTON) if name else None


def read_posted_save(form: Form) -> PostedForm:
    """A form of the release before names no version: it is taken as it comes."""
    page = read_page_key(form) if form.has_field("version") else ""
    pressed = not form.has_field("enregistrer")
    return PostedForm(
        list_typed_fields(form), page, read_save_number(form), read_base_version(form), pressed, read_text_choice(form)
    )


def list_typed_fields(form: Form) -> Fields:
    """Everything that was typed or ticked, however long, in the order of the form: two processes compare it.

    What cannot be read is taken out. Litestar's multi_items() goes through a set, in another order in each process.
    """
    return tuple(
        (name, clean_text(value))
        for name, value in form.data.items()
        if isinstance(value, str) and name not in _TECHNICAL_FIELDS and is_readable(name)
    )


def clean_text(value: str) -> str:
    return remove_unreadable(value).replace("\r\n", "\n").replace("\r", "\n").strip()
