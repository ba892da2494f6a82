"""The fields of a person's identity, in the forms of the first visit, the profile and the signup."""

from app.domain.account_keeping.account import KeptAccount
from app.domain.accounts.actor import Actor
from app.routes.forms import Form

IDENTITY_FIELDS = {"prenom": "first_name", "nom": "last_name", "fonction": "function", "telephone": "phone"}
"""Field of the form -> name in the domain."""


def list_identity_values(actor: Actor | KeptAccount) -> dict[str, str]:
    known = (actor.first_name, actor.last_name, actor.function, actor.phone)
    return dict(zip(IDENTITY_FIELDS, known, strict=True))


def read_identity(form: Form) -> dict[str, str]:
    """Values by their names in the domain. Raises Invalid."""
    return {name: form.read_text(field) for field, name in IDENTITY_FIELDS.items()}
