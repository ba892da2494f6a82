"""What people see of the cases of a story: the rows of their lists, and the figures of the area.

All filters and counters follow from the rows (filtering.py): one that disagrees with them is a fault, and recorded.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.views import View
from app.domain.cases.statistics.counting import count_area
from app.domain.cases.statistics.totals import WHOLE_AREA, CaseStatistics
from app.tests.one_team.filtering import NamedFilter, find_counter_faults, find_filter_faults
from db.tables.cases import Case

Sights = dict[str, str]
"""What is seen, by a readable key. What is not there has no key."""
Letters = Mapping[UUID, str]
"""Case id -> the letter of the case in its story."""
Rows = dict[View, list[CaseRow]]
_VIEWS = (View.OPEN, View.CLOSED)
_FIGURES = ("late", "urgent", "sent", "closed")
_MARKS = {"your_turn": "turn", "handled": "handled", "late": "late", "suspended": "suspended", "urgent": "urgent"}


async def load_sights(
    people: Mapping[str, Actor],
    letters: Letters,
    organisations: Mapping[int, str],
    filters: Iterable[NamedFilter],
    now: datetime,
) -> Sights:
    """Emails are apart (emails.py). organisations: id -> acronym."""
    lists, faults = dict[str, Rows](), Sights()
    for name, actor in people.items():
        lists[name], wrong = await _load_lists(actor, filters, now, author=name == "agent")
        faults[f"{name} faults"] = ", ".join(wrong)
    sights = {
        **{letter: await _describe_case(case_id, lists) for case_id, letter in letters.items()},
        "unread": _list_letters(lists, letters, lambda row: row.unread),
        "order": _list_letters(lists, letters, lambda row: True) if len(letters) > 1 else "",
        "figures": await _describe_area({**organisations, WHOLE_AREA: "area"}, now),
        **faults,
    }
    return {key: text for key, text in sights.items() if text}


async def _load_lists(
    actor: Actor, filters: Iterable[NamedFilter], now: datetime, *, author: bool
) -> tuple[Rows, list[str]]:
    """The rows, and which filters and counters disagree with them. A view that counts no case is not loaded."""
    counts = (await load_list_counts(actor, now)).views
    rows = {
        view: (await list_cases(actor, Filters(view, order=Order.RECENT), now)).rows if counts[view] else []
        for view in _VIEWS
    }
    faults = [fault for named in filters for fault in await find_filter_faults(actor, rows, named, now)]
    return rows, faults + find_counter_faults(rows, counts, author=author)


async def _describe_case(case_id: UUID, lists: Mapping[str, Rows]) -> str:
    """« closed solved | agent colleague: closed CAF | referent: closed taken by Julien Delmas CAF »."""
    case = await Case.select(Case.status, Case.outcome).where(Case.id == case_id).first()
    assert case is not None
    alike = defaultdict[str, list[str]](list)
    for name, rows in lists.items():
        for row in (row for view in _VIEWS for row in rows[view] if row.id == case_id):
            alike[_describe_row(row)].append(name)
    seen = [f"{' '.join(names)}: {text}" for text, names in alike.items()]
    return " | ".join([f"{case['status']} {case['outcome']}".strip(), *seen])


def _describe_row(row: CaseRow) -> str:
    marks = [mark for name, mark in _MARKS.items() if getattr(row, name)]
    taken = [f"taken by {row.taken_by}"] if row.taken_by else []
    return " ".join([row.status, *marks, *taken, *row.organisations])


def _list_letters(lists: Mapping[str, Rows], letters: Letters, kept: Callable[[CaseRow], bool]) -> str:
    """« agent:BA referent:A », unread first and then the latest, the former release's order."""
    found = {
        name: [letters[row.id] for view in _VIEWS for row in _sort_as_before(rows[view]) if kept(row)]
        for name, rows in lists.items()
    }
    return " ".join(f"{name}:{''.join(named)}" for name, named in found.items() if named)


def _sort_as_before(rows: list[CaseRow]) -> list[CaseRow]:
    return sorted(rows, key=lambda row: not row.unread)


async def _describe_area(names: Mapping[int, str], now: datetime) -> str:
    """« area CAF: new=1 sent=1 », the lines that are alike together."""
    alike = defaultdict[str, list[str]](list)
    for key, figures in sorted((await count_area("46", now)).counted.items()):
        alike[_describe_figures(figures)].append(names[key])
    return " | ".join(f"{' '.join(named)}: {text}" for text, named in alike.items() if text)


def _describe_figures(figures: CaseStatistics) -> str:
    counts = [*figures.open.items(), *((name, getattr(figures, name)) for name in _FIGURES)]
    known = [f"{name}={count}" for name, count in counts if count]
    return " ".join([*known, *(f"{hours}h={many}" for hours, many in sorted(figures.answer_delays.items()))])
