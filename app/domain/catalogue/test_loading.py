"""The reference is loaded whole and in order; a second load writes nothing; a corrected file corrects the entries."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from piccolo.table import Table

from app.domain.catalogue.loading import REFERENCE, load_reference
from db.engine import get_current_engine
from db.tables.areas import Area
from db.tables.catalogue import Category, CategoryOrganisation, Subject, SubjectOrganisation
from db.tables.citizen_fields import CitizenField
from db.tables.organisations import Organisation

TABLES = (Area, CitizenField, Organisation, Category, CategoryOrganisation, Subject, SubjectOrganisation)


async def rows(table: type[Table]) -> list[dict[str, Any]]:
    return await table.select().order_by(table._meta.primary_key)


async def contacted(subject: str) -> list[str]:
    found = await (
        SubjectOrganisation.select(SubjectOrganisation.organisation.acronym)
        .where(SubjectOrganisation.subject.name == subject)
        .order_by(SubjectOrganisation.position)
    )
    return [row["organisation.acronym"] for row in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference, to be corrected."""
    return Path(copytree(REFERENCE, tmp_path / "reference"))


def correct(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


async def test_everything_in_the_files_is_there(database: str) -> None:
    assert [await table.count() for table in (Area, Organisation, CitizenField)] == [101, 31, 17]
    entries = yaml.safe_load((REFERENCE / "mode_guide.yaml").read_text(encoding="utf-8"))
    said = [(entry["categorie"], [subject["sujet"] for subject in entry["sujets"]]) for entry in entries]

    categories = await Category.select(Category.id, Category.name).order_by(Category.position)
    found = []
    for row in categories:
        subjects = await Subject.select(Subject.name).where(Subject.category == row["id"]).order_by(Subject.position)
        found.append((row["name"], [subject["name"] for subject in subjects]))

    assert found == said and found[-1] == ("Autre", [])


async def test_organisations_keep_the_order_of_the_file(database: str) -> None:
    entries = yaml.safe_load((REFERENCE / "mode_guide.yaml").read_text(encoding="utf-8"))
    for entry in entries:
        for subject in entry["sujets"]:
            assert await contacted(subject["sujet"]) == subject["organismes"], subject["sujet"]


async def test_a_second_load_writes_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, engine = [await rows(table) for table in TABLES], get_current_engine()
    asked: list[str] = []
    run = engine.run_querystring

    async def noted(querystring: Any, *arguments: Any, **options: Any) -> Any:
        asked.append(str(querystring).lstrip()[:6].upper())
        return await run(querystring, *arguments, **options)

    monkeypatch.setattr(engine, "run_querystring", noted)
    await load_reference()

    assert asked and set(asked) == {"SELECT"}
    assert [await rows(table) for table in TABLES] == before


async def test_a_corrected_label_is_corrected_in_the_same_row(database: str, folder: Path) -> None:
    before = await Organisation.select(Organisation.id).where(Organisation.acronym == "CAF").first()
    correct(folder / "organismes.csv", "CAF,Caisse d’allocations familiales,", "CAF,Caisse des familles,")

    await load_reference(folder)

    after = await Organisation.select(Organisation.id, Organisation.name).where(Organisation.acronym == "CAF")
    assert before and after == [{"id": before["id"], "name": "Caisse des familles"}]


async def test_an_organisation_struck_off_a_subject_is_no_longer_proposed(database: str, folder: Path) -> None:
    subject = "Reconnaissance d’un handicap"
    correct(
        folder / "mode_guide.yaml",
        f"{{sujet: {subject}, organismes: [MDPH]}}",
        f"{{sujet: {subject}, organismes: [CPAM]}}",
    )

    await load_reference(folder)

    assert await contacted(subject) == ["CPAM"]
    assert await contacted("Remboursement de soins") == ["CPAM", "CRAM", "MSA"]


async def test_a_file_that_names_an_unknown_organisation_changes_nothing(database: str, folder: Path) -> None:
    before = [await rows(table) for table in TABLES]
    correct(folder / "territoires.csv", "46,Lot\n", "46,Quercy\n")
    correct(folder / "mode_guide.yaml", "organismes: [BDF]", "organismes: [BANQUE]")

    with pytest.raises(KeyError):
        await load_reference(folder)

    assert [await rows(table) for table in TABLES] == before
