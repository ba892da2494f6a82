"""Corrects the citizen's name and birth date on a case that was sent, by either side. Source: features.md W11.

The thread says which of them changed, and neither the former value nor the new one: its words are stored in clear.
"""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_case_for_action
from app.domain.cases.citizen import (
    Citizen,
    clean_citizen,
    encrypt_identity,
    find_missing_identity,
    find_overlong_identity,
    load_citizen,
)
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.completion import answer_asking_teams
from app.domain.cases.permissions import Action
from app.domain.cases.search.tokens import index_citizen
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Invalid
from db.engine import transaction

_LABELS = {"first_name": "prénom", "last_name": "nom de famille", "birth": "date de naissance"}
_FORM_FIELDS = {"first_name": "prenom", "last_name": "nom", "birth": "naissance"}
_CHANGED_MEANWHILE = "Corrigé entre-temps : vérifiez, puis enregistrez de nouveau."


async def correct_identity(actor: Actor, case_id: UUID, shown: Citizen, typed: Citizen, now: datetime) -> bool:
    """shown: what the form was drawn with. What is there already writes nothing. Returns whether the form changed it.

    Raises Invalid (empty, too long, or no longer what was shown), NotFound, Forbidden, Conflict (closed, suspended).
    """
    typed = clean_citizen(typed)
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.COMPLETE)
        if wrong := find_missing_identity(typed) | find_overlong_identity(typed):
            raise Invalid(**wrong)
        before = await load_citizen(case_id)
        if before == typed:
            return typed != shown
        if moved := _list_changes(shown, before):
            raise Invalid(**{_FORM_FIELDS[name]: _CHANGED_MEANWHILE for name in moved})
        changes = _list_changes(before, typed)
        event_id = await record_event(
            case,
            EventKind.IDENTITY,
            actor=actor,
            team_id=find_actor_team(actor, case),
            now=now,
            about=", ".join(_LABELS[name] for name in changes).capitalize(),
            change=encrypt_identity(case_id, changes) | await answer_asking_teams(actor, case, now),
        )
        await index_citizen(case_id)
        await mark_read(actor, case_id, event_id, now)
        return True


def _list_changes(before: Citizen, after: Citizen) -> dict[str, str]:
    """The fields that differ, with their value afterwards."""
    names = (field.name for field in fields(Citizen))
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
