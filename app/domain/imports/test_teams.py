"""Teams by list: found by number or name; they never lose their organisation or their areas."""

from collections import Counter
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.catalogue.loading import REFERENCE
from app.domain.imports.csv_parser import parse_csv
from app.domain.imports.kinds import ImportKind
from app.domain.imports.offices import load_offices
from app.domain.imports.row_decision import RowResult
from app.domain.imports.teams import TeamImporter
from app.domain.teams.teams import create_team
from app.tests.support.imports_fixtures import (
    TEAMS_HEADING,
    build_csv,
    list_results,
    load_lines,
    preview_import,
    run_import,
)
from db.tables.teams import Team, TeamArea

CREATED, CHANGED, UNCHANGED, REFUSED = RowResult
OFFICES = REFERENCE / "france_services_2020-03-02.csv"


async def areas_of(name: str) -> list[str]:
    rows = await TeamArea.select(TeamArea.area).where(TeamArea.team.name == name).order_by(TeamArea.area)
    return [row["area"] for row in rows]


async def test_a_team_is_created_with_its_territories(cast: Cast, now: datetime) -> None:
    row = ";Maison des solidarités;carsat;46, Aveyron;12 rue Haute;46000;Cahors;msap@exemple.fr;0536490098"
    sent = await preview_import(cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, row), now)

    assert [(one.result, one.label) for one in await load_lines(cast, sent)] == [
        (CREATED, "Maison des solidarités, CARSAT, 46, 12")
    ]
    await run_import(cast, sent, now)
    found = await Team.select().where(Team.name == "Maison des solidarités").first()
    assert found and (found["registry_number"], found["phone"], found["commune"]) == (None, "05 36 49 00 98", "Cahors")
    assert await areas_of("Maison des solidarités") == ["12", "46"]


async def test_a_team_is_known_by_name_organisation_and_department(cast: Cast, now: datetime) -> None:
    rows = [";caf du lot;CAF;46, 12;;;Cahors;;", ";CAF du Lot;MSA;46;;;;;", ";CAF du Lot;CAF;18;;;;;"]
    sent = await preview_import(cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, *rows), now)

    assert await list_results(cast, sent) == [
        (2, CHANGED, "nom : « caf du lot » ; commune : « Cahors » ; département ajouté : 12"),
        (3, CREATED, ""),
        (4, CREATED, ""),
    ]
    await run_import(cast, sent, now)
    assert await areas_of("caf du lot") == ["12", "46"]


async def test_a_blank_cell_says_nothing_and_no_territory_is_lost(cast: Cast, now: datetime) -> None:
    team = await create_team("Relais", "FS", ["46", "12"])
    await Team.update({Team.commune: "Figeac"}).where(Team.id == team)

    sent = await preview_import(cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, ";Relais;FS;46;;;;;"), now)
    await run_import(cast, sent, now)

    assert await list_results(cast, sent) == [(2, UNCHANGED, "")]
    assert await areas_of("Relais") == ["12", "46"]


async def test_a_number_that_no_one_has_is_given_to_the_team_of_that_name(cast: Cast, now: datetime) -> None:
    sent = await preview_import(cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, "7001;CAF du Lot;CAF;46;;;;;"), now)
    await run_import(cast, sent, now)

    assert await list_results(cast, sent) == [(2, CHANGED, "matricule : « 7001 »")]
    assert await Team.count().where(Team.name == "CAF du Lot") == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7001;;CAF;46;;;;;", "il n’y a pas de nom"),
        (";Relais;;46;;;;;", "il n’y a pas d’organisme"),
        (";Relais;XYZ;46;;;;;", "l’organisme « XYZ » n’est pas dans la liste"),
        (";Relais;CAF;;;;;;", "il n’y a pas de département"),
        (";Relais;CAF;999;;;;;", "le département « 999 » n’existe pas"),
        (f";{'x' * 201};CAF;46;;;;;", "dépasse 200 caractères"),
        (f"{'9' * 21};Relais;CAF;46;;;;;", "dépasse 20 caractères"),
        (";Relais;CAF;46;;460000;;;", "dépasse 5 caractères"),
        ("7777;CAF du Cher;MSA;18;;;;;", "cette équipe est de l’organisme CAF : un import n’en change pas"),
    ],
)
async def test_a_row_that_cannot_be_taken_says_why(cast: Cast, now: datetime, row: str, reason: str) -> None:
    await Team.update({Team.registry_number: "7777"}).where(Team.name == "CAF du Cher")
    sent = await preview_import(cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, row), now)

    [one] = await load_lines(cast, sent)
    assert one.result == REFUSED and reason in one.detail


