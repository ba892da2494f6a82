"""A row of a list of people: which person, what it changes, which team they join.

An empty cell changes nothing. An import ends no membership, reactivates no account, changes no role and no password.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.accounts.actor import PlatformRole
from app.domain.accounts.address import normalize_address
from app.domain.accounts.phone import find_phone_error
from app.domain.errors import Invalid
from app.domain.imports.cell_formats import normalize_phone, parse_address, parse_departments
from app.domain.imports.columns import PEOPLE
from app.domain.imports.csv_parser import Row
from app.domain.imports.known_teams import KnownTeam, KnownTeams
from app.domain.imports.row_decision import Decision, RowResult
from app.domain.search.people_and_teams import index_people
from db.bulk import insert_many, is_any_of, update_many
from db.search import fold_text
from db.tables.members import Membership
from db.tables.people import Person

_COLUMN_LABELS = {"first_name": "prénom", "last_name": "nom", "function": "fonction", "phone": "téléphone"}
_ADMIN = "un administrateur n’est membre d’aucune équipe : il en lirait les demandes"
_YES, _NO = {"oui", "o", "x", "1", "vrai", "true", "yes"}, {"non", "n", "0", "faux", "false", "no"}


@dataclass(slots=True)
class KnownPerson:
    """`id` is 0 for a person whom this file creates. `seats` is team id -> whether they manage it.

    `first_line` is 0 until a row names the person. `named_team_ids` are the teams of the rows that name them.
    """

    id: int
    address: str
    values: dict[str, str]
    active: bool = True
    role: PlatformRole = PlatformRole.MEMBER
    seats: dict[int, bool] = field(default_factory=dict)
    seat_ids: dict[int, int] = field(default_factory=dict)
    first_line: int = 0
    named_team_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonChange:
    """`joined_team` is (team id, manager or not), `manager_change` is (membership id, manager or not)."""

    person: KnownPerson
    values: dict[str, str]
    joined_team: tuple[int, bool] | None
    manager_change: tuple[int, bool] | None


class PeopleImporter:
    columns = PEOPLE

    def __init__(self) -> None:
        self.teams = KnownTeams()
        self.people: dict[str, KnownPerson] = {}
        self._teams_by_cells: dict[tuple[str, str, str], list[KnownTeam]] = {}

    async def load(self) -> None:
        await self.teams.load()

    async def look_up(self, rows: Sequence[Row]) -> None:
        """People whom a row above named are not read again: their decided changes are kept."""
        addresses = {normalize_address(row["address"]) for row in rows} - self.people.keys()
        found = await Person.select(
            Person.id,
            Person.address,
            Person.active,
            Person.platform_role,
            *(getattr(Person, name) for name in _COLUMN_LABELS),
        ).where(is_any_of(Person.address, sorted(addresses)))
        by_id = {}
        for row in found:
            person = KnownPerson(
                row.pop("id"),
                row.pop("address"),
                active=row.pop("active"),
                role=PlatformRole(row.pop("platform_role")),
                values=row,
            )
            by_id[person.id] = self.people[person.address] = person
        for seat in await Membership.select().where(is_any_of(Membership.person, sorted(by_id))):
            by_id[seat["person"]].seats[seat["team"]] = seat["manager"]
            by_id[seat["person"]].seat_ids[seat["team"]] = seat["id"]

    def decide(self, row: Row) -> Decision:
        address, manager, team = _parse_address(row["address"]), _parse_manager(row["manager"]), self._find_team(row)
        values, remark = _parse_values(row)
        if manager is not None and team is None:
            raise Invalid(equipe="dites de quelle équipe cette personne est responsable, ou non")
        person = self.people.get(address)
        if person is None:
            return self._decide_new(row.line, KnownPerson(0, address, values), team, manager, remark)
        if not person.active:
            raise Invalid(compte="ce compte est désactivé : un responsable de son équipe peut le réactiver")
        if team and person.role == PlatformRole.ADMIN:
            raise Invalid(role=_ADMIN)
        _check_repeated(person, values, team)
        return self._decide_existing(row.line, person, values, team, manager, remark)

    def _decide_new(
        self, line: int, person: KnownPerson, team: KnownTeam | None, manager: bool | None, remark: str
    ) -> Decision:
        self.people[person.address] = person
        joined, managing, membership_detail = _decide_membership(person, team, manager)
        person.first_line = line
        change = PersonChange(person, person.values, joined, managing)
        return Decision(line, RowResult.CREATED, _format_label(person), membership_detail, remark, change)

    def _decide_existing(
        self,
        line: int,
        person: KnownPerson,
        said: dict[str, str],
        team: KnownTeam | None,
        manager: bool | None,
        remark: str,
    ) -> Decision:
        values = {
            name: value for name, value in said.items() if value and value != normalize_phone(person.values[name])
        }
        details = [_format_change(name, person.values[name], value) for name, value in values.items()]
        joined, managing, membership_detail = _decide_membership(person, team, manager)
        details += [membership_detail] if membership_detail else []
        person.values.update(values)
        person.first_line = person.first_line or line
        verdict = RowResult.CHANGED if details else RowResult.UNCHANGED
        change = PersonChange(person, values, joined, managing)
        return Decision(line, verdict, _format_label(person), " ; ".join(details), remark, change)

    def _find_team(self, row: Row) -> KnownTeam | None:
        """None when the row names no team. Raises Invalid when no team matches, or several."""
        if not (row["team"] or row["organisation"] or row["areas"]):
            return None
        key = (row["team"], row["organisation"], row["areas"])
        found = (
            self._teams_by_cells[key]
            if key in self._teams_by_cells
            else self._teams_by_cells.setdefault(key, self._list_candidate_teams(row))
        )
        if len(found) == 1:
            return found[0]
        named = " ".join(f"« {row[name]} »" for name in ("team", "organisation", "areas") if row[name])
        if not found:
            raise Invalid(equipe=f"aucune équipe ne correspond à {named}")
        raise Invalid(equipe=f"{len(found)} équipes correspondent à {named} : donnez le matricule de la bonne")

    def _list_candidate_teams(self, row: Row) -> list[KnownTeam]:
        numbered = self.teams.find_by_number(row["team"])
        found = (
            [numbered] if numbered else self.teams.find_by_name(row["team"]) if row["team"] else self.teams.list_open()
        )
        if row["organisation"]:
            organisation = self.teams.find_organisation(row["organisation"])
            found = [team for team in found if team.organisation == organisation]
        if row["areas"]:
            codes = set(parse_departments(row["areas"], "", "", self.teams.areas))
            found = [team for team in found if codes <= set(team.areas)]
        return [team for team in found if not team.closed]

    async def write(self, decisions: Sequence[Decision], now: datetime) -> None:
        changes: list[PersonChange] = [
            one.change for one in decisions if one.result in {RowResult.CREATED, RowResult.CHANGED}
        ]
        await self._insert_people([change.person for change in changes if not change.person.id], now)
        changed = {change.person.id: change.person.values for change in changes if change.values}
        await update_many(Person, [{"id": person_id, **values} for person_id, values in changed.items()])
        joined = [
            {"person": change.person.id, "team": change.joined_team[0], "manager": change.joined_team[1]}
            for change in changes
            if change.joined_team
        ]
        await insert_many(Membership, joined)
        managing = [change.manager_change for change in changes if change.manager_change]
        await update_many(Membership, [{"id": seat, "manager": manager} for seat, manager in managing])
        await index_people(change.person.id for change in changes)

    async def _insert_people(self, people: list[KnownPerson], now: datetime) -> None:
        by_address = {one.address: one for one in people}
        rows = [{"address": one.address, **one.values, "created_at": now} for one in by_address.values()]
        for row in await insert_many(Person, rows, returning=["id", "address"]):
            by_address[row["address"]].id = row["id"]


def _format_change(name: str, before: str, after: str) -> str:
    return (
        f"{_COLUMN_LABELS[name]} : « {before} » devient « {after} »"
        if before
        else f"{_COLUMN_LABELS[name]} : « {after} »"
    )


def _decide_membership(
    person: KnownPerson, team: KnownTeam | None, manager: bool | None
) -> tuple[tuple[int, bool] | None, tuple[int, bool] | None, str]:
    """The values of PersonChange.joined_team and PersonChange.manager_change, and their description for the preview."""
    if team is None:
        return None, None, ""
    person.named_team_ids += (team.id,)
    held = person.seats.get(team.id)
    if held is None:
        person.seats[team.id] = bool(manager)
        return (team.id, bool(manager)), None, f"rejoint {team.name}{', responsable' if manager else ''}"
    if manager is None or manager == held:
        return None, None, ""
    person.seats[team.id] = manager
    membership_detail = f"devient responsable de {team.name}" if manager else f"n’est plus responsable de {team.name}"
    return None, (person.seat_ids[team.id], manager), membership_detail


def _check_repeated(person: KnownPerson, values: dict[str, str], team: KnownTeam | None) -> None:
    """A file names a person once for each team, always with the same values. Raises Invalid."""
    if not person.first_line:
        return
    others = [
        _COLUMN_LABELS[name] for name, value in values.items() if value and person.values[name] not in {"", value}
    ]
    if others:
        raise Invalid(doublon=f"cette adresse figure à la ligne {person.first_line}, avec un autre {others[0]}")
    if team is None or team.id in person.named_team_ids:
        raise Invalid(doublon=f"cette personne figure déjà plus haut, à la ligne {person.first_line}")


def _parse_address(typed: str) -> str:
    if not typed:
        raise Invalid(adresse="il n’y a pas d’adresse mail")
    return parse_address(typed)


def _parse_manager(typed: str) -> bool | None:
    word = fold_text(typed)
    if word and word not in _YES | _NO:
        raise Invalid(responsable=f"« {typed[:40]} » : écrivez oui ou non dans la colonne « Responsable »")
    return word in _YES if word else None


def _parse_values(row: Row) -> tuple[dict[str, str], str]:
    """The values of the row, and a remark. An invalid phone number is ignored, and the remark reports it."""
    values = {name: normalize_phone(row[name]) if name == "phone" else row[name] for name in _COLUMN_LABELS}
    for name, value in values.items():
        most = getattr(Person, name).length
        if len(value) > most:
            raise Invalid(longueur=f"« {value[:60]} » dépasse {most} caractères")
    if values["phone"] and find_phone_error(values["phone"]):
        return values | {"phone": ""}, f"« {values['phone']} » n’est pas un numéro de téléphone : laissé de côté"
    return values, ""


def _format_label(person: KnownPerson) -> str:
    name = f"{person.values['first_name']} {person.values['last_name']}".strip()
    return f"{name}, {person.address}" if name else person.address
