"""The views of a list, and the SQL condition of each on one path (access_paths.py). Source: features.md S2, W3.

| view       | for           | the cases                                                                  |
|------------|---------------|----------------------------------------------------------------------------|
| TO_HANDLE  | both sides    | it is the turn of the referent's team, or of the agents' side              |
| TAKEN      | referents     | the person has taken it in their team                                      |
| UNTAKEN    | referents     | no person of the team has taken it                                         |
| COLLEAGUES | referents     | a colleague has taken it                                                   |
| WAITING    | referents     | it is not the team's turn                                                  |
| SET_ASIDE  | referents     | it is set aside until a day, by the team or by the person (set_aside.py)   |
| OPEN       | both sides    | all that are open                                                          |
| MINE       | agents        | the person opened it                                                       |
| CLOSED     | both sides    | all that are closed                                                        |
| FOUND      | both sides    | all, open and closed: what a search looks through                          |

All but CLOSED and FOUND are open. What is set aside is in SET_ASIDE, OPEN, MINE and FOUND alone. Drafts have no path:
they are their author's (draft/draft.py).
"""

from datetime import datetime
from enum import StrEnum

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, Side


class View(StrEnum):
    """The value is the one in the address."""

    TO_HANDLE = "a-traiter"
    TAKEN = "a-moi"
    UNTAKEN = "a-personne"
    COLLEAGUES = "a-mes-collegues"
    WAITING = "en-attente"
    SET_ASIDE = "mises-de-cote"
    OPEN = "en-cours"
    MINE = "les-miennes"
    DRAFTS = "brouillons"
    CLOSED = "cloturees"
    FOUND = "recherche"


REFERENT_VIEWS = (View.TAKEN, View.UNTAKEN, View.COLLEAGUES, View.WAITING, View.SET_ASIDE)
_SET_ASIDE_SQL = """EXISTS (SELECT 1 FROM set_aside WHERE set_aside."case" = recipient."case"
    AND set_aside.team = recipient.team AND (set_aside.person IS NULL OR set_aside.person = {}) AND until > {})"""
_BY_TEAM_SQL = {
    View.TO_HANDLE: "recipient.next_side = 'referent'",
    View.TAKEN: "recipient.taken_by = {}",
    View.UNTAKEN: "recipient.taken_by IS NULL",
    View.COLLEAGUES: "recipient.taken_by <> {}",
    View.WAITING: "recipient.next_side = ''",
}


def list_views(actor: Actor) -> list[View]:
    """The views that the actor's pages name, in their order. A person of both sides has the views of both."""
    hidden = {View.FOUND} | (set() if actor.list_teams(Side.REFERENT) else set(REFERENT_VIEWS))
    if not actor.may_open_cases:
        hidden |= {View.MINE, View.DRAFTS}
    if is_only_referent(actor):
        hidden.add(View.OPEN)
    return [view for view in View if view not in hidden]


def is_only_referent(actor: Actor) -> bool:
    """A member of referents' teams alone: « À traiter » and « En attente » together have all their open cases."""
    return bool(actor.list_teams(Side.REFERENT)) and not actor.may_open_cases and not actor.is_expert


def find_first_view(actor: Actor) -> View:
    """Referents have « À traiter » first, others what is open."""
    return View.TO_HANDLE if is_only_referent(actor) else View.OPEN


def build_view_condition(actor: Actor, view: View, *, by_team: bool, now: datetime) -> QueryString | None:
    """A condition beside being open or closed. None if the view has no case of this path."""
    if view == View.MINE:
        return QueryString("cases.author = {}", actor.id)
    if view in (View.OPEN, View.CLOSED, View.FOUND):
        return QueryString("1 = 1")
    if by_team:
        return _build_team_condition(actor, view, now)
    return QueryString("cases.next_side = 'agent'") if view == View.TO_HANDLE else None


def _build_team_condition(actor: Actor, view: View, now: datetime) -> QueryString:
    aside = QueryString(_SET_ASIDE_SQL, actor.id, now)
    if view == View.SET_ASIDE:
        return aside
    sql = _BY_TEAM_SQL[view]
    return QueryString(f"{sql} AND NOT {{}}", *[actor.id] * sql.count("{}"), aside)
