"""Stores what supervisors supervise: territories, and organisations in every territory.

They see statistics, and no case. An actor has their own at hand (`supervised`, app/domain/accounts/actor.py), and
app/domain/teams/permissions.py says what follows from it.
"""

from app.domain.accounts.actor import PlatformRole, Supervised
from db.engine import transaction
from db.tables.people import SupervisedOrganisation, Supervision
from db.tables.teams import TeamArea


async def supervise(person_id: int, area_code: str) -> None:
    async with transaction():
        await Supervision.insert(Supervision(person=person_id, area=area_code)).on_conflict(
            target=(Supervision.person, Supervision.area), action="DO NOTHING"
        )


async def load_supervised(person_id: int) -> Supervised:
    areas = await Supervision.select(Supervision.area).where(Supervision.person == person_id)
    organisations = await SupervisedOrganisation.select(SupervisedOrganisation.organisation).where(
        SupervisedOrganisation.person == person_id
    )
    return Supervised(frozenset(row["area"] for row in areas), frozenset(row["organisation"] for row in organisations))


async def save_supervised(person_id: int, supervised: Supervised) -> None:
    """Replaces what they had. Call it inside the action's transaction."""
    await Supervision.delete().where(Supervision.person == person_id)
    await SupervisedOrganisation.delete().where(SupervisedOrganisation.person == person_id)
    areas = [Supervision(person=person_id, area=code) for code in sorted(supervised.areas)]
    if areas:
        await Supervision.insert(*areas)
    organisations = [
        SupervisedOrganisation(person=person_id, organisation=one) for one in sorted(supervised.organisations)
    ]
    if organisations:
        await SupervisedOrganisation.insert(*organisations)


async def list_supervisors(team_id: int, case_area: str) -> list[int]:
    """Those of the team for a case of case_area: of this area, or of the team's own areas if it covers another one, and
    those of its organisation."""
    covered = await TeamArea.select(TeamArea.area, TeamArea.team.organisation.as_alias("organisation")).where(
        TeamArea.team == team_id
    )
    areas = {row["area"] for row in covered}
    of_areas = await Supervision.select(Supervision.person).where(
        Supervision.area.is_in([case_area] if case_area in areas else sorted(areas)),
        Supervision.person.active.eq(True),
        Supervision.person.platform_role == PlatformRole.SUPERVISOR,
    )
    of_organisation = await SupervisedOrganisation.select(SupervisedOrganisation.person).where(
        SupervisedOrganisation.organisation.is_in(list({row["organisation"] for row in covered})),
        SupervisedOrganisation.person.active.eq(True),
        SupervisedOrganisation.person.platform_role == PlatformRole.SUPERVISOR,
    )
    return sorted({row["person"] for row in (*of_areas, *of_organisation)})
