"""Draws one case from its start to its erasure: the same seed and number give the same story."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar
from uuid import UUID

from bench.generate.moments import DAY, FIVE_YEARS, MINUTE, at_work, working_day
from bench.generate.sentences import URGENCY
from bench.generate.silence import until
from bench.generate.society import Office, Society
from bench.generate.steps import StepKind, Story
from bench.generate.talk import talk
from bench.generate.wording import words_of, write_words

T = TypeVar("T")
_DRAFT_DAYS, _STILL_DRAFT = 29, 0.15
_SURVEYED = 0.3


@dataclass(frozen=True)
class World:
    """How many cases in the five years before now."""

    seed: int
    cases: int
    now: int

    def begins(self, number: int) -> int:
        """The working day of this story, before today: half as many at first as there are now."""
        share = ((1 + 3 * number / self.cases) ** 0.5) - 1
        return working_day(self.now - FIVE_YEARS + int(share * (FIVE_YEARS - DAY)))


def story_of(world: World, society: Society, number: int) -> Story:
    draw = Random(f"{world.seed}/{number}")  # noqa: S311
    found = _begun(draw, society, at_work(draw.random, world.begins(number), 0))
    if world.now - found.saved_at > _DRAFT_DAYS * DAY or draw.random() > _STILL_DRAFT:
        found.steps = talk(draw, society, found)
        found.steps = until(world.now, found, society)
    if not found.erased:
        write_words(draw, society, found)
        found.words = words_of(draw, society, found)
    if any(step.kind == StepKind.CLOSE for step in found.steps) and draw.random() < _SURVEYED:
        found.surveyed = "".join(draw.choices("ypn", (70, 20, 10), k=3))
    return found


def _begun(draw: Random, society: Society, at: int) -> Story:
    office = _one_of(draw, society.offices, society.busy)
    topic = _one_of(draw, society.topics, society.frequent)
    organisations = _contacted(draw, society, office, topic.organisations)
    routes = society.routes[office.area]
    return Story(
        id=UUID(int=draw.getrandbits(128), version=4),
        area=office.area,
        team=office.team,
        author=draw.choice(office.agents),
        topic=topic,
        organisations=organisations,
        teams=tuple(team for organisation in organisations for team in routes[organisation]),
        urgency=draw.choice(URGENCY) if draw.random() < 0.12 else "",
        started_at=at,
        saved_at=at + MINUTE + int(draw.random() * 20 * MINUTE),
    )


def _contacted(draw: Random, society: Society, office: Office, proposed: tuple[int, ...]) -> tuple[int, ...]:
    """Most agents keep one of the organisations that the catalogue ticks and that can be reached there."""
    reachable = society.routes[office.area]
    known = [one for one in proposed if one in reachable] or [one for one in society.usual if one in reachable]
    kept = 1 + bisect((0.65, 0.93), draw.random())
    return tuple(sorted(known[:kept]))


def _one_of(draw: Random, choices: Sequence[T], shares: Sequence[float]) -> T:
    """shares: cumulative weights."""
    return choices[bisect(shares, draw.random() * shares[-1])]
