"""The filters of the audit log, and their SQL conditions."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.address import normalize_address
from app.domain.calendar.time_zones import PARIS
from app.domain.cases.search.record import list_search_marks
from app.domain.errors import Invalid
from app.domain.row_ids import LARGEST_ID
from db.search import fold_text
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.people import Person
from db.tables.teams import Team

Condition = And | Or | Where | WhereRaw


@dataclass(frozen=True)
class AuditFilters:
    """Values as typed. words: of a search. The days are in Paris, both included.

    before: the last line of the page before.
    """

    person: str = ""
    case_id: UUID | None = None
    case_number: int | None = None
    team: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    before: int | None = None


async def build_audit_condition(filters: AuditFilters) -> Condition:
    """Raises Invalid for each filter whose person or team does not exist."""
    wrong: dict[str, str] = {}
    condition: Condition = AuditEntry.id > 0
    for name, typed, found in (
        ("personne", filters.person, await _build_person_condition(filters.person)),
        ("equipe", filters.team, await _build_team_condition(filters.team)),
        ("demande", filters.case_number, await _build_number_condition(filters.case_number)),
    ):
        if typed not in ("", None) and found is None:
            wrong[name] = _UNKNOWN[name]
        elif found is not None:
            condition = And(condition, found)
    if wrong:
        raise Invalid(**wrong)
    return And(condition, _build_plain_condition(filters))


_UNKNOWN = {
    "personne": "Aucun compte n’a cette adresse ni ce numéro. Vérifiez-la, ou laissez ce champ vide.",
    "demande": "Aucune demande n’a ce numéro : effacée, elle n’en a plus.",
    "equipe": "Aucune équipe n’a ces mots dans son nom, ni ce numéro. Essayez avec moins de mots.",
}


def _build_plain_condition(filters: AuditFilters) -> Condition:
    condition: Condition = AuditEntry.id > 0
    if filters.case_id:
        condition = And(condition, AuditEntry.case_id == filters.case_id)
    if filters.action:
        condition = And(condition, AuditEntry.action == filters.action)
    if filters.words:
        condition = And(condition, AuditEntry.search_mark.is_in(list_search_marks(filters.words)))
    if filters.since:
        condition = And(condition, AuditEntry.happened_at >= _compute_midnight(filters.since))
    if filters.until:
        condition = And(condition, AuditEntry.happened_at < _compute_midnight(filters.until + timedelta(days=1)))
    return condition


def _compute_midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _parse_id(typed: str) -> int | None:
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 11 else None
    return number if number is not None and number <= LARGEST_ID else None


async def _build_person_condition(typed: str) -> Condition | None:
    """Lines by the person or about them. An id is valid even when its account no longer exists."""
    number = _parse_id(typed)
    if number is None and "@" in typed:
        row = await Person.select(Person.id).where(Person.address == normalize_address(typed)).first()
        number = row["id"] if row else None
    return None if number is None else Or(AuditEntry.person_id == number, AuditEntry.target_person_id == number)


async def _build_team_condition(typed: str) -> Condition | None:
    number = _parse_id(typed)
    if number is not None:
        return AuditEntry.team_id == number
    words = fold_text(typed).split()
    rows = await Team.select(Team.id, Team.name) if words else []
    found = [row["id"] for row in rows if all(word in fold_text(row["name"]) for word in words)]
    return AuditEntry.team_id.is_in(found) if found else None


async def _build_number_condition(number: int | None) -> Condition | None:
    row = await Case.select(Case.id).where(Case.number == number).first() if number is not None else None
    return AuditEntry.case_id == row["id"] if row else None
