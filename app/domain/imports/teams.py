"""A row of a list of teams: which team it is, what it changes. Nothing is deleted, and a blank cell says nothing.

A team is told by its registry number, else by its name, its organisation and a department in common.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.errors import Invalid
from app.domain.imports.columns import TEAMS
from app.domain.imports.known_teams import VALUES, KnownTeam, KnownTeams
from app.domain.imports.places import department_of, departments, five, mail_address, phone
from app.domain.imports.plan import Decision, Verdict
from app.domain.imports.reading import Row
from app.domain.search.people_and_teams import index_teams
from db.bulk import insert_many, one_of, update_many
from db.tables import Team, TeamArea

_NAMED = {
    "registry_number": "matricule",
    "name": "nom",
    "street": "adresse",
    "postal_code": "code postal",
    "commune": "commune",
    "contact_address": "contact mail",
    "shared_address": "adresse partagée",
    "phone": "téléphone",
}
_OFFICES = "FS"
"""The organisation of a list whose names stand under « France Services »."""


@dataclass(frozen=True)
class _Said:
    """What a row says, cleaned."""

    values: dict[str, str]
    organisation: int
    areas: list[str]


@dataclass(frozen=True)
class Change:
    team: KnownTeam
    values: dict[str, str]
    added: list[str]
    left: bool
    """The one department that it had is not its own any more."""


class Teams:
    columns = TEAMS

    def __init__(self) -> None:
        self.known = KnownTeams()

    async def open(self) -> None:
        await self.known.load()

    async def look_up(self, rows: Sequence[Row]) -> None:
        """Every team is known already."""

    def decide(self, row: Row) -> Decision:
        said = self._said(row)
        team = self._team(said)
        decision = self._created(row.line, said) if team is None else self._changed(row.line, said, team)
        return replace(decision, remark=_remark(said))

    def _said(self, row: Row) -> _Said:
        office = bool(row["office"]) and not row["name"]
        name = _office_name(row["office"]) if office else row["name"]
        if not name:
            raise Invalid(nom="il n’y a pas de nom")
        if office and not row["registry_number"]:
            raise Invalid(matricule="il n’y a pas de matricule")
        values = {
            "registry_number": row["registry_number"],
            "name": name,
            "street": ", ".join(part for part in (row["street"], row["street_more"]) if part),
            "postal_code": five(row["postal_code"]),
            "commune": row["commune"],
            "contact_address": row["contact_address"],
            "shared_address": mail_address(row["shared_address"]) if row["shared_address"] else "",
            "phone": phone(row["phone"]),
        }
        _check_lengths(values)
        areas = departments(row["areas"], row["commune_code"], row["postal_code"], self.known.areas)
        return _Said(values, self._organisation(row, office=office), areas)

    def _organisation(self, row: Row, *, office: bool) -> int:
        typed = row["organisation"] or (_OFFICES if office else "")
        if not typed:
            raise Invalid(organisme="il n’y a pas d’organisme")
        return self.known.organisation(typed)

    def _team(self, said: _Said) -> KnownTeam | None:
        """Raises Invalid: named already above, or not to be told from another."""
        number = said.values["registry_number"]
        team = (self.known.numbered(number) if number else None) or self._by_name(said)
        if team is None:
            return None
        if team.closed:
            raise Invalid(fermee="cette équipe est fermée : un import ne la rouvre pas")
        if team.line:
            what = f"le matricule {number}" if number else "cette équipe"
            raise Invalid(doublon=f"{what} figure déjà plus haut, à la ligne {team.line}")
        if team.organisation != said.organisation:
            acronym = self.known.acronyms[team.organisation]
            raise Invalid(organisme=f"cette équipe est de l’organisme {acronym} : un import n’en change pas")
        return team

    def _by_name(self, said: _Said) -> KnownTeam | None:
        """A number that nobody has yet may be that of a team which has none."""
        number = said.values["registry_number"]
        found = [
            team
            for team in self.known.named(said.values["name"])
            if team.organisation == said.organisation
            and set(team.areas) & set(said.areas)
            and not (number and team.values["registry_number"])
        ]
        if len(found) > 1:
            raise Invalid(nom="plusieurs équipes de ce département portent ce nom : donnez son matricule")
        return found[0] if found else None

    def _created(self, line: int, said: _Said) -> Decision:
        team = KnownTeam(0, said.organisation, {**said.values}, said.areas, line)
        self.known.add(team)
        change = Change(team, said.values, said.areas, left=False)
        return Decision(line, Verdict.CREATED, self._label(team), change=change)

    def _changed(self, line: int, said: _Said, team: KnownTeam) -> Decision:
        values = {name: value for name, value in said.values.items() if value and value != (team.values[name] or "")}
        added = [code for code in said.areas if code not in team.areas]
        left = bool(added) and len(team.areas) == len(said.areas) == 1 and bool(said.values["registry_number"])
        details = [f"{_NAMED[name]} : « {value} »" for name, value in values.items()]
        details += [f"{'passe dans le département' if left else 'département ajouté :'} {code}" for code in added]
        before, team.line = team.name, line
        team.values.update(values)
        team.areas = added if left else team.areas + added
        if values:
            self.known.renamed(team, before)
        verdict = Verdict.CHANGED if details else Verdict.UNCHANGED
        return Decision(line, verdict, self._label(team), " ; ".join(details), change=Change(team, values, added, left))

    def _label(self, team: KnownTeam) -> str:
        number = f" (matricule {team.values['registry_number']})" if team.values["registry_number"] else ""
        return f"{team.name}{number}, {self.known.acronyms[team.organisation]}, {', '.join(team.areas)}"

    async def write(self, decisions: Sequence[Decision], now: datetime) -> None:
        changes = [one.change for one in decisions if one.verdict in {Verdict.CREATED, Verdict.CHANGED}]
        changed = [change.team for change in changes if change.values and change.team.id]
        await self._insert([change.team for change in changes if not change.team.id])
        await update_many(Team, [{"id": team.id, **_columns(team)} for team in changed])
        left = [change.team.id for change in changes if change.left]
        if left:
            await TeamArea.delete().where(one_of(TeamArea.team, left))
        seats = [{"team": change.team.id, "area": code} for change in changes for code in change.added]
        await insert_many(TeamArea, seats)
        await index_teams(change.team.id for change in changes)

    async def _insert(self, teams: list[KnownTeam]) -> None:
        rows = [{"organisation": team.organisation, **_columns(team)} for team in teams]
        for team, row in zip(teams, await insert_many(Team, rows, returning=["id", "name"]), strict=True):
            assert row["name"] == team.name, "both databases give the rows back in the order of their insertion"
            team.id = row["id"]


def _columns(team: KnownTeam) -> dict[str, Any]:
    return {name: team.values[name] or None if name == "registry_number" else team.values[name] for name in VALUES}


def _check_lengths(values: dict[str, str]) -> None:
    for name, value in values.items():
        most = getattr(Team, name).length
        if len(value) > most:
            raise Invalid(longueur=f"« {value[:60]} » dépasse {most} caractères")


def _office_name(name: str) -> str:
    return name if not name or "france services" in name.lower() else f"France Services {name}"


def _remark(said: _Said) -> str:
    found, address, postal_code = [], said.values["contact_address"], said.values["postal_code"]
    if department_of(postal_code) not in {"", *said.areas}:
        found.append(f"le code postal {postal_code} n’est pas du département {', '.join(said.areas)}")
    if address and not re.fullmatch(r"[^@\s]+@[^@\s,;]+\.[a-z]{2,}", address.lower()):
        found.append(f"« {address} » n’est pas une adresse mail")
    return " ; ".join(found)
