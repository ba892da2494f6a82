"""Everything that the tables have of one case, so that two cases can be compared."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from app.domain.audit.log import RETENTION
from bench.generate.moments import moment
from bench.generate.stories import World
from db.encryption import decrypt
from db.tables.audit import AuditEntry
from db.tables.cases import Case, CaseField, CaseOrganisation
from db.tables.drafts import MessageDraft
from db.tables.email import Email
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS
from db.tables.mandates import Mandate
from db.tables.participants import Guest, Recipient
from db.tables.search_tokens import SearchToken
from db.tables.sms import Sms
from db.tables.thread import Event, Message, ReadReceipt

TABLES = (
    CaseField,
    CaseOrganisation,
    SearchToken,
    Event,
    Guest,
    Email,
    Mandate,
    Message,
    MessageDraft,
    ReadReceipt,
    Recipient,
    Sms,
)
OWN = {"id", "key", "case", "case_id"}
"""Numbers and keys, which another case has of its own."""
IGNORED_COLUMNS = {
    "cases": {"number"},
    "email": {"state", "due_at", "sent_at", "attempts", "message"},  # the message counts until the email is sent
    "audit_log": {"network", "browser"},
    "recipient": {"late_notices_sent"},
}
"""A letter has left, people came from somewhere, and a job sends the late notices: test_building.py."""


async def load_case_rows(case: UUID, world: World) -> dict[str, list[dict[str, Any]]]:
    """Everything about a case: numbers said by their rank, what is sealed opened, in no order."""
    found = {"cases": await Case.select().where(Case.id == case)}
    for table in TABLES:
        found[table._meta.tablename] = await table.select().where(table.case == case)
    kept = AuditEntry.happened_at > moment(world.now) - RETENTION
    found["audit_log"] = await AuditEntry.select().where(AuditEntry.case_id == case, kept)
    ranks = [_ranked(row["id"] for row in found[name]) for name in ("event", "message")]
    return {name: sorted((_normalise_row(name, row, *ranks) for row in rows), key=repr) for name, rows in found.items()}


def _ranked(ids: Iterator[int]) -> dict[int, int]:
    return {number: rank for rank, number in enumerate(sorted(ids), 1)}


def _normalise_row(table: str, row: dict[str, Any], events: dict[int, int], messages: dict[int, int]) -> dict[str, Any]:
    opened = dict(row)
    for column, place, _ in ENCRYPTED_COLUMNS:
        name = column._meta.name
        if column._meta.table._meta.tablename == table and str(row[name]).startswith("v1."):
            opened[name] = decrypt(column, row[place._meta.name], row[name])
    for name, ranks in (("last_event", events), ("last_internal_event", events), ("message", messages)):
        if row.get(name):
            opened[name] = ranks[row[name]]
    if table == "event":
        opened["rank"] = events[row["id"]]
    return {name: value for name, value in opened.items() if name not in OWN | IGNORED_COLUMNS.get(table, set())}