async def test_a_team_named_twice_is_taken_once(cast: Cast, now: datetime) -> None:
    rows = ["7001;Relais;FS;46;;;;;", "7001;Autre;FS;46;;;;;", ";Relais;FS;46;;;;;", ";Relais;FS;12;;;;;"]
    sent = await preview_import(cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, *rows), now)

    assert await list_results(cast, sent) == [
        (2, CREATED, ""),
        (3, REFUSED, "le matricule 7001 figure déjà plus haut, à la ligne 2"),
        (4, REFUSED, "cette équipe figure déjà plus haut, à la ligne 2"),
        (5, CREATED, ""),
    ]


async def test_two_teams_of_one_name_and_department_are_told_apart_by_number(cast: Cast, now: datetime) -> None:
    helper = await _fs()
    await Team.insert(*(Team(name="Relais", organisation=helper, registry_number=str(at)) for at in (1, 2)))
    rows = await Team.select(Team.id).where(Team.name == "Relais")
    await TeamArea.insert(*(TeamArea(team=row["id"], area="46") for row in rows))

    sent = await preview_import(
        cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, ";Relais;FS;46;;;;;", "2;Relais;FS;46;;;;;"), now
    )

    assert [one.result for one in await load_lines(cast, sent)] == [REFUSED, UNCHANGED]


async def _fs() -> int:
    team = await Team.select(Team.organisation).where(Team.organisation.acronym == "FS").first()
    assert team
    return int(team["organisation"])


async def test_the_list_of_offices_is_sent_as_it_is_and_changes_nothing_after_the_seed(
    cast: Cast, now: datetime
) -> None:
    await load_offices(OFFICES)
    content = OFFICES.read_bytes()

    sent = await preview_import(cast, ImportKind.TEAMS, content, now)
    done = await run_import(cast, sent, now)

    assert (done.total, done.unchanged, done.remarked, done.differing) == (531, 531, 4, 0)
    assert "HORAIRES LUNDI" in done.ignored and "COMMUNE" not in done.ignored


async def test_every_row_of_the_list_is_taken_in_the_department_of_its_commune(database: str) -> None:
    kind = TeamImporter()
    await kind.load()
    rows = parse_csv(OFFICES.read_bytes(), TeamImporter.columns).rows

    decisions = [kind.decide(row) for row in rows]

    assert Counter(one.result for one in decisions) == {CREATED: 531}
    for row, one in zip(rows, decisions, strict=True):
        code = row["commune_code"]
        assert one.change.added_areas == [code[:3] if code.startswith("97") else code[:2]]
    assert [(one.line, one.remark) for one in decisions if one.remark] == [
        (78, "« j.guichet@chateauneuf16120,fr » n’est pas une adresse mail"),
        (152, "« msap.tdlsud@terres-du-lauragais;fr » n’est pas une adresse mail"),
        (203, "le code postal 04800 n’est pas du département 40"),
        (419, "« www.pimms.org » n’est pas une adresse mail"),
    ]


async def test_a_name_that_says_france_services_does_not_say_it_twice(cast: Cast, now: datetime) -> None:
    heading = "MATRICULE;DEPARTEMENT;FRANCE SERVICES"
    rows = ["9001;26;Die", "9002;18;Espace France Services de Sancoins", ";18;Sans matricule", "9003;18;"]
    sent = await preview_import(cast, ImportKind.TEAMS, build_csv(heading, *rows), now)

    assert [(one.label, one.detail) for one in await load_lines(cast, sent)] == [
        ("France Services Die (matricule 9001), FS, 26", ""),
        ("Espace France Services de Sancoins (matricule 9002), FS, 18", ""),
        ("Sans matricule, 18", "il n’y a pas de matricule"),
        ("9003, 18", "il n’y a pas de nom"),
    ]
