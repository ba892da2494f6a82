"""The cases as seen by those who read none: how many, in what state, how late. Source: features.md P2, S2.

Admin everywhere, a supervisor in their territories (the duty SEE_FIGURES). No subject, no citizen, no word, no file, no
person of either side, and no number that leads to a case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require
from app.domain.cases.statistics.anonymous_list import PAGE_SIZE, MaskedCase, masked_cases
from app.domain.cases.statistics.cache import figures_in
from app.domain.cases.statistics.totals import Figures, area_itself, organisations_of
from app.domain.teams.supervision import supervised_areas
from db.tables import Area, Organisation


@dataclass(frozen=True)
class Overview:
    """Of the territories and organisations where there is something to count, by name.

    seen: code and name of all the territories whose figures the actor sees, by code.
    """

    seen: list[tuple[str, str]]
    areas: list[tuple[str, Figures]]
    organisations: list[tuple[str, Figures]]
    cases: list[MaskedCase]
    older: int | None


async def overview(actor: Actor, now: datetime, *, area: str = "", before: int | None = None) -> Overview:
    """area narrows it to one of the actor's territories. Raises NotFound."""
    require(actor, Duty.SEE_FIGURES)
    seen = await _seen_areas(actor)
    chosen = [one for one in seen if one[0] == area] or seen
    counted = await figures_in([code for code, _ in chosen], now)
    everywhere = actor.role == PlatformRole.ADMIN and len(chosen) == len(seen)
    cases = await masked_cases(None if everywhere else [code for code, _ in chosen], before, now)
    shown = cases[:PAGE_SIZE]
    return Overview(
        seen,
        _by_name((name, area_itself(counted[code])) for code, name in chosen),
        await _organisations(tuple(counted.values())),
        shown,
        shown[-1].order if len(cases) > PAGE_SIZE else None,
    )


async def _organisations(areas: tuple[str, ...]) -> list[tuple[str, Figures]]:
    rows = await Organisation.select(Organisation.id, Organisation.acronym)
    found = organisations_of(areas)
    return _by_name((row["acronym"], found[row["id"]]) for row in rows if row["id"] in found)


def _by_name(named: Iterable[tuple[str, Figures]]) -> list[tuple[str, Figures]]:
    return sorted(((name, figures) for name, figures in named if not figures.empty), key=itemgetter(0))


async def _seen_areas(actor: Actor) -> list[tuple[str, str]]:
    rows = await Area.select(Area.code, Area.name).order_by(Area.code)
    own = None if actor.role == PlatformRole.ADMIN else await supervised_areas(actor)
    return [(row["code"], row["name"]) for row in rows if own is None or row["code"] in own]
