"""What a closed account keeps: its name and its address, at once. Source: issue 17, point 2.

Its teams stay too, in case the account is opened again: the person then says their function and phone anew, as on a
first visit. A role on the platform ends, and is given anew if need be.
"""

from datetime import datetime
from typing import Any

from piccolo.columns import Column

from app.domain.accounts.actor import PlatformRole
from app.domain.authentication.login_link import expire_login_links
from app.domain.authentication.provider_identity import unbind_identity
from app.domain.authentication.replace_address import drop_account_changes
from app.domain.authentication.sessions import end_person_sessions
from app.domain.authentication.stored_factor import delete_factor
from app.domain.calendar.time_zones import PARIS
from app.domain.reorganisation.inherited_duties import record_inherited_duties
from app.domain.search.people_and_teams import index_people
from db.tables.absences import Absence
from db.tables.members import Invitation
from db.tables.people import InactivityNotice, Person, SupervisedOrganisation, Supervision

_FORGOTTEN: dict[Column | str, Any] = {
    Person.function: "",
    Person.phone: "",
    Person.signature: "",
    Person.password_hash: "",
    Person.email_frequency: "at_once",
    Person.email_unassigned: None,
    Person.email_colleagues: None,
    Person.shortcuts: True,
    Person.platform_role: PlatformRole.MEMBER,
    Person.expert: False,
    Person.terms_accepted_at: None,
    Person.last_seen_on: None,
    Person.idle_from: None,
}
"""The columns of choices go back to their defaults."""


async def close_account(person_id: int, now: datetime) -> None:
    """After the hand-over of the person's cases. Inside the caller's transaction."""
    await forget_account(person_id, now)
    await end_person_sessions(person_id)
    await expire_login_links(person_id, now)
    await drop_account_changes(person_id)
    await Absence.delete().where(Absence.person == person_id)
    await InactivityNotice.delete().where(InactivityNotice.person == person_id)
    await record_inherited_duties(person_id, now)
    await _give_up_invitations(person_id)


async def forget_account(person_id: int, now: datetime) -> None:
    """An account that continued in this one had its function and phone, and loses them too.

    Inside the caller's transaction.
    """
    these = (Person.id == person_id) | (Person.merged_into == person_id)
    await Person.update({Person.active: False, Person.closed_at: now, **_FORGOTTEN}).where(these)
    await Supervision.delete().where(Supervision.person == person_id)
    await SupervisedOrganisation.delete().where(SupervisedOrganisation.person == person_id)
    await index_people([person_id])
    await delete_factor(person_id)
    await unbind_identity(person_id)


async def _give_up_invitations(person_id: int) -> None:
    """An invitation without a sender opens nothing, even after a reactivation: a thief may have sent it."""
    await Invitation.update({Invitation.invited_by: None}).where(
        Invitation.invited_by == person_id, Invitation.used_at.is_null()
    )


async def open_account(person_id: int, now: datetime) -> bool:
    """Returns False for an account that is open, continues in another, or that no one can be found by any more."""
    opened = await (
        Person.update(
            {
                Person.active: True,
                Person.closed_at: None,
                Person.erasure_asked_at: None,
                Person.idle_from: now.astimezone(PARIS).date(),
            }
        )
        .where(
            *(Person.id == person_id, Person.active.eq(False)),
            *(Person.pseudonymised_at.is_null(), Person.merged_into.is_null()),
        )
        .returning(Person.id)
    )
    return bool(opened)
