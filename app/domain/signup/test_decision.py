"""Who decides on a signup, and the effects of each decision."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.errors import Invalid, NotFound
from app.domain.signup.decision import (
    accept_applicant,
    list_applicants,
    list_team_choices,
    load_applicant,
    refuse_applicant,
)
from db.tables.email import Email
from db.tables.members import Invitation
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.signup import Signup

Asking = Callable[..., Awaitable[int]]
TeamOf = Callable[[str], Awaitable[int]]


@pytest.mark.parametrize(
    ("who", "area", "sees"),
    [
        ("admin", "46", True),
        ("admin", "18", True),
        ("supervisor_lot", "46", True),
        ("supervisor_lot", "18", False),
        ("manager_caf_lot", "46", False),
        ("agent_lot", "46", False),
        ("expert", "46", False),
    ],
)
async def test_who_decides(
    cast: Cast, create_signup: Asking, find_team: TeamOf, now: datetime, who: str, area: str, sees: bool
) -> None:
    actor, applicant = getattr(cast, who), await create_signup(area=area)
    if sees:
        assert [one.id for one in await list_applicants(actor)] == [applicant]
        await refuse_applicant(actor, applicant, "Pas chez nous.", now)
        return
    for verb in (
        load_applicant(actor, applicant),
        accept_applicant(actor, applicant, await find_team("CAF du Lot"), now),
        refuse_applicant(actor, applicant, "Non", now),
    ):
        with pytest.raises(NotFound):
            await verb
    assert await Signup.count().where(Signup.state == "waiting") == 1


async def test_who_has_an_account_already_is_listed_nowhere(cast: Cast, create_signup: Asking) -> None:
    known = await create_signup(address=cast.agent_lot.address)

    assert await list_applicants(cast.admin) == []
    with pytest.raises(NotFound):
        await load_applicant(cast.admin, known)


async def test_accepted_they_are_invited_with_what_they_said(
    cast: Cast, create_signup: Asking, find_team: TeamOf, now: datetime
) -> None:
    applicant, caf = await create_signup(), await find_team("CAF du Lot")

    await accept_applicant(cast.supervisor_lot, applicant, caf, now)

    (row,) = await Invitation.select()
    assert (row["address"], row["team"], row["invited_by"]) == ("zoe.neuve@exemple.fr", caf, cast.supervisor_lot.id)
    assert (row["first_name"], row["function"], row["phone"]) == ("Zoé", "Conseillère", "01 99 00 12 34")
    letters = await Email.select(Email.person, Email.team).where(Email.kind == "joining")
    assert letters == [{"person": cast.manager_caf_lot.id, "team": caf}], "the team's manager learns who was invited"
    assert await list_applicants(cast.admin) == []
    with pytest.raises(NotFound):
        await accept_applicant(cast.admin, applicant, caf, now)


async def test_only_a_team_of_the_department_is_offered_its_organisation_first(
    cast: Cast, create_signup: Asking, find_team: TeamOf, now: datetime
) -> None:
    msa = await Organisation.select(Organisation.id).where(Organisation.acronym == "MSA").first()
    assert msa is not None
    applicant = await create_signup(organisation=msa["id"])
    offered = [
        choice.name for choice in await list_team_choices(cast.admin, await load_applicant(cast.admin, applicant))
    ]
    assert offered[:2] == ["MSA du Lot", "CAF du Lot"] and "CAF du Cher" not in offered

    for impossible in (await find_team("CAF du Cher"), None, 999_999):
        with pytest.raises(Invalid):
            await accept_applicant(cast.admin, applicant, impossible, now)
    assert await Signup.count().where(Signup.state == "waiting") == 1


async def test_a_closed_account_is_opened_again_elsewhere(
    cast: Cast, create_signup: Asking, find_team: TeamOf, now: datetime
) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)
    applicant = await create_signup(address=cast.agent_lot.address)

    with pytest.raises(Invalid, match="Réactivez-le"):
        await accept_applicant(cast.admin, applicant, await find_team("CAF du Lot"), now)

    assert [one.id for one in await list_applicants(cast.admin)] == [applicant]


async def test_refused_they_read_why(cast: Cast, create_signup: Asking, now: datetime) -> None:
    applicant = await create_signup()
    with pytest.raises(Invalid):
        await refuse_applicant(cast.admin, applicant, "", now)

    await refuse_applicant(cast.admin, applicant, "Adressez-vous à votre responsable.", now)

    assert [row["kind"] for row in await Email.select(Email.kind).order_by(Email.kind)] == ["refused", "signup"]
    (row,) = await Signup.select(Signup.state, Signup.answer)
    assert row == {"state": "refused", "answer": "Adressez-vous à votre responsable."}
