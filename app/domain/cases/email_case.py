"""What an email says of a case: number, office and organisations, nothing of the citizen. Source: features.md S13."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.tokens import compute_hmac
from db.tables.participants import Recipient

_ROOT_LENGTH = 32


@dataclass(frozen=True)
class EmailCase:
    """number: of the case. office: the team that sent it.

    organisations: the acronyms of those that are on it, in the order of arrival.
    """

    number: int
    office: str
    organisations: tuple[str, ...]


async def load_email_cases(case_ids: Collection[UUID]) -> dict[UUID, EmailCase]:
    """A withdrawn case is left out: it has no team."""
    query = Recipient.select(
        Recipient.case,
        Recipient.left_at,
        Recipient.case.number.as_alias("number"),
        Recipient.case.team.name.as_alias("office"),
        Recipient.team.organisation.acronym.as_alias("acronym"),
    ).where(Recipient.case.is_in(list(case_ids)))
    by_case: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await query.order_by(Recipient.id):
        by_case[row["case"]].append(row)
    return {case_id: _build_email_case(rows) for case_id, rows in by_case.items()}


def _build_email_case(rows: list[dict[str, Any]]) -> EmailCase:
    """Once every team has stepped out, all are named."""
    shown = [row for row in rows if row["left_at"] is None] or rows
    return EmailCase(rows[0]["number"], rows[0]["office"], tuple(dict.fromkeys(row["acronym"] for row in shown)))


def build_thread_root(case_id: UUID) -> str:
    """The left part of the Message-ID that all emails of a case refer to. It is the id of no email."""
    return f"demande.{compute_hmac('email thread', str(case_id))[:_ROOT_LENGTH]}"
