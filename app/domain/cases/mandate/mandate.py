"""The citizen's authorisation, as it stands: which, when, attested by whom. Source: mandate.md; features.md N7."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.domain.cases.mandate.replies import Meaning
from app.domain.cases.mandate.sms_thread import HeldText, TextState, replies, texts, texts_from
from db.batch import Asked, Question, Row, moment, together
from db.encryption import unseal
from db.tables import Mandate

REASON_LENGTH = 500
"""Characters, once the case is sent; a draft keeps a longer reason."""
VALID_FOR_YEARS = 1
"""« Otherwise one year, renewable »: an older one authorises nothing any more."""


class MandateKind(StrEnum):
    PAPER = "paper"
    SMS = "sms"
    PHONE = "phone"


@dataclass(frozen=True)
class HeldMandate:
    """signed_on: the day of the signature, or of the call; reason: why there was no other way than the phone.

    texts: all those of the case, even when another mandate was chosen since.
    """

    kind: MandateKind
    signed_on: date | None
    reason: str
    attested_by: str
    attested_at: datetime
    texts: tuple[HeldText, ...] = ()

    @property
    def text(self) -> HeldText | None:
        """The one that decides."""
        return self.texts[-1] if self.texts else None

    @property
    def taken_back(self) -> datetime | None:
        """When the citizen, asked by text, said no: the last word is theirs, even once the case has left."""
        decision = self.text.decision if self.text and self.kind == MandateKind.SMS else None
        return decision.received_at if decision and decision.meaning == Meaning.NO else None

    @property
    def awaited(self) -> bool:
        """Whether an answer may still make it a mandate."""
        return self.text is not None and self.text.awaited


_MANDATES = Question(
    {
        "kind": "m.kind",
        "signed_on": "m.signed_on",
        "reason": "m.reason",
        "attested_at": "m.attested_at",
        "first_name": "p.first_name",
        "last_name": "p.last_name",
    },
    'mandate m JOIN person p ON p.id = m.attested_by WHERE m."case" = {}',
    {"signed_on": date.fromisoformat, "attested_at": moment},
)


async def mandate_of(case_id: UUID) -> HeldMandate | None:
    """Of a case or a draft that the caller has been let into."""
    found = await together(mandates=mandates(case_id), texts=texts(case_id), replies=replies(case_id))
    return mandate_from(case_id, found["mandates"], texts_from(found["texts"], found["replies"]))


def mandates(case_id: UUID) -> Asked:
    return _MANDATES.about(case_id)


def mandate_from(case_id: UUID, rows: list[Row], texts: tuple[HeldText, ...]) -> HeldMandate | None:
    if not rows:
        return None
    row = rows[0]
    return HeldMandate(
        kind=MandateKind(row["kind"]),
        signed_on=row["signed_on"],
        reason=unseal(Mandate.reason, case_id, row["reason"]),
        attested_by=f"{row['first_name']} {row['last_name']}",
        attested_at=row["attested_at"],
        texts=texts,
    )


def mandate_problems(mandate: HeldMandate | None, recalled: str) -> dict[str, str]:
    """What keeps a case from being sent: field -> what to do. recalled: what a text must have told. Pure."""
    if mandate is None:
        return {"mandat": "Dites comment l’usager vous a donné son mandat."}
    if mandate.kind == MandateKind.PAPER:
        return {} if mandate.signed_on else {"signature": "Saisissez la date de signature du mandat."}
    if mandate.kind == MandateKind.SMS:
        problem = _text_problem(mandate.text, recalled)
        return {"telephone": problem} if problem else {}
    found = {} if mandate.signed_on else {"appel": "Saisissez la date de l’appel."}
    return found if mandate.reason else {**found, "motif": "Dites pourquoi aucun autre moyen n’était possible."}


def _text_problem(text: HeldText | None, recalled: str) -> str:
    if text is None:
        return "Saisissez le numéro de mobile de l’usager, puis envoyez-lui le SMS."
    if text.state == TextState.FAILED:
        return "Le SMS n’a pas pu partir : vérifiez le numéro et envoyez-le de nouveau."
    if recalled not in text.body:
        return "Vos réponses ont changé depuis le SMS : envoyez-en un nouveau, que l’usager accepte ce qui part."
    return _UNANSWERED[text.meaning]


_UNANSWERED = {
    Meaning.YES: "",
    Meaning.PENDING: "L’usager n’a pas encore répondu OUI : attendez sa réponse, ou choisissez une autre forme "
    "de mandat.",
    Meaning.NO: "L’usager n’a pas donné son accord : sans lui, la demande ne peut pas partir.",
    Meaning.UNCLEAR: "La réponse de l’usager n’est pas un OUI : demandez-lui de répondre OUI, ou choisissez une autre "
    "forme de mandat.",
}
