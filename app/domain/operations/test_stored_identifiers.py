"""The command lists ids, and nothing that was typed."""

from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.cli.account_repair import format_identifiers
from app.domain.accounts.profile import change_profile
from app.domain.operations.stored_identifiers import list_stored_identifiers
from db.encryption import encrypt
from db.tables.areas import Area
from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team


async def test_a_clean_database_lists_nothing(cast: Cast, case_id: UUID) -> None:
    assert await list_stored_identifiers() == {}


async def test_each_kind_is_listed_by_its_ids_until_it_is_saved_again(cast: Cast, case_id: UUID, now: datetime) -> None:
    person, team = cast.agent_lot.id, cast.agent_lot.seats[0].team_id
    await Person.update({Person.phone: "\u202a05 36 49 00 12\u202c", Person.last_name: "Vi\u200bdal"}).where(
        Person.id == person
    )
    await Person.update({Person.address: "hélène@exemple.fr"}).where(Person.id == cast.expert.id)
    await Team.update({Team.phone: "3400 (gratuit)", Team.shared_address: "a,b@exemple.fr"}).where(Team.id == team)
    await Area.update({Area.contact_phone: "\u200e3"}).where(Area.code == "46")
    name = encrypt(Case.citizen_last_name, case_id, "Pé\u200blissier")
    await Case.update({Case.citizen_last_name: name}).where(Case.id == case_id)

    printed = format_identifiers(await list_stored_identifiers())

    assert printed.splitlines()[1:] == [
        f"adresses de personnes : {cast.expert.id}",
        f"téléphones de personnes : {person}",
        f"noms de personnes : {person}",
        f"adresses partagées d’équipes : {team}",
        f"téléphones d’équipes : {team}",
        "contacts de territoires : 46",
        f"usagers (demandes) : {case_id}",
    ]
    assert "Vi" not in printed and "@" not in printed and "49 00" not in printed

    said = {"first_name": "Carmen", "last_name": "Vi\u200bdal", "function": "Conseillère", "signature": ""}
    await change_profile(cast.agent_lot, **said, phone="\u202a05 36 49 00 12\u202c", now=now)
    left = await list_stored_identifiers()
    assert "téléphones de personnes" not in left and "noms de personnes" not in left
