"""Who is notified of a note between referents, or of one team (notifications.py has the table)."""

from datetime import datetime

from app.domain.accounts.actor import Actor, load_actors
from app.domain.audience import Readership
from app.domain.cases.notifications import list_emailed_teams, list_members
from app.domain.cases.permissions import CaseFacts, may_read
from app.domain.cases.team_mailbox import find_team_mailbox, list_teams_with_mailbox
from app.domain.email.queue_email import CaseAddress, EmailKind, queue_case_emails, queue_team_emails
from app.domain.email.recipients import list_emailed_people
from app.domain.email.shares import CaseShare, list_people


async def notify_note(
    actor: Actor,
    case: CaseFacts,
    message_id: int,
    readership: Readership,
    now: datetime,
    called: frozenset[int],
) -> None:
    """A member who is also on the agents' side gets no email; nor does an address that other people read.

    called: notified by their names (thread/mentions.py).
    """
    notified = list_emailed_teams(case) | case.recipient_teams.intersection(seat.team_id for seat in actor.seats)
    notified = frozenset({readership.team}) if readership.team else notified
    members = await list_members(case, notified)
    known = await load_actors(list_people(members))
    reading = {one.id for one in known if may_read(one, case, *readership)}
    by_name = await list_emailed_people(called, CaseShare.MINE)
    readers = {one for one in members if one.person in reading - by_name}
    address = CaseAddress(case.id, case.team_id, message_id)
    await queue_case_emails(EmailKind.INTERNAL, readers, address, now=now, doer=actor.id)
    shared = await list_teams_with_mailbox(notified, list_people(members) | {actor.id})
    teams = [team_id for team_id in shared if await find_team_mailbox(team_id, case.id, readership)]
    await queue_team_emails(EmailKind.INTERNAL, teams, case_id=case.id, message_id=message_id, now=now)
