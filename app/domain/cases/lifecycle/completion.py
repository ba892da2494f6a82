"""Either side completes what identifies the citizen: a number found later. Source: features.md S7."""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.access import case_for
from app.domain.cases.draft.view import Detail, details_of
from app.domain.cases.events import EventKind, record
from app.domain.cases.inbox.search_index import index_citizen
from app.domain.cases.lifecycle.citizen_fields import add_details, replace_value
from app.domain.cases.permissions import Action
from app.domain.cases.thread.posting import speaking_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.catalogue.fields import labels_ever
from app.domain.errors import Invalid
from db.engine import transaction

VALUE_LENGTH = 200


async def complete(actor: Actor, case_id: UUID, label: str, value: str, now: datetime) -> None:
    """The thread tells the new value and the old one: both stay readable by everyone on the case.

    A field withdrawn or renamed while the form was open is taken all the same.

    Raises Invalid, NotFound, Conflict (closed).
    """
    async with transaction():
        case = await case_for(actor, case_id, Action.COMPLETE)
        known = {detail.label: detail for detail in await details_of(case_id)}
        today = await labels_ever()
        label = label if label in known else today.get(label, label)
        if label not in {*known, *today.values()}:
            raise Invalid(champ="Choisissez un champ de la liste.")
        if not value:
            raise Invalid(valeur="Saisissez ce qui a été trouvé.")
        before = known.get(label)
        if before and before.value == value:
            return
        if before:
            await replace_value(case_id, label, value)
        else:
            await add_details(case_id, [Detail(label, value)], first=len(known))
        await index_citizen(case_id)
        event_id = await record(
            case,
            EventKind.COMPLETED,
            actor=actor,
            team_id=speaking_team(actor, case),
            now=now,
            about=_told(label, value, before),
        )
        await mark_read(actor, case_id, event_id, now)


def _told(label: str, value: str, before: Detail | None) -> str:
    """« Numéro fiscal : 123 (auparavant : non connu) »."""
    former = (before.value or ("non connu" if before.unknown else "")) if before else ""
    return f"{label} : {value} (auparavant : {former})" if former else f"{label} : {value}"
