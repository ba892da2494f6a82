"""The teams of the database, changed by the rows already decided. A team is found by registry number or by name."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.errors import Invalid
from app.domain.imports.cell_formats import Areas
from app.domain.imports.columns import normalize_heading
from db.search import fold_text
from db.tables.areas import Area
from db.tables.organisations import Organisation
from db.tables.teams import Team, TeamArea

TEAM_COLUMNS = (
    "registry_number",
    "name",
    "street",
    "postal_code",
    "commune",
    "contact_address",
    "shared_address",
    "phone",
)
_PAGE = 1000


@dataclass(eq=False, slots=True)
class KnownTeam:
    """`id` is 0 for a team that this file creates.

    `first_line` is the line of the file that named the team first, 0 if none did.
    """

    id: int
    organisation: int
    values: dict[str, Any]
    areas: list[str] = field(default_factory=list)
    first_line: int = 0
    closed: bool = False

    @property
    def name(self) -> str:
        return str(self.values["name"])


class KnownTeams:
    """All teams are loaded, page by page: there are a few thousand at most."""

    async def load(self) -> None:
        self.areas = Areas({row["code"]: row["name"] for row in await Area.select(Area.code, Area.name)})
        columns = (Organisation.id, Organisation.acronym, Organisation.name, Organisation.withdrawn_at)
        rows = await Organisation.select(*columns)
        self.acronyms = {row["id"]: row["acronym"] for row in rows}
        offered = [row for row in rows if row["withdrawn_at"] is None]
        self._organisations: dict[str, int] = {
            normalize_heading(row[key]): row["id"] for key in ("name", "acronym") for row in offered
        }
        self.by_id: dict[int, KnownTeam] = {}
        self._by_number: dict[str, KnownTeam] = {}
        self._by_name: dict[str, list[KnownTeam]] = {}
        await self._load_teams()

    async def _load_teams(self) -> None:
        last = 0
        while rows := await self._load_team_page(last):
            for row in rows:
                last = row.pop("id")
                closed = row.pop("closed_at") is not None
                self.add(KnownTeam(last, row.pop("organisation"), row, closed=closed))
        last = 0
        while seats := await self._load_area_page(last):
            last = seats[-1]["id"]
            for seat in seats:
                self.by_id[seat["team"]].areas.append(seat["area"])

    async def _load_team_page(self, last: int) -> list[dict[str, Any]]:
        query = Team.select(Team.id, Team.organisation, Team.closed_at, *TEAM_COLUMNS)
        return await query.where(Team.id > last).order_by(Team.id).limit(_PAGE)

    async def _load_area_page(self, last: int) -> list[dict[str, Any]]:
        return await TeamArea.select().where(TeamArea.id > last).order_by(TeamArea.id).limit(_PAGE)

    def add(self, team: KnownTeam) -> None:
        if team.id:
            self.by_id[team.id] = team
        if team.values["registry_number"]:
            self._by_number[team.values["registry_number"]] = team
        self._by_name.setdefault(fold_text(team.name), []).append(team)

    def find_organisation(self, typed: str) -> int:
        """By acronym or name. Raises Invalid."""
        found = self._organisations.get(normalize_heading(typed))
        if found is None:
            raise Invalid(organisme=f"l’organisme « {typed} » n’est pas dans la liste")
        return found

    def find_by_number(self, registry_number: str) -> KnownTeam | None:
        return self._by_number.get(registry_number)

    def find_by_name(self, name: str) -> list[KnownTeam]:
        """Open teams only."""
        return [team for team in self._by_name.get(fold_text(name), []) if not team.closed]

    def list_open(self) -> list[KnownTeam]:
        return [team for team in self.by_id.values() if not team.closed]

    def reindex_renamed(self, team: KnownTeam, before: str) -> None:
        """The rows below find the team by its new name and its new number."""
        self._by_name[fold_text(before)].remove(team)
        self.add(team)
