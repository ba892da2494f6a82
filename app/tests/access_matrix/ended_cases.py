"""What ends the right to read a case: a transfer, a team that steps out, an erasure."""

from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.joining import list_joinable_teams
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.transfer import transfer
from app.tests.support.cases_fixtures import open_and_read_case
from db.tables.cases import Case


async def transfer_to_cpam(cast: Cast, case_id: UUID, reason: str, now: datetime) -> UUID:
    """From the CAF, which has read the case and may no longer read it."""
    caf = cast.referent_caf_lot
    await open_and_read_case(caf, case_id, now)
    teams = await list_joinable_teams(await load_visible_case(caf, case_id))
    await transfer(caf, case_id, next(team.id for team in teams if team.acronym == "CPAM"), reason, now)
    return case_id


async def leave_by_caf(cast: Cast, case_id: UUID, reason: str, now: datetime) -> UUID:
    """The CAF has read the case and may no longer read it."""
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await step_out(cast.referent_caf_lot, case_id, reason, now)
    return case_id


async def erase(cast: Cast, case_id: UUID, now: datetime) -> UUID:
    await close(cast.agent_lot, case_id, "solved", now)
    await Case.update({Case.closed_at: now.replace(year=now.year - 1)}).where(Case.id == case_id)
    await erase_closed_cases(now)
    return case_id
