"""A row of a list of teams: which team, what it changes. Nothing is deleted, and an empty cell changes nothing.

A team is found by its registry number, else by its name, its organisation and a department in common.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.errors import Invalid
from app.domain.imports.cell_formats import (
    find_department,
    normalize_phone,
    pad_postal_code,
    parse_address,
    parse_departments,
)
from app.domain.imports.columns import TEAMS
from app.domain.imports.csv_parser import Row
from app.domain.imports.known_teams import TEAM_COLUMNS, KnownTeam, KnownTeams
from app.domain.imports.row_decision import Decision, RowResult
from app.domain.search.people_and_teams import index_teams
from db.bulk import insert_many, is_any_of, update_many
from db.tables.teams import Team, TeamArea

_COLUMN_LABELS = {
    "registry_number": "matricule",
    "name": "nom",
    "street": "adresse",
    "postal_code": "code postal",
    "commune": "commune",
    "contact_address": "contact mail",
    "shared_address": "adresse partagée",
    "phone": "téléphone",
}
_OFFICE_ORGANISATION = "FS"
"""The organisation of a row whose name is in the column « France Services »."""


@dataclass(frozen=True)
class _TeamValues:
    """The cleaned values of a row."""

    values: dict[str, str]
    organisation: int
    areas: list[str]


@dataclass(frozen=True)
class TeamChange:
    team: KnownTeam
    values: dict[str, str]
    added_areas: list[str]
    replaces_area: bool
    """The team leaves the only department that it had."""


class TeamImporter:
    columns = TEAMS

    def __init__(self) -> None:
        self.known = KnownTeams()

    async def load(self) -> None:
        await self.known.load()

    async def look_up(self, rows: Sequence[Row]) -> None:
        """load has read all teams."""

    def decide(self, row: Row) -> Decision:
        said = self._parse_row(row)
        team = self._find_team(said)
        decision = self._decide_new(row.line, said) if team is None else self._decide_existing(row.line, said, team)
        return replace(decision, remark=_find_remarks(said))

    def _parse_row(self, row: Row) -> _TeamValues:
        office = bool(row["office"]) and not row["name"]
        name = _format_office_name(row["office"]) if office else row["name"]
        if not name:
            raise Invalid(nom="il n’y a pas de nom")
        if office and not row["registry_number"]:
            raise Invalid(matricule="il n’y a pas de matricule")
        values = {
            "registry_number": row["registry_number"],
            "name": name,
            "street": ", ".join(part for part in (row["street"], row["street_more"]) if part),
            "postal_code": pad_postal_code(row["postal_code"]),
            "commune": row["commune"],
            "contact_address": row["contact_address"],
            "shared_address": parse_address(row["shared_address"]) if row["shared_address"] else "",
            "phone": normalize_phone(row["phone"]),
        }
        _check_lengths(values)
        areas = parse_departments(row["areas"], row["commune_code"], row["postal_code"], self.known.areas)
        return _TeamValues(values, self._find_organisation(row, office=office), areas)

    def _find_organisation(self, row: Row, *, office: bool) -> int:
        typed = row["organisation"] or (_OFFICE_ORGANISATION if office else "")
        if not typed:
            raise Invalid(organisme="il n’y a pas d’organisme")
        return self.known.find_organisation(typed)

    def _find_team(self, said: _TeamValues) -> KnownTeam | None:
        """None for a new team. Raises Invalid: closed team, already named above, of another organisation."""
        number = said.values["registry_number"]
        team = (self.known.find_by_number(number) if number else None) or self._find_by_name(said)
        if team is None:
            return None
        if team.closed:
            raise Invalid(fermee="cette équipe est fermée : un import ne la rouvre pas")
        if team.first_line:
            what = f"le matricule {number}" if number else "cette équipe"
            raise Invalid(doublon=f"{what} figure déjà plus haut, à la ligne {team.first_line}")
        if team.organisation != said.organisation:
            acronym = self.known.acronyms[team.organisation]
            raise Invalid(organisme=f"cette équipe est de l’organisme {acronym} : un import n’en change pas")
        return team

    def _find_by_name(self, said: _TeamValues) -> KnownTeam | None:
        """A registry number that no team has yet may be given to a team without one."""
        number = said.values["registry_number"]
        found = [
            team
            for team in self.known.find_by_name(said.values["name"])
            if team.organisation == said.organisation
            and set(team.areas) & set(said.areas)
            and not (number and team.values["registry_number"])
        ]
        if len(found) > 1:
            raise Invalid(nom="plusieurs équipes de ce département portent ce nom : donnez son matricule")
        return found[0] if found else None

    def _decide_new(self, line: int, said: _TeamValues) -> Decision:
        team = KnownTeam(0, said.organisation, {**said.values}, said.areas, line)
        self.known.add(team)
        change = TeamChange(team, said.values, said.areas, replaces_area=False)
        return Decision(line, RowResult.CREATED, self._format_label(team), change=change)

    def _decide_existing(self, line: int, said: _TeamValues, team: KnownTeam) -> Decision:
        values = {name: value for name, value in said.values.items() if value and value != (team.values[name] or "")}
        added = [code for code in said.areas if code not in team.areas]
        left = bool(added) and len(team.areas) == len(said.areas) == 1 and bool(said.values["registry_number"])
        details = [f"{_COLUMN_LABELS[name]} : « {value} »" for name, value in values.items()]
        details += [f"{'passe dans le département' if left else 'département ajouté :'} {code}" for code in added]
        before, team.first_line = team.name, line
        team.values.update(values)
        team.areas = added if left else team.areas + added
        if values:
            self.known.reindex_renamed(team, before)
        verdict = RowResult.CHANGED if details else RowResult.UNCHANGED
        return Decision(
            line, verdict, self._format_label(team), " ; ".join(details), change=TeamChange(team, values, added, left)
        )

    def _format_label(self, team: KnownTeam) -> str:
        number = f" (matricule {team.values['registry_number']})" if team.values["registry_number"] else ""
        return f"{team.name}{number}, {self.known.acronyms[team.organisation]}, {', '.join(team.areas)}"

    async def write(self, decisions: Sequence[Decision], now: datetime) -> None:
        changes = [one.change for one in decisions if one.result in {RowResult.CREATED, RowResult.CHANGED}]
        changed = [change.team for change in changes if change.values and change.team.id]
        await self._insert_teams([change.team for change in changes if not change.team.id])
        await update_many(Team, [{"id": team.id, **_build_columns(team)} for team in changed])
        left = [change.team.id for change in changes if change.replaces_area]
        if left:
            await TeamArea.delete().where(is_any_of(TeamArea.team, left))
        seats = [{"team": change.team.id, "area": code} for change in changes for code in change.added_areas]
        await insert_many(TeamArea, seats)
        await index_teams(change.team.id for change in changes)

    async def _insert_teams(self, teams: list[KnownTeam]) -> None:
        rows = [{"organisation": team.organisation, **_build_columns(team)} for team in teams]
        for team, row in zip(teams, await insert_many(Team, rows, returning=["id", "name"]), strict=True):
            assert row["name"] == team.name, "both databases give the rows back in the order of their insertion"
            team.id = row["id"]


def _build_columns(team: KnownTeam) -> dict[str, Any]:
    return {
        name: team.values[name] or None if name == "registry_number" else team.values[name] for name in TEAM_COLUMNS
    }


def _check_lengths(values: dict[str, str]) -> None:
    for name, value in values.items():
        most = getattr(Team, name).length
        if len(value) > most:
            raise Invalid(longueur=f"« {value[:60]} » dépasse {most} caractères")


def _format_office_name(name: str) -> str:
    return name if not name or "france services" in name.lower() else f"France Services {name}"


def _find_remarks(said: _TeamValues) -> str:
    found, address, postal_code = [], said.values["contact_address"], said.values["postal_code"]
    if find_department(postal_code) not in {"", *said.areas}:
        found.append(f"le code postal {postal_code} n’est pas du département {', '.join(said.areas)}")
    if address and not re.fullmatch(r"[^@\s]+@[^@\s,;]+\.[a-z]{2,}", address.lower()):
        found.append(f"« {address} » n’est pas une adresse mail")
    return " ; ".join(found)
