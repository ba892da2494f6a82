"""What a form says of the page that sends it: its key, how often it has saved, what it was built on, the button."""

import secrets

from app.domain.cases.form_saves import Choice, Fields, Posted
from app.routes.forms import FORMER_NAMES, Form, readable, without_unreadable

TAKE, DROP = "reprendre", "ecarter"
_OUR_OWN = frozenset(
    {"jeton", "cle", "version", "enregistrer", "depuis-verification", "rester-ici", "retirer", "retirer-piece"}
    | {TAKE, DROP, "cherche", "theme", "sms", FORMER_NAMES["sms"]}
)
"""What no person types: the form's own fields, its buttons, its filters."""
_KEY, _LARGEST = 36, 10**9


def new_key() -> str:
    """Of a step’s page, among those of one step. Short: every page of the wizard carries it, on a weak line too."""
    return secrets.token_urlsafe(3)


def key_of(form: Form) -> str:
    return form.typed("cle")[:_KEY]


def number_of(form: Form) -> int:
    number = form.typed("version").partition(".")[0]
    return min(int(number), _LARGEST) if number.isdecimal() and number.isascii() and len(number) <= _KEY else 0


def base_of(form: Form) -> str:
    return form.typed("version").partition(".")[2]


def choice_of(form: Form) -> Choice | None:
    """« Reprendre » or « Ne pas garder » beside what another page has kept."""
    name = next((name for name in (TAKE, DROP) if form.checked(name)), None)
    return Choice(form.typed(name), name == TAKE) if name else None


def posted(form: Form) -> Posted:
    """A form of the release before names no version: it is taken as it comes."""
    page = key_of(form) if form.checked("version") else ""
    pressed = not form.checked("enregistrer")
    return Posted(typed_fields(form), page, number_of(form), base_of(form), pressed, choice_of(form))


def typed_fields(form: Form) -> Fields:
    """Everything that was typed or ticked, however long, in the order of the form: two processes compare it.

    What cannot be read is taken out. Litestar's multi_items() goes through a set, in another order in each process.
    """
    return tuple(
        (name, plain(value))
        for name, value in form.data.items()
        if isinstance(value, str) and name not in _OUR_OWN and readable(name)
    )


def plain(value: str) -> str:
    return without_unreadable(value).replace("\r\n", "\n").replace("\r", "\n").strip()
