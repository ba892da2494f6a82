"""Stories as lines of JSON: the start of a story, then each step with what it changes for people."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.tests.one_team.sights import Sights


@dataclass(frozen=True)
class Step:
    """name: « A sent to CAF », « A referent says ». hours: since the step before.

    sees: what changes for people, by key; the text is empty for what is there no more.
    """

    name: str
    hours: int = 0
    sees: Sights = field(default_factory=dict)

    @property
    def line(self) -> str:
        return f"+{self.hours} {self.name}"


@dataclass(frozen=True)
class Story:
    name: str
    at: datetime
    steps: tuple[Step, ...]


def write_stories(stories: Iterable[Story]) -> str:
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for story in stories for line in _list_lines(story))


def _list_lines(story: Story) -> Iterator[dict[str, str]]:
    yield {"story": story.name, "at": story.at.isoformat()}
    for step in story.steps:
        yield {"step": step.line, **step.sees}


def read_stories(text: str) -> list[Story]:
    stories = list[Story]()
    for line in map(json.loads, text.splitlines()):
        if "story" in line:
            stories.append(Story(line["story"], datetime.fromisoformat(line["at"]), ()))
        else:
            stories[-1] = replace(stories[-1], steps=(*stories[-1].steps, _read_step(line)))
    return stories


def _read_step(line: Sights) -> Step:
    hours, _, name = line.pop("step").partition(" ")
    return Step(name, int(hours), line)
