"""What a person leaves behind in a team: shown before a departure, and read again when it happens.

| what                                   | passes to                                                              |
|----------------------------------------|------------------------------------------------------------------------|
| open cases that they opened            | a colleague, or the whole team: each member is notified of the answers |
| their drafts, seen by them alone       | a colleague, or they are deleted                                       |
| cases that they had taken charge of    | no one person: the team reads them already                             |
| their messages, their closed cases     | stay, with their name                                                  |

The only active member of a team that has open cases does not leave it. Source: features.md P6.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns.combination import And

from app.domain.accounts.actor import Side, find_side
from app.domain.accounts.names import format_full_name
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.members.managers import is_last_manager
from db.search import fold_text
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.participants import Recipient
from db.tables.people import Person

_OPEN_STATUSES = [status.value for status in OPEN_STATUSES]


@dataclass(frozen=True)
class Colleague:
    id: int
    name: str


@dataclass(frozen=True)
class TeamDeparture:
    """What a person leaves in one team. team_open_cases: all open cases of the team, not the person's alone."""

    team_id: int
    team: str
    side: Side
    authored_cases: int
    drafts: int
    drafts_saved_at: datetime | None
    taken_cases: int
    team_open_cases: int
    last_manager: bool
    colleagues: list[Colleague]

    @property
    def strands_cases(self) -> bool:
        """No member would be left to read the open cases."""
        return bool(self.team_open_cases) and not self.colleagues


@dataclass(frozen=True)
class Departure:
    """other_teams: names of the teams that the person stays in."""

    person_id: int
    person: str
    active: bool
    team_departures: tuple[TeamDeparture, ...]
    other_teams: tuple[str, ...] = ()

    @property
    def stranded_teams(self) -> list[TeamDeparture]:
        return [share for share in self.team_departures if share.strands_cases and self.active]

    @property
    def preview_version(self) -> str:
        """A short form of what the preview showed. When it has changed, the preview is shown again."""
        return ".".join(
            f"{share.team_id}-{share.authored_cases}-{share.drafts}-{share.taken_cases}"
            for share in self.team_departures
        )


async def load_departure(person_id: int, team_ids: list[int]) -> Departure:
    """team_ids: the person's teams that they would leave."""
    row = await (
        Person.select(Person.id, Person.first_name, Person.last_name, Person.address, Person.active)
        .where(Person.id == person_id)
        .first()
    )
    assert row is not None
    seats = await (
        Membership.select(
            Membership.team.id.as_alias("team_id"),
            Membership.team.name.as_alias("team"),
            Membership.team.organisation.kind.as_alias("kind"),
        )
        .where(Membership.person == person_id)
        .order_by(Membership.id)
    )
    return Departure(
        person_id=person_id,
        person=format_full_name(row),
        active=row["active"],
        team_departures=tuple(
            [await _load_team_departure(person_id, seat) for seat in seats if seat["team_id"] in team_ids]
        ),
        other_teams=tuple(seat["team"] for seat in seats if seat["team_id"] not in team_ids),
    )


async def _load_team_departure(person_id: int, seat: dict[str, Any]) -> TeamDeparture:
    team_id, side = seat["team_id"], find_side(seat["kind"])
    drafts = await Case.select(Case.saved_at).where(build_drafts_condition(person_id, team_id)).order_by(Case.saved_at)
    return TeamDeparture(
        team_id=team_id,
        team=seat["team"],
        side=side,
        authored_cases=await Case.count().where(build_authored_cases_condition(person_id, team_id)),
        drafts=len(drafts),
        drafts_saved_at=drafts[-1]["saved_at"] if drafts else None,
        taken_cases=await Recipient.count().where(build_taken_cases_condition(person_id, team_id)),
        team_open_cases=await _count_team_open_cases(team_id, side),
        last_manager=await is_last_manager(team_id, person_id),
        colleagues=await _list_colleagues(person_id, team_id),
    )


def build_authored_cases_condition(person_id: int, team_id: int) -> And:
    return And(And(Case.author == person_id, Case.team == team_id), Case.status.is_in(_OPEN_STATUSES))


def build_drafts_condition(person_id: int, team_id: int) -> And:
    return And(And(Case.author == person_id, Case.team == team_id), Case.status == Status.DRAFT)


def build_taken_cases_condition(person_id: int, team_id: int) -> And:
    still_open = Recipient.case.is_in(Case.select(Case.id).where(Case.status.is_in(_OPEN_STATUSES)))
    return And(And(Recipient.taken_by == person_id, Recipient.team == team_id), still_open)


async def _count_team_open_cases(team_id: int, side: Side) -> int:
    if side == Side.AGENT:
        return int(await Case.count().where(Case.team == team_id, Case.status.is_in(_OPEN_STATUSES)))
    received = Recipient.select(Recipient.case).where(Recipient.team == team_id, Recipient.left_at.is_null())
    return int(await Case.count().where(Case.id.is_in(received), Case.status.is_in(_OPEN_STATUSES)))


async def _list_colleagues(person_id: int, team_id: int) -> list[Colleague]:
    """The team's other active members, who can take over, by name."""
    rows = await Membership.select(
        Membership.person.id.as_alias("id"),
        Membership.person.first_name.as_alias("first_name"),
        Membership.person.last_name.as_alias("last_name"),
        Membership.person.address.as_alias("address"),
    ).where(Membership.team == team_id, Membership.person != person_id, Membership.person.active.eq(True))
    colleagues = [Colleague(row["id"], format_full_name(row)) for row in rows]
    return sorted(colleagues, key=lambda colleague: fold_text(colleague.name))
