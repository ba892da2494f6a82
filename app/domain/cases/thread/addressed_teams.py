"""The organisations that a message of the agents' side is addressed to. Source: features.md W2.

Everyone on the case reads the message. The addressed teams alone get the turn, their clock and an email at once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from app.domain.cases.lifecycle.merged_teams import load_merged_teams
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.team import resolve_addressed_teams
from app.domain.errors import Invalid
from db.batch import BatchQuery, BoundQuery, Row
from db.tables.teams import Team
from db.tables.thread import AddressedTeam

AddressedNames = Mapping[int, tuple[str, ...]]
"""Message id -> the names of the teams that it names. A message to all is absent."""
_NAMES_QUERY = BatchQuery(
    {"message": "d.message", "team": "t.name"},
    """addressed_team d JOIN message m ON m.id = d.message JOIN team t ON t.id = d.team
    WHERE m."case" = {} ORDER BY t.name""",
    {},
)
_TEAMS_CHANGED = (
    "Les organismes de la demande ont changé entre-temps : rien n’est parti. Choisissez de nouveau à qui vous écrivez."
)
_NAME_ONE = "Plus aucun organisme n’attend de message : cochez celui à qui vous écrivez. Rien n’est parti."
_NONE_LEFT = (
    "Plus aucun organisme ne lit cette demande : rien n’est parti. Clôturez-la, ou invitez un expert de la plateforme."
)


async def check_addressed_teams(case: CaseFacts, team_ids: Collection[int]) -> frozenset[int]:
    """Teams that received the case, also those that stepped out. None of them: the message is to all.

    Raises Invalid if one is closed or not on the case, or if a message to all would reach no one.
    """
    chosen = frozenset(team_ids)
    if not chosen <= case.teams.keys():
        raise Invalid(destinataires=_TEAMS_CHANGED)
    if chosen - case.recipient_teams and await Team.exists().where(
        Team.id.is_in(sorted(chosen)), Team.closed_at.is_not_null()
    ):
        raise Invalid(destinataires=_TEAMS_CHANGED)
    if not resolve_addressed_teams(case.teams, chosen) and not case.guests:
        await _refuse_message_to_none(case)
    return chosen


async def follow_ticked_teams(case: CaseFacts, ticked: Sequence[str]) -> list[str]:
    """The ticks of a draft, each on the team that its team was merged into since: without any, it would be to all."""
    teams = [int(one) for one in ticked]
    into = await load_merged_teams() if not case.teams.keys() >= set(teams) else {}
    return [str(into.get(team, team)) for team in teams]


async def _refuse_message_to_none(case: CaseFacts) -> None:
    """No team would have the turn or an email, and no guest reads the message."""
    callable_teams = await Team.exists().where(Team.id.is_in(sorted(case.teams)), Team.closed_at.is_null())
    raise Invalid(**({"destinataires": _NAME_ONE} if callable_teams else {"message": _NONE_LEFT}))


def build_addressed_names_query(case_id: UUID) -> BoundQuery:
    return _NAMES_QUERY.bind(case_id)


def decode_addressed_names(rows: list[Row]) -> AddressedNames:
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row["message"]] = (*found.get(row["message"], ()), row["team"])
    return found


async def load_addressed_teams(message_ids: list[int]) -> dict[int, list[int]]:
    """Message id -> the teams that it names. A message to all is absent."""
    if not message_ids:
        return {}
    rows = await AddressedTeam.select(AddressedTeam.message, AddressedTeam.team).where(
        AddressedTeam.message.is_in(message_ids)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["message"], []).append(row["team"])
    return found


async def save_addressed_teams(message_id: int, team_ids: Iterable[int]) -> None:
    rows = [AddressedTeam(message=message_id, team=team) for team in sorted(team_ids)]
    if rows:
        await AddressedTeam.insert(*rows)
