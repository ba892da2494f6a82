"""The recording of the former release, and what of it today's code shows otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from app.tests.one_team.changed_rules import Changes
from app.tests.one_team.stories import Step, Story, read_stories

FORMER_RELEASE = Path(__file__).parent / "former_release.jsonl"


def read_former_release() -> dict[str, Story]:
    return {story.name: story for story in read_stories(FORMER_RELEASE.read_text())}


def apply_changes(former: Story, today: Changes) -> Story:
    """The story as a changed rule makes it today."""
    return replace(former, steps=tuple(_apply_to_step(step, today) for step in former.steps))


def _apply_to_step(step: Step, today: Changes) -> Step:
    sees = {**step.sees, **today.get(step.line, {})}
    return replace(step, sees={key: text for key, text in sees.items() if text is not None})


def find_differences(expected: Story, played: Story) -> list[str]:
    """One sentence for each step and key that differs, the first step first: what follows may follow from it."""
    pairs = zip(expected.steps, played.steps, strict=True)
    return [words for before, after in pairs for words in _compare_steps(expected.name, before, after)]


def _compare_steps(story: str, before: Step, after: Step) -> Iterator[str]:
    for key in sorted(before.sees.keys() | after.sees.keys()):
        was, now = before.sees.get(key), after.sees.get(key)
        if was != now:
            yield f"{story}, {before.line}, {key}: « {was} » expected, « {now} » found"
