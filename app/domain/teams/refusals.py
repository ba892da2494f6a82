"""Which kinds of helper teams may write to a team: all, except those that it refuses. Source: features.md P3.

A refusal concerns the new cases of agents. A referent may still invite a team that refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.accounts.actor import Side
from db.tables.organisations import Organisation
from db.tables.teams import TeamRefusal


@dataclass(frozen=True)
class HelperKind:
    """A helper organisation: « FS – France Services »."""

    id: int
    acronym: str
    name: str


async def list_helper_kinds() -> list[HelperKind]:
    rows = await (
        Organisation.select(Organisation.id, Organisation.acronym, Organisation.name)
        .where(Organisation.kind == "helper")
        .order_by(Organisation.name)
    )
    return [HelperKind(**row) for row in rows]


async def list_refused_helpers(team_id: int) -> frozenset[int]:
    rows = await TeamRefusal.select(TeamRefusal.organisation).where(TeamRefusal.team == team_id)
    return frozenset(row["organisation"] for row in rows)


async def compute_refusals(side: Side | None, accepted: Iterable[int]) -> frozenset[int]:
    """The kinds that are not in `accepted`. A helper's team receives no case, so it refuses none."""
    kinds = await list_helper_kinds() if side == Side.REFERENT else []
    return frozenset(kind.id for kind in kinds).difference(accepted)


async def find_refusal_errors(refused: frozenset[int]) -> dict[str, str]:
    """Refusing every kind is an error: no agent could write to the team."""
    everybody = refused and refused >= {kind.id for kind in await list_helper_kinds()}
    said = "Cochez au moins une sorte de structure : sinon personne ne peut écrire à l’équipe."
    return {"structures": said} if everybody else {}


async def save_refusals(team_id: int, refused: frozenset[int]) -> None:
    """Call it inside the action's transaction."""
    await TeamRefusal.delete().where(TeamRefusal.team == team_id)
    if refused:
        await TeamRefusal.insert(*(TeamRefusal(team=team_id, organisation=kind) for kind in sorted(refused)))
