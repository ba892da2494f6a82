"""Cases of the former release that a team left, and what the migration « teams_apart » makes of them."""

from app.tests.operations.apart_story import FRESH, FRESH_CLOCK, answered, gone, sent, story, team, waiting
from app.tests.operations.former_case import CAF, CLOSED, CLOSED_ON, CPAM, MERGED, MSA

DEPARTURES = {
    "transferred without an answer": story(
        sent(CAF).open(2, CAF).transfer(3, CAF, MSA), {CAF: gone(seen_at=2, left_at=3), MSA: team(3, **waiting(3, 6))}
    ),
    "transferred by a team that never opened it": story(
        sent(CAF).transfer(3, CAF, MSA), {CAF: gone(left_at=3), MSA: team(3, **waiting(3, 6))}
    ),
    "transferred after an answer": story(
        sent(CAF).open(2, CAF).answer(3, CAF, "handled").transfer(5, CAF, MSA),
        {CAF: gone(seen_at=2, left_at=5, handled_at=3, **answered(3)), MSA: team(5, **FRESH)},
        handled_at=None,
        **FRESH_CLOCK,
    ),
    "transferred by a team that had been invited": story(
        sent(CAF).answer(2, CAF).invite(3, CAF, MSA).transfer(5, MSA, CPAM),
        {CAF: team(**answered(2)), MSA: gone(3, left_at=5), CPAM: team(5, **FRESH)},
        **FRESH_CLOCK,
    ),
    "transferred back": story(
        sent(CAF).open(2, CAF).answer(3, CAF).transfer(5, CAF, MSA).open(6, MSA).transfer(7, MSA, CAF),
        {CAF: team(seen_at=2, **FRESH, **answered(3)), MSA: gone(5, seen_at=6, left_at=7)},
        **FRESH_CLOCK,
    ),
    "transferred back, then asked": story(
        sent(CAF).open(2, CAF).answer(3, CAF).transfer(5, CAF, MSA).open(6, MSA).transfer(7, MSA, CAF).ask(8),
        {CAF: team(seen_at=2, **waiting(8, 23), **answered(3)), MSA: gone(5, seen_at=6, left_at=7)},
    ),
    "transferred twice by the same team": story(
        sent(CAF).transfer(3, CAF, MSA).transfer(5, MSA, CAF).transfer(7, CAF, CPAM),
        {CAF: gone(left_at=7), MSA: gone(3, left_at=5), CPAM: team(7, **waiting(7, 10))},
    ),
    "a closed team": story(
        sent(CAF, CLOSED).answer(3, CLOSED).close_team(CLOSED),
        {CAF: team(**FRESH), CLOSED: gone(left_at=CLOSED_ON, **answered(3))},
        **FRESH_CLOCK,
    ),
    "a closed team that opened it": story(
        sent(CAF, CLOSED).open(3, CLOSED).close_team(CLOSED),
        {CAF: team(**waiting(1, 4)), CLOSED: gone(seen_at=3, left_at=CLOSED_ON)},
    ),
    "a closed team, on a closed case": story(
        sent(CAF, CLOSED).answer(3, CLOSED).close(5), {CAF: team(), CLOSED: gone(left_at=CLOSED_ON, **answered(3))}
    ),
    "answered by a team that was merged since": story(
        sent(MERGED).open(2, MERGED).answer(3, MERGED, "handled").merge(MERGED, MSA),
        {MSA: team(seen_at=2, handled_at=3, **answered(3))},
    ),
    "transferred by a team that was merged since": story(
        sent(MERGED).open(2, MERGED).answer(3, MERGED).transfer(5, MERGED, CAF),
        {MSA: gone(seen_at=2, left_at=5, **answered(3)), CAF: team(5, **FRESH)},
        **FRESH_CLOCK,
    ),
    "transferred by a team that was merged into a team of the case": story(
        sent(MERGED, MSA).answer(3, MERGED).transfer(5, MERGED, CAF),
        {MSA: team(**answered(3)), CAF: team(5, **FRESH)},
        **FRESH_CLOCK,
    ),
    "opened once closed, then reopened": story(
        sent(CAF).close(3).open(5, CAF).reopen(6), {CAF: team(seen_at=5, **waiting(6, 9))}, status="seen"
    ),
    "withdrawn": story(sent(CAF).withdraw(2), {}),
}
