"""Finds the cases that may be about one citizen, among what the actor may read, open and closed. Source: W10.

Search tokens choose at most MOST_COMPARED cases: the most recent with the same year of birth, one of the same numbers,
or the same phone and a word of the name, since an office may write its own phone. They are opened and compared
(comparison.py): no token tells one name from a name like it.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And, Or
from piccolo.query.methods.select import Select

from app.domain.accounts.actor import Actor
from app.domain.cases.citizen import IDENTITY_COLUMNS, Citizen, decode_citizen
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.inbox.listing import load_rows_by_id
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.visibility import Condition, build_visibility_condition
from app.domain.cases.lookalikes.comparison import Likeness, find_likeness
from app.domain.cases.lookalikes.numbers import list_numbers, list_phones, may_be_number
from app.domain.cases.search.citizen_conditions import (
    build_birth_year_condition,
    build_name_condition,
    build_number_condition,
)
from app.domain.cases.search.record import record_comparison
from db.batch import Row
from db.encryption import UnreadableError, decrypt
from db.tables.cases import Case, CaseField

log = logging.getLogger("aplus.encryption")
MOST_COMPARED = 300
Details = Sequence[CitizenDetail]
Likenesses = dict[UUID, Likeness]
"""Case -> what makes it alike, the most recent first."""


@dataclass(frozen=True)
class Lookalike:
    """birth: as it is typed there; empty if it cannot be decrypted."""

    case: CaseRow
    birth: str
    likeness: Likeness


async def find_lookalikes(actor: Actor, citizen: Citizen, details: Details, now: datetime) -> list[Lookalike]:
    """For a citizen whose case is not sent. The audit log has a line when some are found."""
    rows = await _load_candidates(actor, citizen, details)
    alike = await _compare_all(citizen, details, rows)
    shown = await load_rows_by_id(actor, list(alike), now) if alike else {}
    if shown:
        await record_comparison(actor, citizen.name, now)
    births = {row["id"]: _decode_birth(row) for row in rows if row["id"] in shown}
    return [Lookalike(shown[one], births[one], likeness) for one, likeness in alike.items() if one in shown]


async def load_births(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """Of cases that the actor may read: the caller has asked."""
    rows = await Case.select(Case.id, *IDENTITY_COLUMNS).where(Case.id.is_in(list(case_ids))) if case_ids else []
    return {row["id"]: _decode_birth(row) for row in rows}


async def compare_case(
    actor: Actor, case_id: UUID, citizen: Citizen, details: Details, linked: Collection[UUID] = ()
) -> Likenesses:
    """The look-alikes of a case that was sent, and all its `linked` cases, that the actor may read.

    citizen, details: as the page of the case has them. One statement when no case is a candidate or linked.
    """
    rows = await _load_candidates(actor, citizen, details, besides=case_id)
    if missing := {*linked} - {row["id"] for row in rows}:
        rows += await _build_query(actor, Case.id.is_in(list(missing)))
    alike = await _compare_all(citizen, details, rows)
    return {row["id"]: alike.get(row["id"], Likeness.NONE) for row in rows if row["id"] in {*alike, *linked}}


async def _load_candidates(
    actor: Actor, citizen: Citizen, details: Details, *, besides: UUID | None = None
) -> list[Row]:
    chosen: Condition = build_birth_year_condition(citizen.birth)
    if numbers := list_numbers(details):
        chosen = Or(chosen, build_number_condition(numbers))
    if phones := list_phones(details):
        chosen = Or(chosen, And(build_number_condition(phones), build_name_condition(citizen)))
    query = _build_query(actor, And(chosen, Case.id != besides) if besides else chosen)
    return await query.order_by(Case.last_event, ascending=False).limit(MOST_COMPARED)


def _build_query(actor: Actor, chosen: Condition) -> "Select[Case]":
    return Case.select(Case.id, *IDENTITY_COLUMNS).where(And(build_visibility_condition(actor), chosen))


async def _compare_all(citizen: Citizen, details: Details, rows: list[Row]) -> Likenesses:
    numbered = bool(rows) and bool(list_numbers(details) | list_phones(details))
    known = await _load_details([row["id"] for row in rows]) if numbered else {}
    found = {}
    for row in rows:
        other = _decode(row)
        likeness = find_likeness(citizen, details, other, known.get(row["id"], ())) if other else Likeness.NONE
        if likeness:
            found[row["id"]] = likeness
    return found


async def _load_details(case_ids: list[UUID]) -> dict[UUID, list[CitizenDetail]]:
    rows = await CaseField.select(CaseField.id, CaseField.case, CaseField.label, CaseField.value).where(
        CaseField.case.is_in(case_ids), CaseField.value != ""
    )
    found = defaultdict[UUID, list[CitizenDetail]](list)
    for row in rows:
        if may_be_number(row["label"]) and (value := _decrypt_value(row)):
            found[row["case"]].append(CitizenDetail(row["label"], value))
    return found


def _decode(row: Row) -> Citizen | None:
    """None when it cannot be decrypted: that keeps no other case from being compared."""
    try:
        return decode_citizen(row["id"], row)
    except UnreadableError as failure:
        log.error("cannot decrypt a citizen to compare: %s", failure)
        return None


def _decode_birth(row: Row) -> str:
    citizen = _decode(row)
    return citizen.birth if citizen else ""


def _decrypt_value(row: Row) -> str:
    try:
        return decrypt(CaseField.value, row["id"], row["value"])
    except UnreadableError as failure:
        log.error("cannot decrypt a number to compare: %s", failure)
        return ""
