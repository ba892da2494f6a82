"""« La trace »: the audit log, with its filters in the address, and the same lines as CSV."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.case_number import parse_case_number
from app.domain.errors import Invalid
from app.domain.operations.attempt_report import AttemptTotals, list_daily_attempts
from app.domain.operations.audit_conditions import AuditFilters
from app.domain.operations.audit_search import AuditLine, AuditPage, NamedReference, export_audit_log, search_audit_log
from app.routes.forms import is_readable
from app.routes.query_params import QueryParams, encode_query
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page
from app.text import formats
from app.text.csv_export import BYTE_ORDER_MARK, format_csv
from app.text.labels import AUDIT_ACTIONS, format_denied_route

Req = Request[Any, Any, Any]
PATH = "/administration/trace"
HEADINGS = ("Date", "Action", "Qui", "Concerne", "Équipe", "Demande", "Réseau", "Navigateur", "Action refusée")
_FILTER_NAMES = ("personne", "equipe", "demande", "action", "du", "au", "mots")
_MAX_FILTER_LENGTH = 254


async def _show_filters_again(refusal: Refusal, request: Req) -> Response[Any]:
    return _build_audit_page(_read_typed_filters(request.query_params), AuditPage([], None), errors=refusal.fields)


@get(PATH)
@redisplay(_show_filters_again)
async def show_audit_log(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    require_duty(actor, Duty.READ_AUDIT)
    typed = _read_typed_filters(request.query_params)

    found = await search_audit_log(
        actor, _parse_filters(typed, QueryParams(request.query_params).read_number("avant", digits=18)), now
    )
    return _build_audit_page(
        typed, found, attempts=[] if request.query_params else await list_daily_attempts(actor, now)
    )


@get(f"{PATH}.csv")
async def export_audit_csv(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Stream:
    require_duty(actor, Duty.READ_AUDIT)
    batches = await export_audit_log(actor, _parse_filters(_read_typed_filters(request.query_params)), now)
    name = f"trace-{formats.format_sortable_time(now)[:10]}.csv"
    return Stream(
        _stream_csv(batches),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _build_audit_page(
    typed: dict[str, str], shown: AuditPage, attempts: Sequence[AttemptTotals] = (), **context: Any
) -> Response[Any]:
    return build_page(
        "administration/trail.html",
        attempts=attempts,
        typed=typed,
        query=encode_query(**typed),
        shown=shown,
        actions=sorted(AUDIT_ACTIONS.items(), key=lambda action: action[1]),
        labels=AUDIT_ACTIONS,
        refused=format_denied_route,
        **context,
    )


def _read_typed_filters(query: Mapping[str, str]) -> dict[str, str]:
    """Filters as the address gives them, to be shown again in the form. An unreadable value becomes empty."""
    said = {name: query.get(name, "").strip()[:_MAX_FILTER_LENGTH] for name in _FILTER_NAMES}
    return {name: value if is_readable(value) else "" for name, value in said.items()}


def _parse_filters(typed: dict[str, str], before: int | None = None) -> AuditFilters:
    """Raises Invalid with an error for each filter that cannot be parsed."""
    wrong = {name: said for name, (read, said) in _FILTER_PARSERS.items() if typed[name] and read(typed[name]) is None}
    if wrong:
        raise Invalid(**wrong)
    return AuditFilters(
        person=typed["personne"],
        team=typed["equipe"],
        case_id=_parse_case_id(typed["demande"]),
        case_number=parse_case_number(typed["demande"]),
        action=typed["action"],
        since=_parse_day(typed["du"]),
        until=_parse_day(typed["au"]),
        words=typed["mots"],
        before=before,
    )


def _parse_case_id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _parse_day(typed: str) -> date | None:
    """None for a year outside 2000-2199: no line of the log can have such a date."""
    day = formats.parse_day(typed)
    return day if day and 2000 <= day.year < 2200 else None


_UNREADABLE_DAY = "Saisissez une date, par exemple 24/11/2026."
_FILTER_PARSERS: dict[str, tuple[Callable[[str], object | None], str]] = {
    "demande": (
        lambda typed: _parse_case_id(typed) or parse_case_number(typed),
        "Saisissez le numéro de la demande, comme 4827-1930 : un chiffre de celui-ci est faux, ou il en manque.",
    ),
    "action": (AUDIT_ACTIONS.get, "Choisissez une action de la liste."),
    "du": (_parse_day, _UNREADABLE_DAY),
    "au": (_parse_day, _UNREADABLE_DAY),
}


async def _stream_csv(batches: AsyncIterator[list[AuditLine]]) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + format_csv([HEADINGS])
    async for lines in batches:
        yield format_csv(_format_row(line) for line in lines)


def _format_row(line: AuditLine) -> tuple[str, ...]:
    return (
        formats.format_sortable_time(line.happened_at),
        AUDIT_ACTIONS.get(line.action, line.action),
        _format_name(line.person),
        _format_name(line.about),
        _format_name(line.team),
        str(line.case_id or ""),
        line.network,
        line.browser,
        format_denied_route(line.denied_route),
    )


def _format_name(named: NamedReference | None) -> str:
    return f"{named.name or 'supprimé'} (n° {named.id})" if named else ""
