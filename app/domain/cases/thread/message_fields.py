"""The fields of a message form, as one save of them. Pure. Source: issue 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audience import TO_ALL, TO_REFERENTS, Audience, Readership, build_team_readership
from app.domain.cases.form_saves import Fields
from app.domain.cases.permissions import CaseFacts, list_teams_read_apart


@dataclass(frozen=True)
class SavedMessageDraft:
    """readership is the choice « Qui lira ».

    signature is the name under the message if it was changed by hand; with None, it is the profile's. addressed: ids of
    the ticked teams. reminder: the day of « Me le rappeler le », as typed.
    """

    body: str
    readership: Readership
    saved_at: datetime | None
    signature: str | None = None
    addressed: tuple[str, ...] = ()
    reminder: str = ""


READERS_FIELD = "lecteurs"
REMINDER_FIELD = "rappel"
_TEAM = "equipe"
_FOR_TEAM = f"{_TEAM}-"
NO_MESSAGE_DRAFT = SavedMessageDraft("", TO_ALL, None)


def format_readership(readership: Readership) -> str:
    """« tous », « referents », « equipe-12 », or « equipe » as long as no team is chosen."""
    if readership.audience == Audience.TEAM:
        return _TEAM if readership.team is None else f"{_FOR_TEAM}{readership.team}"
    return "referents" if readership.is_apart else "tous"


def parse_readership(value: str) -> Readership:
    """Empty: for all. A team without a number, « equipe », is TEAM without a team, which no one reads. Any other value
    is for referents alone.
    """
    number = value.removeprefix(_FOR_TEAM)
    if number != value and number.isdecimal() and len(number) < 10:
        return build_team_readership(int(number))
    if value.startswith(_TEAM):
        return Readership(Audience.TEAM)
    return TO_ALL if value in ("", "tous") else TO_REFERENTS


def choose_one_team(actor: Actor, case: CaseFacts, readership: Readership) -> Readership:
    """TEAM without a team, of a member of several, becomes their first one: never a wider audience."""
    teams = sorted(list_teams_read_apart(actor, case))
    return build_team_readership(teams[0]) if readership == Readership(Audience.TEAM) and teams else readership


def build_message_fields(
    body: str, signature: str | None, addressed: Sequence[int], readership: Readership, reminder: str = ""
) -> Fields:
    given = [("message", body), (READERS_FIELD, format_readership(readership) if readership.is_apart else "")]
    if signature is not None:
        given.append(("signature", signature))
    if addressed:
        given.append(("destinataires", " ".join(map(str, addressed))))
    if reminder:
        given.append((REMINDER_FIELD, reminder))
    return tuple(given) if body or readership.is_apart or len(given) > 2 else ()


def decode_message_fields(fields: Fields, saved_at: datetime) -> SavedMessageDraft:
    values = dict(fields)
    return SavedMessageDraft(
        values.get("message", ""),
        TO_REFERENTS if values.get("entre-referents") else parse_readership(values.get(READERS_FIELD, "")),
        saved_at,
        values.get("signature"),
        tuple(values.get("destinataires", "").split()),
        values.get(REMINDER_FIELD, ""),
    )
