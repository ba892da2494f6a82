"""What a form sends about its page: its key, the number of saves, the version that it was built on, the button."""

import secrets

from app.domain.cases.form_saves import Choice, Fields, PostedForm
from app.routes.forms import FORMER_NAMES, Form, is_readable, remove_unreadable

TAKE_BUTTON, DROP_BUTTON = "reprendre", "ecarter"
_TECHNICAL_FIELDS = frozenset(
    {"jeton", "cle", "version", "enregistrer", "depuis-verification", "rester-ici", "retirer", "retirer-piece"}
    | {TAKE_BUTTON, DROP_BUTTON, "cherche", "theme", "sms", FORMER_NAMES["sms"]}
)
"""Fields that are not typed by a person: keys, versions, buttons, filters."""
_KEY_LENGTH, _LARGEST_NUMBER = 36, 10**9


def make_page_key() -> str:
    """Identifies a page among those opened on one step. Short, since every page of the wizard carries it."""
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
    """« Reprendre » or « Ne pas garder », beside the text that another page has saved."""
    name = next((name for name in (TAKE_BUTTON, DROP_BUTTON) if form.has_field(name)), None)
    return Choice(form.read_as_typed(name), name == TAKE_BUTTON) if name else None


def read_posted_save(form: Form) -> PostedForm:
    """A form of the previous release has no version. It gets no page key, and is saved without comparison."""
    page = read_page_key(form) if form.has_field("version") else ""
    pressed = not form.has_field("enregistrer")
    return PostedForm(
        list_typed_fields(form), page, read_save_number(form), read_base_version(form), pressed, read_text_choice(form)
    )


def list_typed_fields(form: Form) -> Fields:
    """Everything that was typed or ticked, of any length, in the order of the form: two processes compare it.

    Unreadable characters are removed. multi_items() of Litestar is not used: its order differs between processes.
    """
    return tuple(
        (name, clean_text(value))
        for name, value in form.data.items()
        if isinstance(value, str) and name not in _TECHNICAL_FIELDS and is_readable(name)
    )


def clean_text(value: str) -> str:
    return remove_unreadable(value).replace("\r\n", "\n").replace("\r", "\n").strip()
