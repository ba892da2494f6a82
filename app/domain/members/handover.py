"""Passes on the cases and drafts of a departing person, in the transaction of the departure. Source: features.md P6.

departure.py says what passes to whom. The thread of each case records it. A successor gets one email, for any number of
cases and drafts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.cases.access import load_locked_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, record_event
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.files.removal import remove_with_case
from app.domain.members.departure import (
    Departure,
    TeamDeparture,
    build_authored_cases_condition,
    build_drafts_condition,
    build_taken_cases_condition,
)
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.drafts import FormSave
from db.tables.participants import Recipient

WHOLE_TEAM, DELETE_DRAFTS = "equipe", "supprimer"
CASES_FIELD, DRAFTS_FIELD = "reprise", "brouillons"
_CHANGED = "La situation vient de changer. Relisez ce qui va se passer, puis confirmez."
HandoverChoices = Mapping[str, str]
"""Field of the form -> what was chosen. « reprise-12 » is about team 12: the id of a colleague, or WHOLE_TEAM."""


@dataclass(frozen=True)
class Successors:
    """In one team. None: for cases, the whole team; for drafts, no person, and they are deleted."""

    cases: int | None
    drafts: int | None


async def hand_over(
    departure: Departure, choices: HandoverChoices, preview_version: str, now: datetime, *, notified: bool = True
) -> None:
    """notified: a successor gets an email. Raises Forbidden (a team would have no reader), Conflict, Invalid."""
    if departure.stranded_teams:
        raise Forbidden(format_stranded_cases(departure))
    if preview_version != departure.preview_version:
        raise Conflict(_CHANGED)
    heirs = _find_successors(departure, choices)
    for share in departure.team_departures:
        await _hand_over_team(departure.person_id, share, heirs[share.team_id], now)
        if notified:
            await _notify_successors(share, heirs[share.team_id], now)


def format_stranded_cases(departure: Departure) -> str:
    teams = " et ".join(
        f"{share.team} ({_format_case_count(share.team_open_cases)} en cours)" for share in departure.stranded_teams
    )
    return (
        f"{departure.person} est la seule personne active de {teams} : plus personne ne lirait ces demandes. "
        "Ajoutez ou réactivez d’abord quelqu’un dans l’équipe."
    )


def _format_case_count(count: int) -> str:
    return f"{count} demande{'s' if count > 1 else ''}"


def _find_successors(departure: Departure, choices: HandoverChoices) -> dict[int, Successors]:
    wrong, heirs = {}, {}
    for share in departure.team_departures:
        cases, drafts = f"{CASES_FIELD}-{share.team_id}", f"{DRAFTS_FIELD}-{share.team_id}"
        known = {str(colleague.id): colleague.id for colleague in share.colleagues}
        if share.authored_cases and choices.get(cases) not in {WHOLE_TEAM, *known}:
            wrong[cases] = "Choisissez qui reprend ses demandes en cours."
        if share.drafts and choices.get(drafts) not in {DELETE_DRAFTS, *known}:
            wrong[drafts] = "Choisissez qui reprend ses brouillons, ou leur suppression."
        heirs[share.team_id] = Successors(known.get(choices.get(cases, "")), known.get(choices.get(drafts, "")))
    if wrong:
        raise Invalid(**wrong)
    return heirs


async def _hand_over_team(person_id: int, share: TeamDeparture, successors: Successors, now: datetime) -> None:
    if share.drafts:
        await _hand_over_drafts(person_id, share, successors.drafts, now)
    if share.authored_cases:
        await _hand_over_cases(person_id, share, successors.cases, now)
    if share.taken_cases:
        await _release_cases(person_id, share, now)


async def _notify_successors(share: TeamDeparture, successors: Successors, now: datetime) -> None:
    notified = {successors.cases if share.authored_cases else None, successors.drafts if share.drafts else None} - {
        None
    }
    await queue_emails(EmailKind.HANDED_OVER, sorted(person for person in notified if person), now=now)


async def _hand_over_drafts(person_id: int, share: TeamDeparture, successor: int | None, now: datetime) -> None:
    """With their attachments. The successor has thirty more days to send them."""
    rows = await Case.select(Case.id).where(build_drafts_condition(person_id, share.team_id))
    ids = [row["id"] for row in rows]
    if successor is None:
        for draft_id in ids:
            await remove_with_case(draft_id)
        await Case.delete().where(Case.id.is_in(ids))
        return
    await Case.update({Case.author: successor, Case.saved_at: now}).where(Case.id.is_in(ids))
    await FormSave.update({FormSave.person: successor}).where(FormSave.case.is_in(ids))
    await Attachment.update({Attachment.uploader: successor}).where(
        Attachment.case.is_in(ids), Attachment.uploader == person_id
    )


async def _hand_over_cases(person_id: int, share: TeamDeparture, successor: int | None, now: datetime) -> None:
    """A successor becomes the author: notified, may withdraw. Without one, the whole team follows the cases."""
    rows = (
        await Case.select(Case.id)
        .where(build_authored_cases_condition(person_id, share.team_id))
        .order_by(Case.last_event)
    )
    for row in rows:
        if successor is None:
            await _record_event(row["id"], EventKind.HANDED_OVER, now, other_team=share.team_id)
        else:
            change = {Case.author: successor}
            await _record_event(
                row["id"], EventKind.HANDED_OVER, now, team_id=share.team_id, other_person=successor, change=change
            )


async def _release_cases(person_id: int, share: TeamDeparture, now: datetime) -> None:
    """What was promised before any answer is promised by no one any more."""
    taken = build_taken_cases_condition(person_id, share.team_id)
    await Recipient.update({Recipient.promise_due: None}).where(taken, Recipient.first_answer_at.is_null())
    rows = await Recipient.update({Recipient.taken_by: None}).where(taken).returning(Recipient.case)
    for row in rows:
        await _record_event(row["case"], EventKind.RELEASED, now, team_id=share.team_id, other_person=person_id)


async def _record_event(
    case_id: UUID,
    kind: EventKind,
    now: datetime,
    *,
    team_id: int | None = None,
    other_team: int | None = None,
    other_person: int | None = None,
    change: CaseChange | None = None,
) -> None:
    """Without an actor: the audit log, not the thread, names the person whose departure caused it."""
    case = await load_locked_case(case_id)
    if case is not None:
        await record_event(
            case,
            kind,
            actor=None,
            team_id=team_id,
            now=now,
            other_team=other_team,
            other_person=other_person,
            change=change,
        )
