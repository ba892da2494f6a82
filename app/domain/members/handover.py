"""What a departing person followed passes on, in the transaction of their departure: leaving.py says what to whom.

The thread of each case says so; who takes over gets one letter, whatever there is. Source: features.md P6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.cases.access import facts_of
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, record
from app.domain.email.queue_email import LetterKind, write_letters
from app.domain.errors import Conflict, Invalid, Refused
from app.domain.files.removal import remove_with_case
from app.domain.members.leaving import Departure, Share, authored_in, drafts_in, taken_in
from db.tables import Attachment, Case, FormSave, Recipient

WHOLE_TEAM, DELETED = "equipe", "supprimer"
CASES_FIELD, DRAFTS_FIELD = "reprise", "brouillons"
_CHANGED = "La situation vient de changer. Relisez ce qui va se passer, puis confirmez."
Choices = Mapping[str, str]
"""Field of the form -> what was chosen: « reprise-12 » is a colleague or the whole team 12."""


@dataclass(frozen=True)
class Heirs:
    """Who takes over in one team; None: the whole team for cases, nobody for drafts, which are then deleted."""

    cases: int | None
    drafts: int | None


async def hand_over(departure: Departure, choices: Choices, seen: str, now: datetime) -> None:
    """Raises Refused (somebody must come first), Conflict (not what the preview showed), Invalid for each choice."""
    if departure.stranded:
        raise Refused(said_stranded(departure))
    if seen != departure.seen:
        raise Conflict(_CHANGED)
    heirs = _heirs(departure, choices)
    for share in departure.shares:
        await _pass_on(departure.person_id, share, heirs[share.team_id], now)


def said_stranded(departure: Departure) -> str:
    teams = " et ".join(f"{share.team} ({_cases(share.team_open)} en cours)" for share in departure.stranded)
    return (
        f"{departure.person} est la seule personne active de {teams} : plus personne ne lirait ces demandes. "
        "Ajoutez ou réactivez d’abord quelqu’un dans l’équipe."
    )


def _cases(count: int) -> str:
    return f"{count} demande{'s' if count > 1 else ''}"


def _heirs(departure: Departure, choices: Choices) -> dict[int, Heirs]:
    wrong, heirs = {}, {}
    for share in departure.shares:
        cases, drafts = f"{CASES_FIELD}-{share.team_id}", f"{DRAFTS_FIELD}-{share.team_id}"
        known = {str(colleague.id): colleague.id for colleague in share.colleagues}
        if share.authored and choices.get(cases) not in {WHOLE_TEAM, *known}:
            wrong[cases] = "Choisissez qui reprend ses demandes en cours."
        if share.drafts and choices.get(drafts) not in {DELETED, *known}:
            wrong[drafts] = "Choisissez qui reprend ses brouillons, ou leur suppression."
        heirs[share.team_id] = Heirs(known.get(choices.get(cases, "")), known.get(choices.get(drafts, "")))
    if wrong:
        raise Invalid(**wrong)
    return heirs


async def _pass_on(person_id: int, share: Share, heirs: Heirs, now: datetime) -> None:
    if share.drafts:
        await _pass_drafts(person_id, share, heirs.drafts, now)
    if share.authored:
        await _pass_cases(person_id, share, heirs.cases, now)
    if share.taken:
        await _release(person_id, share, now)
    told = {heirs.cases if share.authored else None, heirs.drafts if share.drafts else None} - {None}
    await write_letters(LetterKind.HANDED_OVER, sorted(heir for heir in told if heir), now=now)


async def _pass_drafts(person_id: int, share: Share, heir: int | None, now: datetime) -> None:
    """With what was already joined to them; thirty more days to send them."""
    rows = await Case.select(Case.id).where(drafts_in(person_id, share.team_id))
    ids = [row["id"] for row in rows]
    if heir is None:
        for draft_id in ids:
            await remove_with_case(draft_id)
        await Case.delete().where(Case.id.is_in(ids))
        return
    await Case.update({Case.author: heir, Case.saved_at: now}).where(Case.id.is_in(ids))
    await FormSave.update({FormSave.person: heir}).where(FormSave.case.is_in(ids))
    await Attachment.update({Attachment.uploader: heir}).where(
        Attachment.case.is_in(ids), Attachment.uploader == person_id
    )


async def _pass_cases(person_id: int, share: Share, heir: int | None, now: datetime) -> None:
    """A colleague becomes the author, who is told and may withdraw; with nobody named, the whole team stands in."""
    rows = await Case.select(Case.id).where(authored_in(person_id, share.team_id)).order_by(Case.last_event)
    for row in rows:
        if heir is None:
            await _say(row["id"], EventKind.HANDED_OVER, now, other_team=share.team_id)
        else:
            change = {Case.author: heir}
            await _say(row["id"], EventKind.HANDED_OVER, now, team_id=share.team_id, other_person=heir, change=change)


async def _release(person_id: int, share: Share, now: datetime) -> None:
    rows = await (
        Recipient.update({Recipient.taken_by: None}).where(taken_in(person_id, share.team_id)).returning(Recipient.case)
    )
    for row in rows:
        await _say(row["case"], EventKind.RELEASED, now, team_id=share.team_id, other_person=person_id)


async def _say(
    case_id: UUID,
    kind: EventKind,
    now: datetime,
    *,
    team_id: int | None = None,
    other_team: int | None = None,
    other_person: int | None = None,
    change: CaseChange | None = None,
) -> None:
    """By itself: whose departure it follows from is in the trail, not in the thread."""
    case = await facts_of(case_id)
    if case is not None:
        await record(
            case,
            kind,
            actor=None,
            team_id=team_id,
            now=now,
            other_team=other_team,
            other_person=other_person,
            change=change,
        )
