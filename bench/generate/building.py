"""Builds the whole nation in one transaction: people first, then every case, in order of time."""

import asyncio
import gc
import heapq
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random

from app.domain.errors import Conflict
from bench.generate.book import Book
from bench.generate.drawing import stories
from bench.generate.moments import DAY, moment
from bench.generate.people import settle_people
from bench.generate.rows import count_survey, write_case, write_sums
from bench.generate.society import Society, read_society
from bench.generate.steps import Story
from bench.generate.stories import World
from bench.generate.telling import CaseHistory
from db.bulk_copy import enlarge_cache, find_next_id
from db.engine import transaction
from db.tables.cases import Case
from db.tables.teams import Team

Waiting = tuple[int, int, CaseHistory]
"""Time of the next step; number of the story, which decides the order at the same time."""


async def build(world: World, people: int) -> Society:
    """Writes everything or nothing. Raises Conflict where a case exists."""
    now = moment(world.now)
    async with _nothing_collected(), transaction():
        if await Case.exists():
            raise Conflict("Cette base contient déjà des demandes : la génération part d’une base qui n’en a aucune.")
        await enlarge_cache()
        first_team = await find_next_id(Team)
        await settle_people(Random(world.seed), people, now)  # noqa: S311
        society = await read_society(first_team)
        book = Book(now)
        await book.begin()
        try:
            await _write_stories(world, society, book, now)
        except BaseException:
            await book.drop()
            raise
    return society


async def _write_stories(world: World, society: Society, book: Book, now: datetime) -> None:
    for past in write_stories(stories(world, society), world.now, society, book):
        count_survey(past, book)
        write_case(past, book, now)
        if book.full:
            await book.turn_page()
        await asyncio.sleep(0)  # lets the previous page be written
    write_sums(book)
    await book.end()


@asynccontextmanager
async def _nothing_collected() -> AsyncIterator[None]:
    """Turns the garbage collector off: it took a quarter of the time, and stories have no reference cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def write_stories(drawn: Iterable[Story], now: int, society: Society, book: Book) -> Iterator[CaseHistory]:
    """Yields each case after its last step. Stories come by first day, so that few are in memory."""
    waiting: list[Waiting] = []
    for number, story in enumerate(drawn):
        yield from _write_before(story.started_at // DAY * DAY, waiting)
        past = CaseHistory(story, society, book)
        if story.sent:
            heapq.heappush(waiting, (story.steps[0].at, number, past))
        else:
            yield past
    yield from _write_before(now + 1, waiting)


def _write_before(until: int, waiting: list[Waiting]) -> Iterator[CaseHistory]:
    while waiting and waiting[0][0] < until:
        _, number, past = waiting[0]
        past.write_next()
        steps = past.story.steps
        if past.place < len(steps):
            heapq.heapreplace(waiting, (steps[past.place].at, number, past))
        else:
            heapq.heappop(waiting)
            yield past
