"""/administration/imports: a list is sent, previewed row by row, then applied.

While a worker reads or applies the list, the page reloads its state each second; without scripts, a link does.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.errors import Invalid, NotFound
from app.domain.imports.admin_actions import apply_import, drop_import, send_import
from app.domain.imports.csv_parser import FORM_FIELD, MAX_BYTES
from app.domain.imports.kinds import IMPORTERS, ImportKind
from app.domain.imports.listing import (
    ImportSummary,
    RowFilter,
    list_import_lines,
    list_recent_imports,
    load_import,
    stream_import_lines,
)
from app.routes.forms import Form
from app.routes.middleware import upload_guards
from app.routes.query_params import QueryParams, find_choice
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post, wants_fragment
from app.text.csv_export import BYTE_ORDER_MARK, format_csv
from app.text.labels.imports import LIST_KIND, ROW_FILTER, ROW_RESULT

Req = Request[Any, Any, Any]
PATH = "/administration/imports"
IMPORT_PATH = PATH + "/{import_id:uuid}"
MAX_UPLOAD_BYTES = MAX_BYTES + 2 * 1024 * 1024
"""Above the size of an accepted file, so that the form itself can explain that a file is too large."""
_KIND_FIELD = "liste"


async def _build_imports_page(actor: Actor, chosen: str, errors: dict[str, str] | None = None) -> Response[Any]:
    return build_page(
        "administration/imports.html",
        lists=await list_recent_imports(actor),
        kinds=[(kind, LIST_KIND[kind], IMPORTERS[kind].columns) for kind in ImportKind],
        chosen=chosen,
        kind_choices=[{"value": kind, "label": LIST_KIND[kind]} for kind in ImportKind],
        errors=errors or {},
    )


@get(PATH)
async def show_imports(actor: NamedDependency[Actor]) -> Response[Any]:
    return await _build_imports_page(actor, ImportKind.PEOPLE)


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _build_imports_page(actor, form.read_as_typed(_KIND_FIELD), refusal.fields)


@post(PATH, guards=[upload_guards.require_import_duty], request_max_body_size=MAX_UPLOAD_BYTES)
@redisplay(_show_again)
async def upload_list(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    require_duty(actor, Duty.IMPORT)
    kind = _parse_list_kind(form.read_text(_KIND_FIELD))
    chosen = [file for file in form.read_files(FORM_FIELD) if file.filename]
    if not chosen:
        raise Invalid(fichier="Choisissez le fichier CSV à lire.")
    content = await chosen[0].read()
    await form.data.close()
    sent = await send_import(actor, kind, chosen[0].filename, content, now=now)
    return redirect_after_post(f"{PATH}/{sent}")


def _parse_list_kind(typed: str) -> ImportKind:
    kind = find_choice(ImportKind, typed)
    if kind is None:
        raise Invalid(liste="Dites si la liste est de personnes ou d’équipes.")
    return kind


@get(IMPORT_PATH)
async def show_import(request: Req, actor: NamedDependency[Actor], import_id: FromPath[UUID]) -> Response[Any]:
    """The whole page, or its fragment that changes while the import is in progress."""
    sent, shown = await load_import(actor, import_id), _read_row_filter(request)
    name = "_import" if wants_fragment(request) else "import"
    return build_page(
        f"administration/{name}.html",
        sent=sent,
        shown=shown,
        rows=await list_import_lines(
            actor, sent, shown, QueryParams(request.query_params).read_number("page", digits=6) or 1
        ),
        tabs=[(one, ROW_FILTER[one], sent.count(one)) for one in RowFilter if one in _ALWAYS_SHOWN or sent.count(one)],
        live=wants_fragment(request),
    )


_ALWAYS_SHOWN = {RowFilter.ALL, RowFilter.CREATED, RowFilter.CHANGED, RowFilter.UNCHANGED, RowFilter.REFUSED}


def _read_row_filter(request: Req) -> RowFilter:
    return QueryParams(request.query_params).read_choice(RowFilter, "lignes") or RowFilter.ALL


@post(IMPORT_PATH + "/application")
async def start_import(
    actor: NamedDependency[Actor],
    import_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await apply_import(actor, import_id, now=now, invite=form.has_field("inviter"))
    return redirect_after_post(f"{PATH}/{import_id}")


@post(IMPORT_PATH + "/abandon")
async def abandon_import(
    actor: NamedDependency[Actor],
    import_id: FromPath[UUID],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await drop_import(actor, import_id, now=now)
    return flash(redirect_after_post(PATH), "import-abandonne")


@get(IMPORT_PATH + "/lignes.csv")
async def download_rows(request: Req, actor: NamedDependency[Actor], import_id: FromPath[UUID]) -> Response[Any]:
    sent, shown = await load_import(actor, import_id), _read_row_filter(request)
    return _build_csv_response(_stream_rows(actor, sent, shown), f"import-{shown}.csv")


async def _stream_rows(actor: Actor, sent: ImportSummary, shown: RowFilter) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + format_csv([("Ligne", "Résultat", "De qui ou de quoi", "Détail", "À vérifier")])
    async for lines in stream_import_lines(actor, sent.id, shown):
        yield format_csv((one.line, ROW_RESULT[one.result], one.label, one.detail, one.remark) for one in lines)


@get(PATH + "/modeles/{kind:str}")
async def download_sample_file(actor: NamedDependency[Actor], kind: FromPath[str]) -> Response[Any]:
    """A CSV file of the headings that an import recognises, and one example row."""
    require_duty(actor, Duty.IMPORT)
    named = {"personnes.csv": ImportKind.PEOPLE, "equipes.csv": ImportKind.TEAMS}
    if kind not in named:
        raise NotFound("Ce modèle n’existe pas.")
    columns = [column for column in IMPORTERS[named[kind]].columns if column.name != "office"]

    async def rows() -> AsyncIterator[str]:
        yield BYTE_ORDER_MARK
        yield format_csv([[column.heading for column in columns], [column.example for column in columns]])

    return _build_csv_response(rows(), f"modele-{kind}")


def _build_csv_response(rows: AsyncIterator[str], name: str) -> Response[Any]:
    return Stream(
        rows,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
