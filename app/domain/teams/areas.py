"""The territories, in the order in which people look for them: by number."""

from dataclasses import dataclass

from db.tables.areas import Area


@dataclass(frozen=True)
class AreaChoice:
    code: str
    name: str

    @property
    def code_and_name(self) -> str:
        """In a list, which people search by number: « 46 – Lot »."""
        return f"{self.code} – {self.name}"

    @property
    def name_and_code(self) -> str:
        """In a sentence or beside a name: « Lot (46) »."""
        return f"{self.name} ({self.code})"


async def list_areas() -> list[AreaChoice]:
    rows = await Area.select(Area.code, Area.name).order_by(Area.code)
    return [AreaChoice(**row) for row in rows]
