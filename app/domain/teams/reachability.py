"""Which organisations can be reached in a territory: a team covers it, and somebody active reads there.

A member counts from their invitation on, before their first visit: the letter of a case reaches them, and leads them
in. A deactivated one counts no more, and a shared address alone reads nothing: nobody can answer from it.
"""

from dataclasses import dataclass

from piccolo.columns.combination import And

from db.search import fold
from db.tables import Membership, Organisation, Team, TeamArea


@dataclass(frozen=True)
class ReachableOrganisation:
    """An operator organisation, as the wizard offers it; asked_field is what it needs to find a citizen.

    notice is what an agent reads as they choose it; withdrawn: no longer offered, and written to by nobody.
    """

    id: int
    acronym: str
    name: str
    asked_field: str
    hint: str
    notice: str
    withdrawn: bool
    reachable: bool

    def matches(self, typed: str) -> bool:
        """All the words, without accents or case, in the acronym or the name."""
        searched = fold(f"{self.acronym} {self.name}")
        return all(word in searched for word in fold(typed).split())


def unreachable() -> And:
    """The open teams of an operator that nobody reads. Nobody writes to a helper: theirs are never said to be so."""
    operators = Organisation.select(Organisation.id).where(Organisation.kind == "operator")
    read = Membership.select(Membership.team).where(Membership.person.active.eq(True))
    return And(And(Team.closed_at.is_null(), Team.organisation.is_in(operators)), Team.id.not_in(read))


async def reachable_teams(area_code: str) -> dict[int, list[int]]:
    """organisation id -> ids of its teams that cover the area and have an active member.

    Operators alone: a forged form that names a helper organisation sends no case to the other offices.
    """
    covering = TeamArea.select(TeamArea.team).where(TeamArea.area == area_code)
    rows = await (
        Membership.select(Membership.team.id.as_alias("team"), Membership.team.organisation.id.as_alias("organisation"))
        .where(
            Membership.team.is_in(covering),
            Membership.person.active.eq(True),
            Membership.team.organisation.kind == "operator",
            Membership.team.organisation.withdrawn_at.is_null(),
        )
        .order_by(Membership.team)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        teams = found.setdefault(row["organisation"], [])
        if row["team"] not in teams:
            teams.append(row["team"])
    return found


async def organisations_in(area_code: str) -> list[ReachableOrganisation]:
    """Every operator organisation, by acronym, with whether it can be reached there."""
    teams = await reachable_teams(area_code)
    rows = await (
        Organisation.select(
            Organisation.id,
            Organisation.acronym,
            Organisation.name,
            Organisation.asked_field.label.as_alias("asked_field"),
            Organisation.asked_field.hint.as_alias("hint"),
            Organisation.asked_field.withdrawn_at.as_alias("unasked_at"),
            Organisation.notice,
            Organisation.withdrawn_at,
        )
        .where(Organisation.kind == "operator")
        .order_by(Organisation.acronym)
    )
    return [
        ReachableOrganisation(
            id=row["id"],
            acronym=row["acronym"],
            name=row["name"],
            asked_field="" if row["unasked_at"] else row["asked_field"] or "",
            hint=row["hint"] or "",
            notice=row["notice"],
            withdrawn=row["withdrawn_at"] is not None,
            reachable=row["id"] in teams,
        )
        for row in rows
    ]
