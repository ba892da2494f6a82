"""Statistics and anonymous cases for people who read no case. Source: features.md P2, S2.

Admins see every area, supervisors their own; in every other area, the supervisor of an organisation sees what its teams
have (the duty SEE_STATISTICS). The page has no subject, no citizen, no text, no file, no person and no number that
leads to a case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require_duty
from app.domain.cases.statistics.anonymous_list import PAGE_SIZE, AnonymousCase, ReceivedCases, list_anonymous_cases
from app.domain.cases.statistics.cache import load_area_statistics
from app.domain.cases.statistics.totals import (
    CaseStatistics,
    decode_area_total,
    decode_statistics,
    sum_by_organisation,
)
from db.tables.areas import Area
from db.tables.organisations import Organisation


@dataclass(frozen=True)
class Overview:
    """areas and organisations are sorted by name and left out when they have nothing to count.

    visible_areas holds code and name of every area that the actor sees, by code. older_position begins the next page.
    received_only: the acronyms of the organisations whose cases alone are seen in some of these areas.
    """

    visible_areas: list[tuple[str, str]]
    areas: list[tuple[str, CaseStatistics]]
    organisations: list[tuple[str, CaseStatistics]]
    cases: list[AnonymousCase]
    older_position: int | None
    received_only: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Scope:
    """The chosen areas, and those of them that are seen whole; in the others, what teams of `organisations` have."""

    areas: dict[str, str]
    whole: frozenset[str]
    organisations: frozenset[int]

    def count(self, code: str, counted: str) -> CaseStatistics:
        return decode_area_total(counted) if code in self.whole else self._add_up(decode_statistics(counted))

    def _add_up(self, found: dict[int, CaseStatistics]) -> CaseStatistics:
        total = CaseStatistics()
        for organisation in self.organisations & found.keys():
            total.add(found[organisation])
        return total


async def load_overview(actor: Actor, now: datetime, *, area: str = "", before: int | None = None) -> Overview:
    """`area` keeps one area; a code that the actor does not see is ignored. Raises AccessDenied without the duty."""
    require_duty(actor, Duty.SEE_STATISTICS)
    seen = await _list_visible_areas(actor)
    scope = _build_scope(actor, seen, area)
    counted = await load_area_statistics(list(scope.areas), now)
    cases = await _list_cases(actor, scope, everywhere=len(scope.areas) == len(seen), before=before, now=now)
    shown = cases[:PAGE_SIZE]
    rows = await Organisation.select(Organisation.id, Organisation.acronym)
    found = _sum_organisations(scope, counted)
    return Overview(
        seen,
        _sort_by_name((name, scope.count(code, counted[code])) for code, name in scope.areas.items()),
        _sort_by_name((row["acronym"], found[row["id"]]) for row in rows if row["id"] in found),
        shown,
        shown[-1].position if len(cases) > PAGE_SIZE else None,
        tuple(sorted(row["acronym"] for row in rows if row["id"] in scope.organisations)),
    )


def _build_scope(actor: Actor, seen: list[tuple[str, str]], area: str) -> _Scope:
    areas = dict([one for one in seen if one[0] == area] or seen)
    admin = actor.role == PlatformRole.ADMIN
    whole = frozenset(areas) if admin else actor.supervised.areas & areas.keys()
    return _Scope(areas, whole, frozenset() if len(whole) == len(areas) else actor.supervised.organisations)


async def _list_cases(
    actor: Actor, scope: _Scope, *, everywhere: bool, before: int | None, now: datetime
) -> list[AnonymousCase]:
    if actor.role == PlatformRole.ADMIN and everywhere:
        return await list_anonymous_cases(None, before, now)
    received = ReceivedCases(tuple(sorted(scope.organisations)), "" if everywhere else next(iter(scope.areas)))
    return await list_anonymous_cases(sorted(scope.whole), before, now, received if scope.organisations else None)


def _sum_organisations(scope: _Scope, counted: dict[str, str]) -> dict[int, CaseStatistics]:
    whole = sum_by_organisation(tuple(text for code, text in counted.items() if code in scope.whole))
    beyond = sum_by_organisation(tuple(text for code, text in counted.items() if code not in scope.whole))
    found: dict[int, CaseStatistics] = {}
    for organisation, figures in (*whole.items(), *((one, beyond[one]) for one in scope.organisations & beyond.keys())):
        found.setdefault(organisation, CaseStatistics()).add(figures)
    return found


def _sort_by_name(named: Iterable[tuple[str, CaseStatistics]]) -> list[tuple[str, CaseStatistics]]:
    return sorted(((name, figures) for name, figures in named if not figures.is_empty), key=itemgetter(0))


async def _list_visible_areas(actor: Actor) -> list[tuple[str, str]]:
    rows = await Area.select(Area.code, Area.name).order_by(Area.code)
    everywhere = actor.role == PlatformRole.ADMIN or bool(actor.supervised.organisations)
    return [(row["code"], row["name"]) for row in rows if everywhere or row["code"] in actor.supervised.areas]
