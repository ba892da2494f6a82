"""The emails that a step writes, sends or cancels."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.cast import build_address
from app.tests.one_team.sights import Letters
from db.tables.email import Email

_STATES = {"waiting": "waits", "sent": "sent", "cancelled": "cancelled"}


@dataclass(frozen=True)
class QueuedEmail:
    """about: « A message ». slot: None for an email that leaves at once."""

    about: str
    to: str
    state: str
    slot: datetime | None


Emails = Mapping[UUID, QueuedEmail]


async def load_emails(letters: Letters) -> Emails:
    rows = await Email.select(
        *(Email.id, Email.kind, Email.case, Email.state, Email.slot),
        Email.person.address.as_alias("address"),
        Email.team.name.as_alias("team"),
    )
    found = {}
    for row in rows:
        about = f"{letters.get(row['case'], '')} {row['kind']}".strip()
        to = (row["address"] or row["team"]).removesuffix(build_address(""))
        found[row["id"]] = QueuedEmail(about, to, row["state"], row["slot"])
    return found


def describe_changes(before: Emails, after: Emails) -> str:
    """« A late: CAF du Lot, responsable.caf.lot waits 26/12 10h; A message: agent.lot »."""
    changed = defaultdict[str, Counter[str]](Counter)
    for key, email in after.items():
        if before.get(key) != email:
            changed[email.about][_describe_email(email)] += 1
    return "; ".join(f"{about}: {_join(words)}" for about, words in sorted(changed.items()))


def _describe_email(email: QueuedEmail) -> str:
    """The address alone for an email that was sent at once."""
    if email.slot is None and email.state == "sent":
        return email.to
    waits = f" {email.slot:%d/%m %Hh}" if email.slot and email.state == "waiting" else ""
    return f"{email.to} {_STATES[email.state]}{waits}"


def _join(words: Counter[str]) -> str:
    return ", ".join(word if times == 1 else f"{word} ×{times}" for word, times in sorted(words.items()))
