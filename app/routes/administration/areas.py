"""/administration/territoires: the local contact of each territory, one short form each."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.teams.local_contact import LocalContact, keep_contact, kept_area, kept_areas
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell

PATH = "/administration/territoires"


@get(PATH)
async def list_areas(actor: NamedDependency[Actor]) -> Response[Any]:
    return page("administration/areas.html", areas=await kept_areas(actor))


@get(PATH + "/{code:str}")
async def show_area(actor: NamedDependency[Actor], code: FromPath[str]) -> Response[Any]:
    area = await kept_area(actor, code)
    return _form(area, {"nom": area.name, "adresse": area.address, "telephone": area.phone})


def _form(area: LocalContact, typed: dict[str, str], **context: Any) -> Response[Any]:
    return page("administration/area.html", area=area, typed=typed, **context)


async def _show_again(refusal: Refusal, actor: Actor, code: str, form: Form) -> Response[Any]:
    typed = {name: form.typed(name) for name in ("nom", "adresse", "telephone")}
    return _form(await kept_area(actor, code), typed, errors=refusal.fields)


@post(PATH + "/{code:str}")
@redisplay(_show_again)
async def change_contact(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    code: FromPath[str],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await keep_contact(
        actor,
        code,
        name=form.text("nom"),
        address=form.text("adresse", most=254),
        phone=form.text("telephone"),
        now=now,
    )
    return tell(see(PATH), "contact")
