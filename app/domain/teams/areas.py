"""The territories, in the order people look for them: by number."""

from dataclasses import dataclass

from db.tables import Area


@dataclass(frozen=True)
class AreaChoice:
    code: str
    name: str


async def all_areas() -> list[AreaChoice]:
    rows = await Area.select(Area.code, Area.name).order_by(Area.code)
    return [AreaChoice(**row) for row in rows]
