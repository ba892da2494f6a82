"""People by list: created, changed, unchanged or refused, row by row; people not in the list stay the same."""

from datetime import datetime
from typing import Any

import pytest

from app.cast import Cast
from app.domain.imports.kinds import ImportKind
from app.domain.imports.row_decision import RowResult
from app.domain.teams.teams import create_team
from app.tests.support.imports_fixtures import (
    PEOPLE_HEADING,
    build_csv,
    list_results,
    load_lines,
    preview_import,
    run_import,
)
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team

CREATED, CHANGED, UNCHANGED, REFUSED = RowResult


FOUND_BY = {"sort_name", "search_text"}


async def people() -> list[dict[str, Any]]:
    """Every column except those of search."""
    rows = await Person.select().order_by(Person.id)
    return [{name: value for name, value in row.items() if name not in FOUND_BY} for row in rows]


async def seats(address: str) -> set[tuple[str, bool]]:
    rows = await Membership.select(Membership.team.name.as_alias("team"), Membership.manager).where(
        Membership.person.address == address
    )
    return {(row["team"], row["manager"]) for row in rows}


async def test_a_person_is_created_in_their_team(cast: Cast, now: datetime) -> None:
    row = " Zoé ;ROUX;Zoe.Roux@Exemple.FR;Référente;0536490099;CAF du Lot;CAF;46;oui"

    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, row), now)

    assert await list_results(cast, sent) == [(2, CREATED, "rejoint CAF du Lot, responsable")]
    assert not await Person.exists().where(Person.address == "zoe.roux@exemple.fr")
    await run_import(cast, sent, now)
    [found] = [row for row in await people() if row["address"] == "zoe.roux@exemple.fr"]
    assert found | {"id": 0} == _as_piccolo_makes_it(found, now)
    assert await Person.exists().where(Person.search_text.like("%roux zoe%caf du lot%"))
    assert await seats("zoe.roux@exemple.fr") == {("CAF du Lot", True)}
    letters = await Email.select(Email.kind, Email.person)
    assert letters == [{"kind": "joining", "person": cast.manager_caf_lot.id}], "they are not written to themselves"


