"""The figures of each territory, kept as they were counted, and counted again once they are no longer true.

A territory is counted again when something moved there (its mark), or when time alone has changed its figures: what is
read is always exact. Where nothing moved it costs the same however many cases there are; else what is open there and
thirty days. Marks are taken away before counting: what commits in between leaves its own.
"""

from datetime import datetime
from typing import Any

from piccolo.querystring import QueryString

from app.domain.cases.statistics.counting import count_area
from app.domain.cases.statistics.totals import written
from db.engine import is_postgres, transaction
from db.read_only import is_reading_only
from db.tables import Area, AreaFigures, AreaMark
from db.unavailable import out_of_reach

_COUNT_LOCK = 2612
_CHANGED = """(kept.area IS NULL OR kept.counted_at > {} OR kept.until <= {}
    OR EXISTS (SELECT 1 FROM area_mark WHERE area_mark.area = area.code))"""
_SOURCE = "FROM area LEFT JOIN area_figures AS kept ON kept.area = area.code"
_KEPT = f"SELECT area.code, kept.figures, {_CHANGED} AS changed {_SOURCE} WHERE area.code IN ({{}})"  # nosec B608
_TO_COUNT = f"SELECT area.code {_SOURCE} WHERE {_CHANGED} ORDER BY area.code"  # nosec B608


async def figures_in(areas: list[str], now: datetime) -> dict[str, str]:
    """Of each of these territories, as they are now, for totals.py to read. One question when nothing changed."""
    return {
        row["code"]: await _counted(row["code"], now) if row["changed"] else row["figures"]
        for row in await _kept(areas, now)
    }


async def count_what_changed(now: datetime) -> int:
    """The job: so that whoever opens the page seldom waits. How many territories were counted."""
    rows = await Area.raw(_TO_COUNT, now, now)
    for row in rows:
        await _counted(row["code"], now)
    return len(rows)


async def _kept(areas: list[str], now: datetime) -> list[dict[str, Any]]:
    listed = QueryString(", ".join(["{}"] * len(areas)) or "NULL", *areas)
    return list(await Area.raw(_KEPT, now, now, listed))


async def _counted(area: str, now: datetime) -> str:
    """Kept, unless nothing may or can be written: a full disk keeps nobody from reading."""
    if not is_reading_only():
        try:
            return await _counted_and_kept(area, now)
        except Exception as failure:
            if not out_of_reach(failure):
                raise
    return written((await count_area(area, now)).counted)


async def _counted_and_kept(area: str, now: datetime) -> str:
    """Whoever counts the same territory at once waits, and finds it counted."""
    async with transaction():
        if is_postgres():
            await Area.raw("SELECT pg_advisory_xact_lock({}, hashtext({}))", _COUNT_LOCK, area)
        (row,) = await _kept([area], now)
        return await _count_and_keep(area, now) if row["changed"] else str(row["figures"])


async def _count_and_keep(area: str, now: datetime) -> str:
    await AreaMark.delete().where(AreaMark.area == area)
    count = await count_area(area, now)
    text = written(count.counted)
    await AreaFigures.insert(AreaFigures(area=area, counted_at=now, until=count.until, figures=text)).on_conflict(
        target=AreaFigures.area,
        action="DO UPDATE",
        values=[AreaFigures.counted_at, AreaFigures.until, AreaFigures.figures],
    )
    return text
