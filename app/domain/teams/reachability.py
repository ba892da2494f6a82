"""Which organisations can be reached in a territory: a team covers it, and somebody active reads there."""

from dataclasses import dataclass

from db.search import fold
from db.tables import Membership, Organisation, TeamArea


@dataclass(frozen=True)
class ReachableOrganisation:
    """An operator organisation, as the wizard offers it; asked_field is what it needs to find a citizen."""

    id: int
    acronym: str
    name: str
    asked_field: str
    hint: str
    reachable: bool

    def matches(self, typed: str) -> bool:
        """All the words, without accents or case, in the acronym or the name."""
        searched = fold(f"{self.acronym} {self.name}")
        return all(word in searched for word in fold(typed).split())


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
        )
        .where(Organisation.kind == "operator")
        .order_by(Organisation.acronym)
    )
    return [
        ReachableOrganisation(
            id=row["id"],
            acronym=row["acronym"],
            name=row["name"],
            asked_field=row["asked_field"] or "",
            hint=row["hint"] or "",
            reachable=row["id"] in teams,
        )
        for row in rows
    ]
