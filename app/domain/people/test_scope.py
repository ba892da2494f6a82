"""What a supervisor supervises is named by whole regions; each department is in one of them."""

from dataclasses import replace
from datetime import datetime

from app.cast import Cast
from app.domain.accounts.actor import Supervised
from app.domain.people.scope import list_scope_names
from app.domain.people.test_roles import OCCITANIE, SUPERVISOR, give
from app.domain.teams.areas import list_areas
from app.domain.teams.regions import list_regions
from db.tables.organisations import Organisation


async def test_a_scope_is_named_by_its_whole_regions(cast: Cast, now: datetime) -> None:
    caf = await Organisation.select(Organisation.id).where(Organisation.acronym == "CAF").first()
    assert caf
    supervised = Supervised(OCCITANIE.supervised.areas | {"18"}, frozenset({caf["id"]}))
    await give(cast.admin, cast.expert.id, replace(SUPERVISOR, supervised=supervised), now)
    assert await list_scope_names(cast.expert.id) == ("Occitanie", "Cher (18)", "CAF, dans tous les territoires")
    assert await list_scope_names(cast.supervisor_lot.id) == ("Lot (46)",)


async def test_each_department_is_in_one_region(cast: Cast) -> None:
    inside = [code for region in list_regions() for code in region.areas]
    alone = {"971", "972", "973", "974", "976"}
    assert len(inside) == len(set(inside)) and len(list_regions()) == 13
    assert {*inside, *alone} == {area.code for area in await list_areas()}
