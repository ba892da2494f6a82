"""The last line of the thread that an open page shows, as an opaque id."""

from itertools import combinations
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.own_teams import list_possible_own_teams
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.readable_lines import format_teams, format_teams_read_apart
from app.domain.opaque_ids import IdPurpose, decode_id, encode_id
from app.routes.forms import Form


def encode_last_shown(actor: Actor, case: CaseFacts, event_id: int) -> str:
    """The opaque id of the last line shown.

    It differs with the right to read notes apart: when the actor gains or loses those of a team, the id is not decoded
    any more and the thread is sent again.
    """
    return encode_id(IdPurpose.CASE_UPDATES, event_id, format_teams_read_apart(actor, case))


def decode_last_shown(actor: Actor, case: CaseFacts, shown: str) -> int | None:
    return decode_id(IdPurpose.CASE_UPDATES, shown, format_teams_read_apart(actor, case))


async def read_shown_event(form: Form, actor: Actor, case_id: UUID) -> int | None:
    """The last event that the form showed when it was drawn (encode_last_shown). None when it is unreadable.

    The right to read notes may have changed since: the id is tried with each set of the actor's teams on the case.
    """
    typed, teams = form.read_as_typed("vu"), await list_possible_own_teams(actor, case_id)
    read_apart = (some for size in (1, 0, *range(2, len(teams) + 1)) for some in combinations(teams, size))
    scopes = (format_teams(frozenset(some)) for some in read_apart)
    found = (decode_id(IdPurpose.CASE_UPDATES, typed, scope) for scope in scopes)
    return next((one for one in found if one is not None), None)
