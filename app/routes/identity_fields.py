"""The fields in which a person says who they are: the first visit, the profile, the request for an account."""

from app.domain.accounts.actor import Actor
from app.routes.forms import Form

IDENTITY_FIELDS = {"prenom": "first_name", "nom": "last_name", "fonction": "function", "telephone": "phone"}
"""Each field, and what the domain calls it."""


def list_identity_values(actor: Actor) -> dict[str, str]:
    """What the form shows of an account."""
    known = (actor.first_name, actor.last_name, actor.function, actor.phone)
    return dict(zip(IDENTITY_FIELDS, known, strict=True))


def read_identity(form: Form) -> dict[str, str]:
    """What was typed, by the domain's names. Raises Invalid."""
    return {name: form.read_text(field) for field, name in IDENTITY_FIELDS.items()}
