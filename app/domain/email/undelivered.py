"""Dead mailboxes: of a person, or the shared address of a team. Their emails are still tried, once each.

A mailbox is alive again when an email arrives, when its person logs in, and when its address changes
(app/domain/teams/dead_mailboxes.py). What a relay
accepts, it may still bring back: after a bounce, an email that stayed accepted for a day says that emails arrive.
"""

from datetime import datetime, timedelta

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.email.failure import Failure
from app.domain.email.queue_undelivered import notify_keepers_of_mailbox
from db.tables.undelivered import Undelivered

_BOUNCE_TIME = timedelta(days=1)
_ARRIVED_SQL = (
    "NOT undelivered.by_bounce OR EXISTS (SELECT 1 FROM email WHERE email.state = 'sent' "
    "AND email.sent_at > undelivered.since AND email.sent_at < {} AND (email.person = undelivered.person "
    "OR (email.person IS NULL AND email.team = undelivered.team)))"
)
"""Reads the index email_accepted, and only for a mailbox that a bounce showed to be dead."""


async def mark_undelivered(
    person_id: int | None, team_id: int | None, reason: Failure, now: datetime, *, by_bounce: bool = False
) -> None:
    """team_id counts without a person only: then it is the shared address. Inside the caller's transaction."""
    whose = _build_owner_condition(person_id, team_id)
    if whose is None or await Undelivered.exists().where(whose, Undelivered.lifted_at.is_null()):
        return
    known = await (
        Undelivered.update(
            {
                Undelivered.reason: reason,
                Undelivered.by_bounce: by_bounce,
                Undelivered.since: now,
                Undelivered.lifted_at: None,
            }
        )
        .where(whose)
        .returning(Undelivered.id)
    )
    if not known:
        row = Undelivered(person=person_id, team=team_id if person_id is None else None, reason=reason, since=now)
        row.by_bounce = by_bounce
        await Undelivered.insert(row).on_conflict(action="DO NOTHING")
    await notify_keepers_of_mailbox(whose, person_id, team_id, now)


async def clear_after_acceptance(person_id: int | None, team_id: int | None, now: datetime) -> None:
    """The relay accepted an email for this mailbox."""
    if whose := _build_owner_condition(person_id, team_id):
        arrived = WhereRaw(f"({_ARRIVED_SQL})", now - _BOUNCE_TIME)
        await Undelivered.update({Undelivered.lifted_at: now}).where(And(whose, _is_live()), arrived)


async def is_undelivered(person_id: int | None, team_id: int | None) -> bool:
    whose = _build_owner_condition(person_id, team_id)
    return whose is not None and bool(await Undelivered.exists().where(And(whose, _is_live())))


def _is_live() -> Where:
    return Undelivered.lifted_at.is_null()


def _build_owner_condition(person_id: int | None, team_id: int | None) -> Where | And | Or | None:
    """None for an address without an account: an invitation, a request for an account."""
    if person_id is not None:
        return Undelivered.person == person_id
    return Undelivered.team == team_id if team_id is not None else None