def _as_piccolo_makes_it(found: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Every column: what the bulk statement leaves to the database’s defaults equals what Piccolo would write."""
    made = Person(
        address="zoe.roux@exemple.fr",
        first_name="Zoé",
        last_name="ROUX",
        function="Référente",
        phone="05 36 49 00 99",
        created_at=now,
    )
    return {name: getattr(made, name) for name in found} | {"id": 0}


async def test_what_the_list_says_is_changed_and_nothing_else(cast: Cast, now: datetime) -> None:
    before = await people()
    row = f"Julien;Delmas;{cast.referent_caf_lot.address};Référent social;;;;;"

    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, row), now)
    await run_import(cast, sent, now)

    assert await list_results(cast, sent) == [
        (2, CHANGED, "fonction : « Référent partenariats » devient « Référent social »")
    ]
    expected = [
        row | {"function": "Référent social"} if row["id"] == cast.referent_caf_lot.id else row for row in before
    ]
    assert await people() == expected


async def test_a_second_team_is_added_and_the_first_one_stays(cast: Cast, now: datetime) -> None:
    address = cast.referent_caf_lot.address
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, f";;{address};;;MSA du Lot;;;"), now)
    await run_import(cast, sent, now)

    assert await list_results(cast, sent) == [(2, CHANGED, "rejoint MSA du Lot")]
    assert await seats(address) == {("CAF du Lot", False), ("MSA du Lot", False)}


async def test_a_manager_becomes_one_or_stops_only_when_the_list_says_it(cast: Cast, now: datetime) -> None:
    manager, member = cast.manager_caf_lot.address, cast.referent_caf_lot.address
    rows = [f";;{manager};;;CAF du Lot;;;", f";;{member};;;CAF du Lot;;;Oui"]
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, *rows), now)
    assert await list_results(cast, sent) == [(2, UNCHANGED, ""), (3, CHANGED, "devient responsable de CAF du Lot")]
    await run_import(cast, sent, now)
    assert await seats(manager) == {("CAF du Lot", True)} == await seats(member)

    sent = await preview_import(
        cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, f";;{manager};;;CAF du Lot;;;non"), now
    )
    await run_import(cast, sent, now)
    assert await list_results(cast, sent) == [(2, CHANGED, "n’est plus responsable de CAF du Lot")]
    assert await seats(manager) == {("CAF du Lot", False)}


async def test_one_person_in_two_teams_takes_two_rows(cast: Cast, now: datetime) -> None:
    rows = ["Zoé;;zoe@exemple.fr;;;CAF du Lot;;;", ";Roux;ZOE@exemple.fr;;;MSA du Lot;;;"]
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, *rows), now)
    assert await list_results(cast, sent) == [
        (2, CREATED, "rejoint CAF du Lot"),
        (3, CHANGED, "nom : « Roux » ; rejoint MSA du Lot"),
    ]

    done = await run_import(cast, sent, now)

    assert done.differing == 0
    assert await seats("zoe@exemple.fr") == {("CAF du Lot", False), ("MSA du Lot", False)}
    found = await Person.select(Person.first_name, Person.last_name).where(Person.address == "zoe@exemple.fr")
    assert found == [{"first_name": "Zoé", "last_name": "Roux"}]


async def test_what_programs_add_to_an_address_is_taken_away_and_an_accent_is_refused(
    cast: Cast, now: datetime
) -> None:
    """shared/field/F04-personnes.csv, then the same people as they are: no account that cannot log in."""
    heading = "\ufeffPrénom;Nom;Adresse mail;Équipe;Organisme;Département"
    rows = [
        "Élo;Le Goff;\u200belo@exemple.fr;CAF du Lot;CAF;46",
        "Hélène;E;hélène@exemple.fr;CAF du Lot;CAF;46",
        "Paul;F;mailto:paul@exemple.fr;CAF du Lot;CAF;46",
        "Paul;F;Paul@exemple.fr;CAF du Lot;CAF;46",
    ]
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(heading, *rows), now)
    await run_import(cast, sent, now)

    found = await list_results(cast, sent)
    assert [verdict for _, verdict, _ in found] == [CREATED, REFUSED, CREATED, REFUSED]
    assert "Est-ce helene@exemple.fr ?" in found[1][2] and "figure déjà plus haut" in found[3][2]
    for address in ("elo@exemple.fr", "paul@exemple.fr"):
        assert await seats(address) == {("CAF du Lot", False)}

    again = await preview_import(cast, ImportKind.PEOPLE, build_csv(heading, *rows[:3:2]), now)
    assert [verdict for _, verdict, _ in await list_results(cast, again)] == [UNCHANGED, UNCHANGED]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Zoé;Roux;;;;;;;", "il n’y a pas d’adresse mail"),
        ("Zoé;Roux;zoe.exemple.fr;;;;;;", "« zoe.exemple.fr » n’est pas une adresse mail"),
        (f"{'x' * 61};Roux;zoe@exemple.fr;;;;;;", "dépasse 60 caractères"),
        (";;zoe@exemple.fr;;;CAF de Rodez;;;", "aucune équipe ne correspond à « CAF de Rodez »"),
        (";;zoe@exemple.fr;;;CAF du Lot;;18;", "aucune équipe ne correspond à « CAF du Lot » « 18 »"),
        (";;zoe@exemple.fr;;;;CAF;;", "3 équipes correspondent à « CAF » : donnez le matricule de la bonne"),
        (";;zoe@exemple.fr;;;;Caisse inconnue;46;", "l’organisme « Caisse inconnue » n’est pas dans la liste"),
        (";;zoe@exemple.fr;;;;CAF;999;", "le département « 999 » n’existe pas"),
        (";;zoe@exemple.fr;;;CAF du Lot;;;peut-être", "écrivez oui ou non"),
        (";;zoe@exemple.fr;;;;;;oui", "dites de quelle équipe"),
    ],
)
async def test_a_row_that_cannot_be_taken_says_why(cast: Cast, now: datetime, row: str, reason: str) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, row), now)
    [one] = await load_lines(cast, sent)
    assert one.result == REFUSED and reason in one.detail

    before = await people()
    await run_import(cast, sent, now)
    assert await people() == before


async def test_a_person_named_twice_is_taken_once(cast: Cast, now: datetime) -> None:
    rows = [
        "Zoé;Roux;zoe@exemple.fr;;;CAF du Lot;;;",
        "Zoé;Roux;zoe@exemple.fr;;;CAF du Lot;;;oui",
        "Zoé;Blanc;zoe@exemple.fr;;;MSA du Lot;;;",
        "Zoé;Roux;zoe@exemple.fr;;;;;;",
    ]
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, *rows), now)

    assert [one.detail for one in await load_lines(cast, sent)][1:] == [
        "cette personne figure déjà plus haut, à la ligne 2",
        "cette adresse figure à la ligne 2, avec un autre nom",
        "cette personne figure déjà plus haut, à la ligne 2",
    ]


async def test_a_deactivated_account_is_not_reopened(cast: Cast, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.referent_caf_lot.id)
    row = f";;{cast.referent_caf_lot.address};;;MSA du Lot;;;"

    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, row), now)
    await run_import(cast, sent, now)

    [one] = await load_lines(cast, sent)
    assert one.result == REFUSED and "désactivé" in one.detail
    assert await seats(cast.referent_caf_lot.address) == {("CAF du Lot", False)}


async def test_an_administrator_joins_no_team_and_a_supervisor_may(cast: Cast, now: datetime) -> None:
    rows = [f";;{one.address};;;CAF du Lot;;;" for one in (cast.admin, cast.supervisor_lot)]
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, *rows), now)
    await run_import(cast, sent, now)

    [refused] = [one for one in await load_lines(cast, sent) if one.result == REFUSED]
    assert "un administrateur n’est membre d’aucune équipe : il en lirait les demandes" in refused.detail
    assert await seats(cast.admin.address) == set()
    assert await seats(cast.supervisor_lot.address) == {("CAF du Lot", False)}


async def test_a_team_is_told_by_its_number_by_its_name_or_by_organisation_and_department(
    cast: Cast, now: datetime
) -> None:
    lot = await create_team("Point d’accueil", "FS", ["46"])
    await create_team("Point d’accueil", "CARSAT", ["18"])
    await Team.update({Team.registry_number: "7001"}).where(Team.id == lot)
    rows = [
        f";;a{at}@exemple.fr;;;{meant};" for at, meant in enumerate(["7001;;", "POINT D'ACCUEIL;CARSAT;", ";msa;Lot"])
    ]

    sent = await preview_import(
        cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, *rows, ";;b@exemple.fr;;;point d’accueil;;;"), now
    )

    assert [one.detail for one in await load_lines(cast, sent)] == [
        "rejoint Point d’accueil",
        "rejoint Point d’accueil",
        "rejoint MSA du Lot",
        "2 équipes correspondent à « point d’accueil » : donnez le matricule de la bonne",
    ]


async def test_a_number_that_is_none_is_left_aside_and_told(cast: Cast, now: datetime) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, ";;zoe@exemple.fr;;poste;;;;"), now)
    await run_import(cast, sent, now)

    [one] = await load_lines(cast, sent)
    assert one.remark == "« poste » n’est pas un numéro de téléphone : laissé de côté"
    assert await Person.select(Person.phone).where(Person.address == "zoe@exemple.fr") == [{"phone": ""}]
