"""Draws the stories of a world in order; when there are many, in another process."""

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from bench.generate.society import Society
from bench.generate.steps import Story
from bench.generate.stories import World, story_of

_CHUNK, _AHEAD = 500, 6
_MANY = 5_000
_drawn_for: list[tuple[World, Society]] = []


def stories(world: World, society: Society) -> Iterator[Story]:
    if world.cases < _MANY:
        yield from (story_of(world, society, number) for number in range(world.cases))
        return
    starts = range(0, world.cases, _CHUNK)
    with _drawer(world, society) as drawer:
        under_way = deque(drawer.submit(_draw, start) for start in starts[:_AHEAD])
        for start in starts[_AHEAD:]:
            yield from under_way.popleft().result()
            under_way.append(drawer.submit(_draw, start))
        for chunk in under_way:
            yield from chunk.result()


def _drawer(world: World, society: Society) -> ProcessPoolExecutor:
    """A new process: a fork would share the database connections."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin, (world, society))


def _begin(world: World, society: Society) -> None:
    _drawn_for.append((world, society))


def _draw(start: int) -> list[Story]:
    world, society = _drawn_for[-1]
    return [story_of(world, society, number) for number in range(start, min(start + _CHUNK, world.cases))]
