"""The page where a person arrives: the cases that they read or, for who reads none, what waits for them."""

from app.domain.accounts.actor import Actor, PlatformRole

CASES, ADMINISTRATION = "/demandes", "/administration"


def find_home(actor: Actor) -> str:
    """Of an administrator and a supervisor, what waits for them, even if they read cases too."""
    return CASES if actor.role == PlatformRole.MEMBER else ADMINISTRATION


def has_case_list(actor: Actor) -> bool:
    """False of an administrator and a supervisor without a seat, unless they are experts too."""
    return bool(actor.seats) or actor.is_expert or actor.role == PlatformRole.MEMBER
