"""On cases of one team, every list, email and figure is what the former release showed, but for the changed rules."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.cases.lifecycle import lateness
from app.domain.cases.progress import promise, steps
from app.tests.one_team.changed_rules import CHANGED_RULES, ChangedRule
from app.tests.one_team.ended_unseen import ENDED_UNSEEN, leave_out_ended
from app.tests.one_team.former_release import FORMER_RELEASE, apply_changes, find_differences, read_former_release
from app.tests.one_team.playing import prepare_player
from app.tests.one_team.promises import PROMISES, add_promises
from app.tests.one_team.stories import write_stories

FORMER = read_former_release()
CHANGED = {rule.name for rule in CHANGED_RULES}
TODAY = {name: add_promises(leave_out_ended(story)) for name, story in FORMER.items()}
UNCHANGED = [story for name, story in TODAY.items() if name not in CHANGED]
PARTS = 10
only_on_sqlite = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
MUTANTS = {
    "an answer keeps the turn": (steps, "end_turn", lambda team: team),
    "who announced no end is reminded a week later": (promise, "PROMISE_DAYS", 15),
    "the first answer is due a day later": (lateness, "FIRST_ANSWER_DAYS", 4),
}


async def list_differences(cast: Cast, now: datetime, part: int) -> list[str]:
    player = await prepare_player(cast, now)
    return [words for one in UNCHANGED[part::PARTS] for words in find_differences(one, await player.play(one))]


async def test_a_case_of_one_team_shows_what_it_showed(cast: Cast, now: datetime) -> None:
    assert not await list_differences(cast, now, 0)


@only_on_sqlite
@pytest.mark.parametrize("part", range(1, PARTS))
async def test_the_other_stories_too(cast: Cast, now: datetime, part: int) -> None:
    assert not await list_differences(cast, now, part)


@pytest.mark.parametrize("changed", CHANGED_RULES, ids=lambda changed: changed.rule)
async def test_a_changed_rule_differs_as_its_story_says(cast: Cast, now: datetime, changed: ChangedRule) -> None:
    player, former = await prepare_player(cast, now), FORMER[changed.name]
    played = await player.play(former)

    assert not find_differences(apply_changes(TODAY[changed.name], changed.today), played)
    assert find_differences(former, played)
    assert changed.today.keys() <= {step.line for step in former.steps}


@only_on_sqlite
@pytest.mark.parametrize("mutant", MUTANTS)
async def test_another_rule_is_seen(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, mutant: str) -> None:
    monkeypatch.setattr(*MUTANTS[mutant])

    assert await list_differences(cast, now, 0)


@pytest.mark.parametrize("name", ENDED_UNSEEN)
def test_a_digest_without_what_ended_unseen_differs_from_the_former_one(name: str) -> None:
    assert find_differences(FORMER[name], leave_out_ended(FORMER[name]))


def test_a_reminder_is_all_that_is_added_at_a_line() -> None:
    """A changed rule leaves it there: what the rule says of a line's emails takes the place of all of them."""
    said = {(rule.name, line) for rule in CHANGED_RULES for line, seen in rule.today.items() if "emails" in seen}
    for name, added in PROMISES.items():
        lines = [step.line for step in FORMER[name].steps]
        assert all(lines.count(line) == 1 and (name, line) not in said for line in added)
        assert all(email[1:].startswith(" promise: ") and "; " not in email for email in added.values())


def test_the_recording_is_read_whole_and_has_no_fault() -> None:
    recorded = FORMER_RELEASE.read_text()

    assert write_stories(FORMER.values()) == recorded
    assert FORMER.keys() > CHANGED and len(UNCHANGED) >= 100
    assert " faults" not in recorded
    assert len(recorded.encode()) < 200_000
