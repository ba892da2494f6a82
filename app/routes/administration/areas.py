"""/administration/territoires: the local contact of each area."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.teams.local_contact import LocalContact, list_editable_contacts, load_editable_contact, save_contact
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

PATH = "/administration/territoires"


@get(PATH)
async def list_areas(actor: NamedDependency[Actor]) -> Response[Any]:
    return build_page("administration/areas.html", areas=await list_editable_contacts(actor))


@get(PATH + "/{code:str}")
async def show_area(actor: NamedDependency[Actor], code: FromPath[str]) -> Response[Any]:
    area = await load_editable_contact(actor, code)
    return _build_area_page(area, {"nom": area.name, "adresse": area.address, "telephone": area.phone})


def _build_area_page(area: LocalContact, typed: dict[str, str], **context: Any) -> Response[Any]:
    return build_page("administration/area.html", area=area, typed=typed, **context)


async def _show_again(refusal: Refusal, actor: Actor, code: str, form: Form) -> Response[Any]:
    typed = {name: form.read_as_typed(name) for name in ("nom", "adresse", "telephone")}
    return _build_area_page(await load_editable_contact(actor, code), typed, errors=refusal.fields)


@post(PATH + "/{code:str}")
@redisplay(_show_again)
async def change_contact(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    code: FromPath[str],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await save_contact(
        actor,
        code,
        name=form.read_text("nom"),
        address=form.read_text("adresse", max_length=254),
        phone=form.read_text("telephone"),
        now=now,
    )
    return flash(redirect_after_post(PATH), "contact")
