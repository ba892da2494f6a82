"""Who decides on a request for an account, and what follows from each answer."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.errors import Invalid, NotFound
from app.domain.signup.decision import accept, applicant_for, refuse, teams_for, waiting_applicants
from db.tables import Invitation, Letter, Organisation, Person, Signup

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
    cast: Cast, asking: Asking, team: TeamOf, now: datetime, who: str, area: str, sees: bool
) -> None:
    actor, applicant = getattr(cast, who), await asking(area=area)
    if sees:
        assert [one.id for one in await waiting_applicants(actor)] == [applicant]
        await refuse(actor, applicant, "Pas chez nous.", now)
        return
    for verb in (
        applicant_for(actor, applicant),
        accept(actor, applicant, await team("CAF du Lot"), now),
        refuse(actor, applicant, "Non", now),
    ):
        with pytest.raises(NotFound):
            await verb
    assert await Signup.count().where(Signup.state == "waiting") == 1


async def test_who_has_an_account_already_is_listed_nowhere(cast: Cast, asking: Asking) -> None:
    known = await asking(address=cast.agent_lot.address)

    assert await waiting_applicants(cast.admin) == []
    with pytest.raises(NotFound):
        await applicant_for(cast.admin, known)


async def test_accepted_they_are_invited_with_what_they_said(
    cast: Cast, asking: Asking, team: TeamOf, now: datetime
) -> None:
    applicant, caf = await asking(), await team("CAF du Lot")

    await accept(cast.supervisor_lot, applicant, caf, now)

    (row,) = await Invitation.select()
    assert (row["address"], row["team"], row["invited_by"]) == ("zoe.neuve@exemple.fr", caf, cast.supervisor_lot.id)
    assert (row["first_name"], row["function"], row["phone"]) == ("Zoé", "Conseillère", "01 99 00 12 34")
    letters = await Letter.select(Letter.person, Letter.team).where(Letter.kind == "joining")
    assert letters == [{"person": cast.manager_caf_lot.id, "team": caf}], "the team's manager learns who was invited"
    assert await waiting_applicants(cast.admin) == []
    with pytest.raises(NotFound):
        await accept(cast.admin, applicant, caf, now)


async def test_only_a_team_of_the_department_is_offered_its_organisation_first(
    cast: Cast, asking: Asking, team: TeamOf, now: datetime
) -> None:
    msa = await Organisation.select(Organisation.id).where(Organisation.acronym == "MSA").first()
    assert msa is not None
    applicant = await asking(organisation=msa["id"])
    offered = [choice.name for choice in await teams_for(cast.admin, await applicant_for(cast.admin, applicant))]
    assert offered[:2] == ["MSA du Lot", "CAF du Lot"] and "CAF du Cher" not in offered

    for impossible in (await team("CAF du Cher"), None, 999_999):
        with pytest.raises(Invalid):
            await accept(cast.admin, applicant, impossible, now)
    assert await Signup.count().where(Signup.state == "waiting") == 1


async def test_a_closed_account_is_opened_again_elsewhere(
    cast: Cast, asking: Asking, team: TeamOf, now: datetime
) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)
    applicant = await asking(address=cast.agent_lot.address)

    with pytest.raises(Invalid, match="Réactivez-le"):
        await accept(cast.admin, applicant, await team("CAF du Lot"), now)

    assert [one.id for one in await waiting_applicants(cast.admin)] == [applicant]


async def test_refused_they_read_why(cast: Cast, asking: Asking, now: datetime) -> None:
    applicant = await asking()
    with pytest.raises(Invalid):
        await refuse(cast.admin, applicant, "", now)

    await refuse(cast.admin, applicant, "Adressez-vous à votre responsable.", now)

    assert [row["kind"] for row in await Letter.select(Letter.kind).order_by(Letter.kind)] == ["refused", "signup"]
    (row,) = await Signup.select(Signup.state, Signup.answer)
    assert row == {"state": "refused", "answer": "Adressez-vous à votre responsable."}
