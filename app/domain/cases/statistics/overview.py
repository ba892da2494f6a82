"""Statistics and anonymous cases for people who read no case. Source: features.md P2, S2.

Admins see every area, supervisors their own (the duty SEE_STATISTICS). The page has no subject, no citizen, no text, no
file, no person and no number that leads to a case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require_duty
from app.domain.cases.statistics.anonymous_list import PAGE_SIZE, AnonymousCase, list_anonymous_cases
from app.domain.cases.statistics.cache import load_area_statistics
from app.domain.cases.statistics.totals import CaseStatistics, decode_area_total, sum_by_organisation
from app.domain.teams.supervision import list_supervised_areas
from db.tables.areas import Area
from db.tables.organisations import Organisation


@dataclass(frozen=True)
class Overview:
    """areas and organisations are sorted by name and left out when they have nothing to count.

    visible_areas holds code and name of every area that the actor sees, by code. older_position begins the next page.
    """

    visible_areas: list[tuple[str, str]]
    areas: list[tuple[str, CaseStatistics]]
    organisations: list[tuple[str, CaseStatistics]]
    cases: list[AnonymousCase]
    older_position: int | None


async def load_overview(actor: Actor, now: datetime, *, area: str = "", before: int | None = None) -> Overview:
    """`area` keeps one area; a code that the actor does not see is ignored. Raises AccessDenied without the duty."""
    require_duty(actor, Duty.SEE_STATISTICS)
    seen = await _list_visible_areas(actor)
    chosen = [one for one in seen if one[0] == area] or seen
    counted = await load_area_statistics([code for code, _ in chosen], now)
    everywhere = actor.role == PlatformRole.ADMIN and len(chosen) == len(seen)
    cases = await list_anonymous_cases(None if everywhere else [code for code, _ in chosen], before, now)
    shown = cases[:PAGE_SIZE]
    return Overview(
        seen,
        _sort_by_name((name, decode_area_total(counted[code])) for code, name in chosen),
        await _list_organisations(tuple(counted.values())),
        shown,
        shown[-1].position if len(cases) > PAGE_SIZE else None,
    )


async def _list_organisations(areas: tuple[str, ...]) -> list[tuple[str, CaseStatistics]]:
    rows = await Organisation.select(Organisation.id, Organisation.acronym)
    found = sum_by_organisation(areas)
    return _sort_by_name((row["acronym"], found[row["id"]]) for row in rows if row["id"] in found)


def _sort_by_name(named: Iterable[tuple[str, CaseStatistics]]) -> list[tuple[str, CaseStatistics]]:
    return sorted(((name, figures) for name, figures in named if not figures.is_empty), key=itemgetter(0))


async def _list_visible_areas(actor: Actor) -> list[tuple[str, str]]:
    rows = await Area.select(Area.code, Area.name).order_by(Area.code)
    own = None if actor.role == PlatformRole.ADMIN else await list_supervised_areas(actor)
    return [(row["code"], row["name"]) for row in rows if own is None or row["code"] in own]
