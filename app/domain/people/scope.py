"""What a supervisor supervises, as people say it: « Occitanie », « Cher (18) », « CAF, dans tous les territoires »."""

from app.domain.teams.areas import AreaChoice
from app.domain.teams.regions import format_areas
from db.tables.areas import Area
from db.tables.organisations import Organisation
from db.tables.people import SupervisedOrganisation, Supervision


async def list_scope_names(person_id: int) -> tuple[str, ...]:
    areas = Supervision.select(Supervision.area).where(Supervision.person == person_id)
    rows = await Area.select(Area.code, Area.name).where(Area.code.is_in(areas)).order_by(Area.code)
    theirs = SupervisedOrganisation.select(SupervisedOrganisation.organisation).where(
        SupervisedOrganisation.person == person_id
    )
    organisations = await (
        Organisation.select(Organisation.acronym).where(Organisation.id.is_in(theirs)).order_by(Organisation.acronym)
    )
    everywhere = (f"{row['acronym']}, dans tous les territoires" for row in organisations)
    return (*format_areas(AreaChoice(**row) for row in rows), *everywhere)
