"""/administration/imports: send a list, see what it will do row by row, apply it with one click.

While a worker reads or applies, the page asks again each second; without scripts a link does.
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
from app.domain.accounts.duties import Duty, require
from app.domain.errors import Invalid, NotFound
from app.domain.imports.kinds import KINDS, ListKind
from app.domain.imports.listing import SentList, Shown, all_lines, import_of, lines_of, recent_lists
from app.domain.imports.reading import FIELD, MOST_BYTES
from app.domain.imports.sending import apply_list, drop_list, send_list
from app.routes.forms import Form
from app.routes.middleware import before_body
from app.routes.query_params import Query, one_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell, wants_fragment
from app.text.csv_export import BYTE_ORDER_MARK, csv_of
from app.text.labels.imports import LIST_KIND, SHOWN, VERDICT

Req = Request[Any, Any, Any]
PATH = "/administration/imports"
ONE = PATH + "/{import_id:uuid}"
HEAVIEST = MOST_BYTES + 2 * 1024 * 1024
"""What the form may weigh: a file somewhat too large is refused in the form's own words."""
_KIND = "liste"


async def _form(actor: Actor, chosen: str, errors: dict[str, str] | None = None) -> Response[Any]:
    return page(
        "administration/imports.html",
        lists=await recent_lists(actor),
        kinds=[(kind, LIST_KIND[kind], KINDS[kind].columns) for kind in ListKind],
        chosen=chosen,
        kind_choices=[{"value": kind, "label": LIST_KIND[kind]} for kind in ListKind],
        errors=errors or {},
    )


@get(PATH)
async def show_imports(actor: NamedDependency[Actor]) -> Response[Any]:
    return await _form(actor, ListKind.PEOPLE)


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _form(actor, form.typed(_KIND), refusal.fields)


@post(PATH, guards=[before_body.imports_lists], request_max_body_size=HEAVIEST)
@redisplay(_show_again)
async def send(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    require(actor, Duty.IMPORT)
    kind = _kind(form.text(_KIND))
    chosen = [file for file in form.files(FIELD) if file.filename]
    if not chosen:
        raise Invalid(fichier="Choisissez le fichier CSV à lire.")
    content = await chosen[0].read()
    await form.data.close()
    sent = await send_list(actor, kind, chosen[0].filename, content, now=now)
    return see(f"{PATH}/{sent}")


def _kind(typed: str) -> ListKind:
    kind = one_of(ListKind, typed)
    if kind is None:
        raise Invalid(liste="Dites si la liste est de personnes ou d’équipes.")
    return kind


@get(ONE)
async def show_import(request: Req, actor: NamedDependency[Actor], import_id: FromPath[UUID]) -> Response[Any]:
    """The whole page, or what changes of it while it is under way."""
    sent, shown = await import_of(actor, import_id), _shown(request)
    name = "_import" if wants_fragment(request) else "import"
    return page(
        f"administration/{name}.html",
        sent=sent,
        shown=shown,
        rows=await lines_of(actor, sent, shown, Query(request.query_params).number("page", digits=6) or 1),
        tabs=[(one, SHOWN[one], sent.count(one)) for one in Shown if one in _ALWAYS or sent.count(one)],
        live=wants_fragment(request),
    )


_ALWAYS = {Shown.ALL, Shown.CREATED, Shown.CHANGED, Shown.UNCHANGED, Shown.REFUSED}


def _shown(request: Req) -> Shown:
    return Query(request.query_params).one_of(Shown, "lignes") or Shown.ALL


@post(ONE + "/application")
async def apply(
    actor: NamedDependency[Actor],
    import_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await apply_list(actor, import_id, now=now, invite=form.checked("inviter"))
    return see(f"{PATH}/{import_id}")


@post(ONE + "/abandon")
async def drop(
    actor: NamedDependency[Actor],
    import_id: FromPath[UUID],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await drop_list(actor, import_id, now=now)
    return tell(see(PATH), "import-abandonne")


@get(ONE + "/lignes.csv")
async def download_lines(request: Req, actor: NamedDependency[Actor], import_id: FromPath[UUID]) -> Response[Any]:
    sent, shown = await import_of(actor, import_id), _shown(request)
    return _csv(_lines(actor, sent, shown), f"import-{shown}.csv")


async def _lines(actor: Actor, sent: SentList, shown: Shown) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + csv_of([("Ligne", "Résultat", "De qui ou de quoi", "Détail", "À vérifier")])
    async for lines in all_lines(actor, sent.id, shown):
        yield csv_of((one.line, VERDICT[one.verdict], one.label, one.detail, one.remark) for one in lines)


@get(PATH + "/modeles/{kind:str}")
async def download_model(actor: NamedDependency[Actor], kind: FromPath[str]) -> Response[Any]:
    """Titles that are recognised, and one row to write over."""
    require(actor, Duty.IMPORT)
    named = {"personnes.csv": ListKind.PEOPLE, "equipes.csv": ListKind.TEAMS}
    if kind not in named:
        raise NotFound("Ce modèle n’existe pas.")
    columns = [column for column in KINDS[named[kind]].columns if column.name != "office"]

    async def rows() -> AsyncIterator[str]:
        yield BYTE_ORDER_MARK
        yield csv_of([[column.title for column in columns], [column.example for column in columns]])

    return _csv(rows(), f"modele-{kind}")


def _csv(rows: AsyncIterator[str], name: str) -> Response[Any]:
    return Stream(
        rows,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
