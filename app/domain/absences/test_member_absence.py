"""A manager sets the absence of a member of their team, and the member learns of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from app.cast import Cast
from app.domain.absences.absence import is_absent
from app.domain.absences.change import remove_member_absence, set_member_absence
from app.domain.absences.plan import AbsencePlan
from app.domain.accounts.actor import Actor
from app.domain.email.queue_email import EmailKind
from app.domain.errors import DomainError, Forbidden, NotFound
from db.tables.absences import Absence as AbsenceRow
from db.tables.audit import AuditEntry
from db.tables.email import Email

Verb = Callable[[Actor, int, int], Awaitable[object]]


def plan(now: datetime) -> AbsencePlan:
    return AbsencePlan(now.date(), now.date() + timedelta(days=3), None)


def team_of(actor: Actor) -> int:
    return actor.seats[0].team_id


async def test_a_manager_sets_and_removes_it_and_the_person_learns_by_email(cast: Cast, now: datetime) -> None:
    julien, helene = cast.referent_caf_lot, cast.manager_caf_lot
    await set_member_absence(helene, team_of(julien), julien.id, plan(now), now)
    await remove_member_absence(helene, team_of(julien), julien.id, now)
    await remove_member_absence(helene, team_of(julien), julien.id, now)

    emails = await Email.select(Email.kind, Email.person).order_by(Email.written_at)
    assert sorted((one["kind"], one["person"]) for one in emails) == [
        (EmailKind.ABSENCE_SET, julien.id),
        (EmailKind.ABSENCE_REMOVED, julien.id),
    ]
    rows = await AuditEntry.select().where(AuditEntry.action.like("absence.%")).order_by(AuditEntry.id)
    assert [(row["action"], row["person_id"], row["target_person_id"], row["team_id"]) for row in rows] == [
        (action, helene.id, julien.id, team_of(julien)) for action in ("absence.set", "absence.removed")
    ]


async def test_of_oneself_a_manager_gets_no_email(cast: Cast, now: datetime) -> None:
    helene = cast.manager_caf_lot
    await set_member_absence(helene, team_of(helene), helene.id, plan(now), now)
    assert await Email.count() == 0 and await is_absent(helene.id, now)


@pytest.mark.parametrize(
    ("login", "error"), [("referent_caf_lot", Forbidden), ("referent_msa_lot", NotFound), ("agent_lot", NotFound)]
)
async def test_who_does_not_manage_the_team_sets_no_absence_of_another(
    cast: Cast, now: datetime, login: str, error: type[DomainError]
) -> None:
    actor, helene = getattr(cast, login), cast.manager_caf_lot
    verbs: list[Verb] = [
        lambda who, team, person: set_member_absence(who, team, person, plan(now), now),
        lambda who, team, person: remove_member_absence(who, team, person, now),
    ]
    for verb in verbs:
        with pytest.raises(error):
            await verb(actor, team_of(helene), helene.id)
    assert await AbsenceRow.count() == 0


async def test_a_manager_sets_no_absence_outside_their_team(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotFound):
        await set_member_absence(
            cast.manager_caf_lot, team_of(cast.manager_caf_lot), cast.referent_msa_lot.id, plan(now), now
        )
