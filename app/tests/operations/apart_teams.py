"""Cases of the former release that no team left, and what the migration « teams_apart » makes of them."""

from app.tests.operations.apart_story import FRESH, FRESH_CLOCK, answered, sent, story, team, waiting
from app.tests.operations.former_case import CAF, MSA

ONE_TEAM = {
    "one team, not opened": story(sent(CAF), {CAF: team(**waiting(1, 4))}),
    "one team, opened, late": story(
        sent(CAF).open(2, CAF).notify_late(2), {CAF: team(seen_at=2, late_notices_sent=2, **waiting(1, 4))}
    ),
    "one team, answered": story(
        sent(CAF).open(2, CAF).answer(3, CAF).answer(4, CAF), {CAF: team(seen_at=2, **answered(3, 4))}
    ),
    "one team, asked twice since its answer": story(
        sent(CAF).answer(3, CAF).ask(5).ask(6), {CAF: team(**waiting(5, 21), **answered(3))}
    ),
    "one team, handled": story(
        sent(CAF).answer(2, CAF).answer(3, CAF, "handled"), {CAF: team(handled_at=3, **answered(2, 3))}
    ),
    "one team, handled, then asked": story(
        sent(CAF).answer(3, CAF, "handled").ask(5), {CAF: team(**waiting(5, 20), **answered(3))}
    ),
    "one team, handled, closed, reopened": story(
        sent(CAF).answer(3, CAF, "handled").close(5).reopen(7),
        {CAF: team(handled_at=3, **waiting(7, 22), **answered(3))},
    ),
    "one team, handled, then a message that was withdrawn": story(
        sent(CAF).answer(3, CAF, "handled").add_withdrawn(5, 1), {CAF: team(handled_at=3, **answered(3))}
    ),
    "one team, whose answer was withdrawn, and an internal note": story(
        sent(CAF).open(2, CAF).add_withdrawn(3, CAF).note(4, CAF), {CAF: team(seen_at=2, **waiting(1, 4))}
    ),
    "one team, closed and reopened before its answer": story(
        sent(CAF).open(2, CAF).close(3).reopen(8), {CAF: team(seen_at=2, **waiting(8, 11))}
    ),
    "one team, not relevant": story(
        sent(CAF).answer(2, CAF, "irrelevant"), {CAF: team(irrelevant_at=2, **answered(2))}
    ),
    "one team, not relevant, then asked": story(
        sent(CAF).answer(2, CAF, "irrelevant").ask(4), {CAF: team(**waiting(4, 19), **answered(2))}
    ),
    "one team, not relevant, asked, handled": story(
        sent(CAF).answer(2, CAF, "irrelevant").ask(4).answer(5, CAF, "handled"),
        {CAF: team(handled_at=5, **answered(2, 5))},
    ),
    "one team, suspended": story(sent(CAF).open(2, CAF).suspend(3), {CAF: team(seen_at=2)}),
    "one team, suspended and resumed": story(sent(CAF).suspend(3).resume(6), {CAF: team(**waiting(6, 9))}),
    "one team, closed": story(sent(CAF).answer(3, CAF, "handled").close(5), {CAF: team(handled_at=3, **answered(3))}),
}
SEVERAL_TEAMS = {
    "no team answered: each has the clock of the case": story(
        sent(CAF, MSA).open(2, CAF).notify_late(1),
        {
            CAF: team(seen_at=2, late_notices_sent=1, **waiting(1, 4)),
            MSA: team(late_notices_sent=1, **waiting(1, 4)),
        },
    ),
    "one team answered: the other's silence was hidden": story(
        sent(CAF, MSA).answer(3, CAF), {CAF: team(**answered(3)), MSA: team(**FRESH)}, **FRESH_CLOCK
    ),
    "one team answered the last message: the other's silence was hidden": story(
        sent(CAF, MSA).answer(2, CAF).answer(3, MSA).ask(5).answer(6, MSA),
        {CAF: team(**FRESH, **answered(2)), MSA: team(**answered(3, 6))},
        **FRESH_CLOCK,
    ),
    "both teams answered": story(
        sent(CAF, MSA).answer(2, CAF).answer(3, MSA), {CAF: team(**answered(2)), MSA: team(**answered(3))}
    ),
    "asked again: both have the turn, and the clock of the case": story(
        sent(CAF, MSA).answer(3, CAF).ask(5),
        {CAF: team(**waiting(5, 20), **answered(3)), MSA: team(**waiting(1, 20))},
    ),
    "handled by one of two teams": story(
        sent(CAF, MSA).answer(3, CAF, "handled"),
        {CAF: team(handled_at=3, **answered(3)), MSA: team(**FRESH)},
        handled_at=None,
        **FRESH_CLOCK,
    ),
    "handled by both teams": story(
        sent(CAF, MSA).answer(3, CAF, "handled").answer(4, MSA, "handled"),
        {CAF: team(handled_at=3, **answered(3)), MSA: team(handled_at=4, **answered(4))},
    ),
    "handled by one team, not relevant for the other": story(
        sent(CAF, MSA).answer(3, CAF, "handled").answer(4, MSA, "irrelevant"),
        {CAF: team(handled_at=3, **answered(3)), MSA: team(irrelevant_at=4, **answered(4))},
        handled_at=3,
    ),
    "not relevant for one team: the other's silence was hidden": story(
        sent(CAF, MSA).answer(3, CAF, "irrelevant"),
        {CAF: team(irrelevant_at=3, **answered(3)), MSA: team(**FRESH)},
        **FRESH_CLOCK,
    ),
    "not relevant for one team, then asked: the other has the turn": story(
        sent(CAF, MSA).answer(2, CAF, "irrelevant").answer(3, MSA).ask(5),
        {CAF: team(irrelevant_at=2, **answered(2)), MSA: team(**waiting(5, 20), **answered(3))},
    ),
    "not relevant for both, then asked: neither was named": story(
        sent(CAF, MSA).answer(2, CAF, "irrelevant").answer(3, MSA, "irrelevant").ask(5),
        {CAF: team(irrelevant_at=2, **answered(2)), MSA: team(irrelevant_at=3, **answered(3))},
        next_side="agent",
        late_from=None,
    ),
    "not relevant for one team, asked, not relevant for the other": story(
        sent(CAF, MSA).answer(2, CAF, "irrelevant").ask(4).answer(6, MSA, "irrelevant"),
        {CAF: team(irrelevant_at=2, **answered(2)), MSA: team(irrelevant_at=6, **answered(6))},
    ),
    "not relevant for two teams of one person": story(
        sent(CAF, MSA).answer(3, CAF, "irrelevant", also=[MSA]),
        {CAF: team(irrelevant_at=3, **answered(3)), MSA: team(irrelevant_at=3, **answered(3))},
    ),
    "invited after an answer: its silence was hidden": story(
        sent(CAF).answer(3, CAF).invite(6, CAF, MSA), {CAF: team(**answered(3)), MSA: team(6, **FRESH)}, **FRESH_CLOCK
    ),
    "invited while the case waits": story(
        sent(CAF).invite(3, CAF, MSA), {CAF: team(**waiting(1, 4)), MSA: team(3, **waiting(3, 4))}
    ),
    "suspended": story(sent(CAF, MSA).answer(3, CAF).suspend(5), {CAF: team(**answered(3)), MSA: team()}),
    "closed": story(
        sent(CAF, MSA).answer(3, CAF, "handled").close(5), {CAF: team(handled_at=3, **answered(3)), MSA: team()}
    ),
}
