"""Reads the citizen's authorisation of a case. Source: mandate.md; features.md N7."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.domain.cases.mandate.replies import ReplyMeaning
from app.domain.cases.mandate.sms_thread import (
    MandateSms,
    SmsState,
    build_replies_query,
    build_sms_query,
    decode_sms_list,
)
from db.batch import BatchQuery, BoundQuery, Row, fetch_batch, parse_timestamp
from db.encryption import decrypt
from db.tables.mandates import Mandate

REASON_LENGTH = 500
"""In characters, for sending. A draft may hold a longer reason."""
VALID_FOR_YEARS = 1
"""An older mandate is not valid: « otherwise one year, renewable »."""


class MandateKind(StrEnum):
    PAPER = "paper"
    SMS = "sms"
    PHONE = "phone"


@dataclass(frozen=True)
class CaseMandate:
    """signed_on: the day of the signature, or of the call. reason: why only the phone was possible.

    sms_list: all SMS of the case, the oldest first, even when another kind was chosen since.
    """

    kind: MandateKind
    signed_on: date | None
    reason: str
    attested_by: str
    attested_at: datetime
    sms_list: tuple[MandateSms, ...] = ()

    @property
    def last_sms(self) -> MandateSms | None:
        """The only SMS that decides."""
        return self.sms_list[-1] if self.sms_list else None

    @property
    def refused_at(self) -> datetime | None:
        """When the citizen refused by SMS. A refusal counts even after the case is sent."""
        decision = self.last_sms.decisive_reply if self.last_sms and self.kind == MandateKind.SMS else None
        return decision.received_at if decision and decision.meaning == ReplyMeaning.NO else None

    @property
    def awaits_reply(self) -> bool:
        """Whether a reply may still turn the last SMS into a mandate."""
        return self.last_sms is not None and self.last_sms.awaits_reply


_MANDATE_QUERY = BatchQuery(
    {
        "kind": "m.kind",
        "signed_on": "m.signed_on",
        "reason": "m.reason",
        "attested_at": "m.attested_at",
        "first_name": "p.first_name",
        "last_name": "p.last_name",
    },
    'mandate m JOIN person p ON p.id = m.attested_by WHERE m."case" = {}',
    {"signed_on": date.fromisoformat, "attested_at": parse_timestamp},
)


async def load_mandate(case_id: UUID) -> CaseMandate | None:
    """For a case or a draft. Checks no permission: the caller has."""
    found = await fetch_batch(
        mandates=build_mandate_query(case_id), texts=build_sms_query(case_id), replies=build_replies_query(case_id)
    )
    return decode_mandate(case_id, found["mandates"], decode_sms_list(found["texts"], found["replies"]))


def build_mandate_query(case_id: UUID) -> BoundQuery:
    return _MANDATE_QUERY.bind(case_id)


def decode_mandate(case_id: UUID, rows: list[Row], sms_list: tuple[MandateSms, ...]) -> CaseMandate | None:
    if not rows:
        return None
    row = rows[0]
    return CaseMandate(
        kind=MandateKind(row["kind"]),
        signed_on=row["signed_on"],
        reason=decrypt(Mandate.reason, case_id, row["reason"]),
        attested_by=f"{row['first_name']} {row['last_name']}",
        attested_at=row["attested_at"],
        sms_list=sms_list,
    )


def find_mandate_problems(mandate: CaseMandate | None, statement: str) -> dict[str, str]:
    """Maps each form field to the problem that keeps the case from being sent. Pure.

    statement: what the body of the SMS has to contain.
    """
    if mandate is None:
        return {"mandat": "Dites comment l’usager vous a donné son mandat."}
    if mandate.kind == MandateKind.PAPER:
        return {} if mandate.signed_on else {"signature": "Saisissez la date de signature du mandat."}
    if mandate.kind == MandateKind.SMS:
        problem = _find_sms_problem(mandate.last_sms, statement)
        return {"telephone": problem} if problem else {}
    found = {} if mandate.signed_on else {"appel": "Saisissez la date de l’appel."}
    return found if mandate.reason else {**found, "motif": "Dites pourquoi aucun autre moyen n’était possible."}


def _find_sms_problem(sms: MandateSms | None, statement: str) -> str:
    if sms is None:
        return "Saisissez le numéro de mobile de l’usager, puis envoyez-lui le SMS."
    if sms.state == SmsState.FAILED:
        return "Le SMS n’a pas pu partir : vérifiez le numéro et envoyez-le de nouveau."
    if statement not in sms.body:
        return "Vos réponses ont changé depuis le SMS : envoyez-en un nouveau, que l’usager accepte ce qui part."
    return _REPLY_PROBLEMS[sms.meaning]


_REPLY_PROBLEMS = {
    ReplyMeaning.YES: "",
    ReplyMeaning.PENDING: "L’usager n’a pas encore répondu OUI : attendez sa réponse, ou choisissez une autre forme "
    "de mandat.",
    ReplyMeaning.NO: "L’usager n’a pas donné son accord : sans lui, la demande ne peut pas partir.",
    ReplyMeaning.UNCLEAR: "La réponse de l’usager n’est pas un OUI : demandez-lui de répondre OUI, ou choisissez une "
    "autre forme de mandat.",
}
