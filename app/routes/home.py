"""The page where a person arrives: the cases that they read or, for who reads none, what waits for them."""

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import list_duties

CASES, ADMINISTRATION = "/demandes", "/administration"


def find_home(actor: Actor) -> str:
    """An administrator and a supervisor without a seat read no case, unless they are experts too."""
    reads_cases = bool(actor.seats) or actor.is_expert
    return CASES if reads_cases or not list_duties(actor) else ADMINISTRATION
