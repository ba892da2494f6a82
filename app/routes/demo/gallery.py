"""/galerie: every component and every letter, with sample data; in demonstration mode, at the machine."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from app.cast import PEOPLE
from app.domain.case_status import Status
from app.domain.cases.digests import Line
from app.domain.email.queue_email import LetterKind
from app.domain.errors import NotFound
from app.domain.members.manager_notices import Joining
from app.gateways.email.render import (
    Written,
    account_values,
    case_values,
    digest_values,
    invitation_values,
    joining_values,
    person_values,
    signup_values,
    write_out,
)
from app.routes.respond import page
from app.settings import settings
from app.text.labels import ACCOUNT_LETTERS, ARRIVAL_LETTERS, PERSON_LETTERS

Req = Request[Any, Any, Any]
COMPONENTS = Path(__file__).parents[2] / "components/ui"
SANDBOX = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A letter carries its styles in its own lines, as mail programs want them: shown alone, it may do nothing else."""
_REFUSAL = "Cette adresse n’est pas celle d’une structure du département.\nDemandez à votre responsable."
_JOINING = Joining(
    1, PEOPLE["referent.caf.lot"].team, ("Hélène Marty",), ("Zoé Neuve, zoe@exemple.fr",), ("Julien Delmas",), 2
)
_HAPPENED = (
    {LetterKind.NEW_CASE: 1, LetterKind.MESSAGE: 3},
    {LetterKind.LATE: 1},
    {LetterKind.MESSAGE: 1, LetterKind.CLOSED: 1},
)
_LINES = [
    Line(UUID(int=number), datetime(2026, 11, number, 9, 5, tzinfo=UTC), happened, ())
    for number, happened in enumerate(_HAPPENED, start=1)
]


@get("/galerie")
async def show_components() -> Response[Any]:
    names = sorted(path.stem for path in COMPONENTS.glob("*.html"))
    return page("gallery/components.html", names=names, statuses=list(Status), moment=_LINES[0].sent_at)


@get("/galerie/mails")
async def show_letters(request: Req) -> Response[Any]:
    reader = PEOPLE["referent.caf.lot"]
    letters = {kind.value: _sample(request, kind) for kind in LetterKind}
    return page("gallery/letters.html", letters=letters, to=f"{reader.first_name} {reader.last_name}")


@get("/galerie/mails/{kind:str}")
async def show_letter(request: Req, kind: FromPath[str]) -> Response[Any]:
    if kind not in set(LetterKind):
        raise NotFound("Aucun mail ne porte ce nom.")
    html = _sample(request, LetterKind(kind)).html
    return Response(html, media_type=MediaType.HTML, headers={"Content-Security-Policy": SANDBOX})


def _sample(request: Req, kind: LetterKind) -> Written:
    return write_out(request.app.template_engine.engine, kind, _values(kind))  # type: ignore[union-attr]


def _values(kind: LetterKind) -> dict[str, Any]:
    if kind == LetterKind.LOGIN:
        return {"link": f"{settings.public_url}/login/lien/exemple"}
    if kind == LetterKind.DIGEST:
        return digest_values(_LINES, f"{settings.public_url}/mails/exemple")
    if kind == LetterKind.INVITATION:
        return invitation_values(f"{settings.public_url}/invitations/exemple", PEOPLE["referent.caf.lot"].team)
    if kind == LetterKind.JOINING:
        return joining_values(_JOINING)
    if kind in ARRIVAL_LETTERS:
        return signup_values(kind, _REFUSAL if kind == LetterKind.REFUSED else "")
    if kind in PERSON_LETTERS:
        return person_values(kind)
    return account_values() if kind in ACCOUNT_LETTERS else case_values(UUID(int=1))
