"""The statistics of each area, stored when counted, and counted again once they are no longer true.

An area is counted again when a trigger wrote a row of `area_change` for it, or when its stored result expires: what is
read is always exact. The rows of `area_change` are deleted before counting: a change that commits during the count
writes its own. Counting reads the open cases and thirty days, never the history.
"""

from datetime import datetime
from typing import Any

from piccolo.querystring import QueryString

from app.domain.cases.statistics.counting import count_area
from app.domain.cases.statistics.totals import encode_statistics
from db.availability import is_unavailable
from db.engine import is_postgres, transaction
from db.read_only import is_read_only
from db.tables.areas import Area
from db.tables.statistics import AreaChange, AreaStatistics

_COUNT_LOCK = 2612
_IS_STALE_SQL = """(kept.area IS NULL OR kept.counted_at > {} OR kept.valid_until <= {}
    OR EXISTS (SELECT 1 FROM area_change WHERE area_change.area = area.code))"""
_SOURCE_SQL = "FROM area LEFT JOIN area_statistics AS kept ON kept.area = area.code"
_CACHED_SQL = f"SELECT area.code, kept.counts, {_IS_STALE_SQL} AS changed {_SOURCE_SQL} WHERE area.code IN ({{}})"  # nosec B608
_STALE_AREAS_SQL = f"SELECT area.code {_SOURCE_SQL} WHERE {_IS_STALE_SQL} ORDER BY area.code"  # nosec B608


async def load_area_statistics(areas: list[str], now: datetime) -> dict[str, str]:
    """Area code -> its statistics as JSON (totals.py), counted again where they are stale.

    One query when nothing changed.
    """
    return {
        row["code"]: await _refresh_area(row["code"], now) if row["changed"] else row["counts"]
        for row in await _load_cached(areas, now)
    }


async def refresh_changed_areas(now: datetime) -> int:
    """Run as a job, so that people who open the page seldom wait. Returns the number of areas counted."""
    rows = await Area.raw(_STALE_AREAS_SQL, now, now)
    for row in rows:
        await _refresh_area(row["code"], now)
    return len(rows)


async def _load_cached(areas: list[str], now: datetime) -> list[dict[str, Any]]:
    listed = QueryString(", ".join(["{}"] * len(areas)) or "NULL", *areas)
    return list(await Area.raw(_CACHED_SQL, now, now, listed))


async def _refresh_area(area: str, now: datetime) -> str:
    """The result is stored unless the platform is read-only or the database refuses to write (a full disk)."""
    if not is_read_only():
        try:
            return await _refresh_area_locked(area, now)
        except Exception as failure:
            if not is_unavailable(failure):
                raise
    return encode_statistics((await count_area(area, now)).counted)


async def _refresh_area_locked(area: str, now: datetime) -> str:
    """Of two simultaneous counts of an area, the second waits and reads the first one's result."""
    async with transaction():
        if is_postgres():
            await Area.raw("SELECT pg_advisory_xact_lock({}, hashtext({}))", _COUNT_LOCK, area)
        (row,) = await _load_cached([area], now)
        return await _count_and_store(area, now) if row["changed"] else str(row["counts"])


async def _count_and_store(area: str, now: datetime) -> str:
    await AreaChange.delete().where(AreaChange.area == area)
    count = await count_area(area, now)
    text = encode_statistics(count.counted)
    await AreaStatistics.insert(
        AreaStatistics(area=area, counted_at=now, valid_until=count.valid_until, counts=text)
    ).on_conflict(
        target=AreaStatistics.area,
        action="DO UPDATE",
        values=[AreaStatistics.counted_at, AreaStatistics.valid_until, AreaStatistics.counts],
    )
    return text
