"""A digest of a whole world, so that two worlds can be compared."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from piccolo.table import Table

from db.encryption import decrypt
from db.tables.attachments import Attachment
from db.tables.audit import AuditEntry
from db.tables.cases import Case, CaseField
from db.tables.email import Email
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS
from db.tables.mandates import Mandate
from db.tables.members import Membership
from db.tables.participants import Guest, Recipient
from db.tables.people import Person, Supervision
from db.tables.phrases import Phrase
from db.tables.search_tokens import SearchToken
from db.tables.survey import SurveyCount
from db.tables.teams import Team, TeamArea
from db.tables.thread import Event, Message, ReadReceipt

WRITTEN: tuple[type[Table], ...]
WRITTEN = (
    Person,
    Team,
    TeamArea,
    Membership,
    Supervision,
    Phrase,
    SurveyCount,
    Case,
    CaseField,
    SearchToken,
    Recipient,
)
WRITTEN += (Guest, Message, Event, ReadReceipt, Mandate, Attachment, Email, AuditEntry)


async def digest_world() -> str:
    """A digest of what can be read of every row; what is sealed lies otherwise each time."""
    found = hashlib.sha256()
    for table in WRITTEN:
        for row in await table.select().order_by(table._meta.primary_key):
            found.update(repr(list(_read(table._meta.tablename, row))).encode())
    return found.hexdigest()


def _read(table: str, row: dict[str, Any]) -> Iterator[object]:
    opened_with = {
        column._meta.name: (column, place)
        for column, place, _ in ENCRYPTED_COLUMNS
        if column._meta.table._meta.tablename == table
    }
    for name, value in row.items():
        if name in opened_with and str(value).startswith("v1."):
            column, place = opened_with[name]
            yield decrypt(column, row[place._meta.name], value)
        else:
            yield value.isoformat() if isinstance(value, datetime) else value
