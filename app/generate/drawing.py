"""Every story of a world, in order; when there are many, drawn by another process while this one tells the first."""

import multiprocessing
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.pool import Pool

from app.generate.society import Society
from app.generate.steps import Story
from app.generate.stories import World, story_of

_CHUNK, _AHEAD = 500, 6
_MANY = 5_000
_drawn_for: list[tuple[World, Society]] = []


def stories(world: World, society: Society) -> Iterator[Story]:
    if world.cases < _MANY:
        yield from (story_of(world, society, number) for number in range(world.cases))
        return
    starts = iter(range(0, world.cases, _CHUNK))
    with _drawer(world, society) as pool:
        under_way = deque(pool.apply_async(_draw, (start,)) for _, start in zip(range(_AHEAD), starts, strict=False))
        while under_way:
            yield from under_way.popleft().get()
            for start in starts:
                under_way.append(pool.apply_async(_draw, (start,)))
                break


@contextmanager
def _drawer(world: World, society: Society) -> Iterator[Pool]:
    """A process that begins from nothing: a copy of this one would share its database connections."""
    with multiprocessing.get_context("spawn").Pool(1, _begin, (world, society)) as pool:
        yield pool


def _begin(world: World, society: Society) -> None:
    _drawn_for.append((world, society))


def _draw(start: int) -> list[Story]:
    world, society = _drawn_for[-1]
    return [story_of(world, society, number) for number in range(start, min(start + _CHUNK, world.cases))]
