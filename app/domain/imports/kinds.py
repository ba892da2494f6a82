"""The kinds of lists that can be imported."""

from enum import StrEnum

from app.domain.imports.people import People
from app.domain.imports.teams import Teams


class ListKind(StrEnum):
    PEOPLE = "people"
    TEAMS = "teams"


KINDS: dict[ListKind, type[People] | type[Teams]] = {ListKind.PEOPLE: People, ListKind.TEAMS: Teams}
