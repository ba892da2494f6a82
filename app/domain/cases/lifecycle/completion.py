"""Adds or replaces a field that identifies the citizen, by either side. Source: features.md S7.

By the agents' side it answers the teams whose message they had not replied to (progress/steps.py).
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.cases import notifications
from app.domain.cases.access import load_case_for_action
from app.domain.cases.change import CaseChange
from app.domain.cases.draft.draft import CitizenDetail, load_details
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.citizen_details import add_citizen_details, replace_citizen_detail
from app.domain.cases.permissions import Action, CaseFacts, find_side
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.search.tokens import index_citizen
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.catalogue.fields import load_label_history
from app.domain.errors import Invalid
from db.engine import transaction

VALUE_LENGTH = 200


async def complete(actor: Actor, case_id: UUID, label: str, value: str, now: datetime) -> None:
    """The thread shows the new value and the old one to everyone on the case.

    A field that was withdrawn or renamed meanwhile is accepted. Raises Invalid, NotFound, Forbidden, Conflict (closed).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.COMPLETE)
        known = {detail.label: detail for detail in await load_details(case_id)}
        today = await load_label_history()
        label = label if label in known else today.get(label, label)
        if label not in {*known, *today.values()}:
            raise Invalid(champ="Choisissez un champ de la liste.")
        if not value:
            raise Invalid(valeur="Saisissez ce qui a été trouvé.")
        before = known.get(label)
        if before and before.value == value:
            return
        if before:
            await replace_citizen_detail(case_id, label, value)
        else:
            await add_citizen_details(case_id, [CitizenDetail(label, value)], first=len(known))
        await index_citizen(case_id)
        event_id = await record_event(
            case,
            EventKind.COMPLETED,
            actor=actor,
            team_id=find_actor_team(actor, case),
            now=now,
            about=_format_about(label, value, before),
            change=await answer_asking_teams(actor, case, now),
        )
        await mark_read(actor, case_id, event_id, now)


async def answer_asking_teams(actor: Actor, case: CaseFacts, now: datetime) -> CaseChange:
    """Gives the turn back to the teams that asked, and notifies them: the actor of the agents' side has completed what
    is known of the citizen. Runs in the caller's transaction.
    """
    after = steps.complete(build_progress(case), now, case.area)
    asking = frozenset(team for team, progress in case.teams.items() if after.teams[team] != progress)
    if find_side(actor, case) != Side.AGENT or not asking:
        return {}
    await notifications.notify_completed(actor, case, asking, now)
    return await write_progress(case, after)


def _format_about(label: str, value: str, before: CitizenDetail | None) -> str:
    """« Numéro fiscal : 123 (auparavant : non connu) »."""
    former = (before.value or ("non connu" if before.unknown else "")) if before else ""
    return f"{label} : {value} (auparavant : {former})" if former else f"{label} : {value}"
