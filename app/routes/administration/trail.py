"""« La trace »: filters kept in the address, pages by the last line seen, the same lines as CSV."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.errors import Invalid
from app.domain.operations.attempt_report import Attempts, attempts_of_the_day
from app.domain.operations.audit_search import Named, TrailFilters, TrailLine, TrailPage, export_trail, read_trail
from app.routes.forms import readable
from app.routes.query_params import Query, address
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page
from app.text import formats
from app.text.csv_export import BYTE_ORDER_MARK, csv_of
from app.text.labels import ACTIONS, refused_verb

Req = Request[Any, Any, Any]
PATH = "/administration/trace"
HEADINGS = ("Date", "Action", "Qui", "Concerne", "Équipe", "Demande", "Réseau", "Navigateur", "Action refusée")
_NAMES = ("personne", "equipe", "demande", "action", "du", "au")
_LENGTH = 254


async def _show_filters_again(refusal: Refusal, request: Req) -> Response[Any]:
    return _page(_typed_in(request.query_params), TrailPage([], None), errors=refusal.fields)


@get(PATH)
@redisplay(_show_filters_again)
async def show_trail(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    require(actor, Duty.READ_AUDIT)
    typed = _typed_in(request.query_params)

    found = await read_trail(actor, _filters(typed, Query(request.query_params).number("avant", digits=18)), now)
    return _page(typed, found, attempts=[] if request.query_params else await attempts_of_the_day(actor, now))


@get(f"{PATH}.csv")
async def export(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Stream:
    require(actor, Duty.READ_AUDIT)
    batches = await export_trail(actor, _filters(_typed_in(request.query_params)), now)
    name = f"trace-{formats.sortable(now)[:10]}.csv"
    return Stream(
        _as_csv(batches),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(typed: dict[str, str], shown: TrailPage, attempts: Sequence[Attempts] = (), **context: Any) -> Response[Any]:
    return page(
        "administration/trail.html",
        attempts=attempts,
        typed=typed,
        query=address(**typed),
        shown=shown,
        actions=sorted(ACTIONS.items(), key=lambda action: action[1]),
        labels=ACTIONS,
        refused=refused_verb,
        **context,
    )


def _typed_in(query: Mapping[str, str]) -> dict[str, str]:
    """What the address says, for the form to show again; what no form of ours sends is left out."""
    said = {name: query.get(name, "").strip()[:_LENGTH] for name in _NAMES}
    return {name: value if readable(value) else "" for name, value in said.items()}


def _filters(typed: dict[str, str], before: int | None = None) -> TrailFilters:
    """Raises Invalid, naming each filter that cannot be read."""
    wrong = {name: said for name, (read, said) in _READERS.items() if typed[name] and read(typed[name]) is None}
    if wrong:
        raise Invalid(**wrong)
    return TrailFilters(
        person=typed["personne"],
        team=typed["equipe"],
        case_id=_case(typed["demande"]),
        action=typed["action"],
        since=_day(typed["du"]),
        until=_day(typed["au"]),
        before=before,
    )


def _case(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _day(typed: str) -> date | None:
    """Of a year that the platform may live in."""
    day = formats.read_day(typed)
    return day if day and 2000 <= day.year < 2200 else None


_NO_DAY = "Saisissez une date, par exemple 24/11/2026."
_READERS: dict[str, tuple[Callable[[str], object | None], str]] = {
    "demande": (_case, "Saisissez le numéro entier de la demande : celui qui est dans l’adresse de sa page."),
    "action": (ACTIONS.get, "Choisissez une action de la liste."),
    "du": (_day, _NO_DAY),
    "au": (_day, _NO_DAY),
}


async def _as_csv(batches: AsyncIterator[list[TrailLine]]) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + csv_of([HEADINGS])
    async for lines in batches:
        yield csv_of(_cells(line) for line in lines)


def _cells(line: TrailLine) -> tuple[str, ...]:
    return (
        formats.sortable(line.happened_at),
        ACTIONS.get(line.action, line.action),
        _name(line.person),
        _name(line.about),
        _name(line.team),
        str(line.case_id or ""),
        line.network,
        line.browser,
        refused_verb(line.verb),
    )


def _name(named: Named | None) -> str:
    return f"{named.name or 'supprimé'} (n° {named.id})" if named else ""
