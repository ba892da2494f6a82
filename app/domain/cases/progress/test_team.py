"""Two recipient teams that become one, and a team that a case reaches again: rare meetings, one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.cases.progress import steps
from app.domain.cases.progress.steps import CaseProgress

AREA, CAF, MSA = "46", 1, 2
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def send_to_both() -> CaseProgress:
    return steps.send([CAF, MSA], MONDAY, AREA)


def reopen_at_once(case: CaseProgress, now: datetime) -> CaseProgress:
    return steps.reopen(steps.close(case), now, AREA)


def test_a_merged_team_has_said_c_est_traite_once_both_did() -> None:
    handled = steps.answer(send_to_both(), CAF, MONDAY, AREA, handled=True)
    case = steps.answer(reopen_at_once(handled, MONDAY), MSA, MONDAY, AREA)
    assert case.teams[CAF].handled_at and case.teams[CAF].has_turn and not case.handled_at
    assert steps.merge(case, CAF, MSA).handled_at is None
    both = steps.answer(case, MSA, MONDAY + DAY, AREA, handled=True)
    assert steps.merge(both, CAF, MSA).handled_at == MONDAY + DAY


def test_a_merged_team_owes_its_answer_at_the_earliest_of_both_dates() -> None:
    handled = steps.answer(send_to_both(), CAF, MONDAY, AREA, handled=True)
    case = steps.answer(reopen_at_once(handled, MONDAY), MSA, MONDAY, AREA)
    case = steps.ask(case, [MSA], MONDAY + DAY, AREA)
    assert case.late_from is not None and case.late_from < (case.teams[MSA].late_from or MONDAY)
    assert steps.merge(case, CAF, MSA).late_from == case.late_from


def test_a_team_that_is_out_leaves_its_place_to_the_other() -> None:
    out = [
        steps.leave(send_to_both(), CAF, MONDAY),
        steps.answer(send_to_both(), CAF, MONDAY, AREA, irrelevant=True),
        steps.join(steps.send([MSA], MONDAY, AREA), CAF, MONDAY, AREA, opinion=True),
    ]
    for case in out:
        for merged in (steps.merge(case, CAF, MSA).teams[MSA], steps.merge(case, MSA, CAF).teams[CAF]):
            assert merged.is_concerned and merged.has_turn and merged.late_from == case.teams[MSA].late_from


def test_a_team_to_which_the_case_is_transferred_has_not_handled_it_any_more() -> None:
    """The system would otherwise close the case as handled while this team owes an answer."""
    handled = steps.answer(send_to_both(), CAF, MONDAY, AREA, handled=True)
    case = steps.leave(steps.join(handled, CAF, MONDAY + DAY, AREA), MSA, MONDAY + DAY)
    assert case.teams[CAF].has_turn and case.handled_at is None


def test_a_message_to_all_of_a_case_that_all_have_left_stays_with_the_agents() -> None:
    left = steps.leave(steps.send([CAF], MONDAY, AREA), CAF, MONDAY)
    assert left.next_side == "agent"
    assert steps.ask(left, [], MONDAY + DAY, AREA) == left
    assert steps.ask(left, [CAF], MONDAY + DAY, AREA).next_side == "referent"


def test_a_clock_that_goes_on_keeps_the_notices_that_were_sent() -> None:
    """An agent who writes again does not make the same emails leave again."""
    case = send_to_both()
    case = replace(case, teams={**case.teams, CAF: replace(case.teams[CAF], late_notices_sent=2)})
    again = steps.ask(case, [], MONDAY + 9 * DAY, AREA)
    assert (again.teams[CAF].late_notices_sent, again.teams[CAF].late_from) == (2, case.teams[CAF].late_from)
    answered = steps.answer(again, CAF, MONDAY + 9 * DAY, AREA)
    assert steps.ask(answered, [], MONDAY + 9 * DAY, AREA).teams[CAF].late_notices_sent == 0
