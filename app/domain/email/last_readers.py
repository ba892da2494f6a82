"""For which teams a person is the last one whom an email would reach. Source: features.md S13.

Each team keeps, at any time, a member who hears of the cases that no one has; and for each member who hears nothing of
their own cases, another one who hears of their colleagues'.
"""

from collections import defaultdict
from collections.abc import Sequence

from app.domain.accounts.actor import Actor
from app.domain.email.schedule import EmailFrequency
from app.domain.email.shares import CaseShare
from app.domain.email.stored_choices import EmailChoices, decode_choices
from db.engine import is_postgres
from db.tables.members import Membership
from db.tables.teams import Team

_NONE = EmailFrequency.NONE


async def lock_own_teams(actor: Actor) -> dict[int, str]:
    """Team -> its name. Of two last readers who choose none at the same time, only one succeeds."""
    seats = Membership.select(Membership.team).where(Membership.person == actor.id)
    query = Team.select(Team.id, Team.name).where(Team.id.is_in(seats)).order_by(Team.id)
    rows = await (query.lock_rows("NO KEY UPDATE") if is_postgres() else query)
    return {row["id"]: row["name"] for row in rows}


async def find_last_reader_teams(
    actor: Actor, choices: EmailChoices, teams: dict[int, str]
) -> dict[CaseShare, list[str]]:
    """The choices of none that would leave one of the teams without a reader, with the names of these teams."""
    silent = [share for share, choice in choices.items() if choice == _NONE]
    others = await _load_choices_of_others(actor, list(teams)) if silent and teams else {}
    alone = {
        share: [name for team, name in teams.items() if _is_last_reader(share, others.get(team, []))]
        for share in silent
    }
    return {share: names for share, names in alone.items() if names}


def _is_last_reader(share: CaseShare, others: Sequence[EmailChoices]) -> bool:
    """others: the choices of the other active members. Of their own cases, the colleagues' readers hear instead."""
    if share == CaseShare.COLLEAGUES:
        silent = [one for one in others if one[CaseShare.MINE] == _NONE]
        return any(_hears_none([one for one in others if one is not member], share) for member in silent)
    return _hears_none(others, CaseShare.COLLEAGUES if share == CaseShare.MINE else share)


def _hears_none(members: Sequence[EmailChoices], share: CaseShare) -> bool:
    return all(member[share] == _NONE for member in members)


async def _load_choices_of_others(actor: Actor, teams: list[int]) -> dict[int, list[EmailChoices]]:
    rows = await Membership.select(
        Membership.team,
        Membership.person.email_frequency.as_alias("email_frequency"),
        Membership.person.email_unassigned.as_alias("email_unassigned"),
        Membership.person.email_colleagues.as_alias("email_colleagues"),
    ).where(Membership.team.is_in(teams), Membership.person != actor.id, Membership.person.active.eq(True))
    found: dict[int, list[EmailChoices]] = defaultdict(list)
    for row in rows:
        found[row["team"]].append(decode_choices(row))
    return found
