"""The kinds of lists that can be imported."""

from enum import StrEnum

from app.domain.imports.people import PeopleImporter
from app.domain.imports.teams import TeamImporter


class ImportKind(StrEnum):
    PEOPLE = "people"
    TEAMS = "teams"


IMPORTERS: dict[ImportKind, type[PeopleImporter] | type[TeamImporter]] = {
    ImportKind.PEOPLE: PeopleImporter,
    ImportKind.TEAMS: TeamImporter,
}
