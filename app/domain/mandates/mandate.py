"""The citizen's authorisation, as it stands: which, when, attested by whom. Source: mandate.md; features.md N7."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from db.tables import Mandate

VALID_FOR_YEARS = 1
"""« Otherwise one year, renewable »: an older one authorises nothing any more."""


class MandateKind(StrEnum):
    PAPER = "paper"
    PHONE = "phone"


@dataclass(frozen=True)
class HeldMandate:
    """signed_on: the day of the signature, or of the call; reason: why there was no other way than the phone."""

    kind: MandateKind
    signed_on: date | None
    reason: str
    attested_by: str
    attested_at: datetime


async def mandate_of(case_id: UUID) -> HeldMandate | None:
    """Of a case or a draft that the caller has been let into."""
    row = await (
        Mandate.select(
            Mandate.kind,
            Mandate.signed_on,
            Mandate.reason,
            Mandate.attested_at,
            Mandate.attested_by.first_name.as_alias("first_name"),
            Mandate.attested_by.last_name.as_alias("last_name"),
        )
        .where(Mandate.case == case_id)
        .first()
    )
    if row is None:
        return None
    name = f"{row['first_name']} {row['last_name']}"
    return HeldMandate(MandateKind(row["kind"]), row["signed_on"], row["reason"], name, row["attested_at"])


def mandate_problems(mandate: HeldMandate | None) -> dict[str, str]:
    """What keeps a case from being sent: field -> what to do. Pure."""
    if mandate is None:
        return {"mandat": "Dites comment l’usager vous a donné son mandat."}
    if mandate.kind == MandateKind.PAPER:
        return {} if mandate.signed_on else {"signature": "Saisissez la date de signature du mandat."}
    found = {} if mandate.signed_on else {"appel": "Saisissez la date de l’appel."}
    return found if mandate.reason else {**found, "motif": "Dites pourquoi aucun autre moyen n’était possible."}
