"""What a case is to each person whom an email tells of it (app/domain/email/shares.py)."""

from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.team import Teams
from app.domain.email.shares import CaseReader, CaseShare


def find_member_share(case: CaseFacts, team_id: int, person_id: int) -> CaseShare:
    """For a member of a team of the case, of the office or of a recipient."""
    if team_id != case.team_id:
        return find_referent_share(case.teams, team_id, person_id)
    if case.author_left:
        return CaseShare.UNASSIGNED
    return CaseShare.MINE if person_id == case.author_id else CaseShare.COLLEAGUES


def find_referent_share(teams: Teams, team_id: int, person_id: int) -> CaseShare:
    """A team that joins has no row yet, and no holder."""
    holder = teams[team_id].taken_by if team_id in teams else None
    if holder is None:
        return CaseShare.UNASSIGNED
    return CaseShare.MINE if holder == person_id else CaseShare.COLLEAGUES


def list_guest_readers(case: CaseFacts) -> set[CaseReader]:
    """A colleague opened the case. An expert has one choice for all."""
    return {CaseReader(person, CaseShare.COLLEAGUES) for person in case.guests}
