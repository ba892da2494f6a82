"""/galerie: every component and every email with sample data. Demonstration mode only."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

from app.cast import PEOPLE, build_address
from app.domain.accounts.actor import PlatformRole
from app.domain.case_status import Status
from app.domain.cases.digests import DigestLine
from app.domain.cases.email_case import EmailCase
from app.domain.email.queue_email import EmailKind
from app.domain.errors import NotFound
from app.domain.members.closed_account_notice import ClosedAccountNotice
from app.domain.members.idle_member_notice import IdleMemberNotice
from app.domain.members.manager_notices import JoiningNotice
from app.domain.people.role_notices import RoleNotice
from app.gateways.email.account_values import build_address_values, build_invitation_values, build_signup_values
from app.gateways.email.closed_account import build_closed_values
from app.gateways.email.contents import RenderedEmail
from app.gateways.email.render import (
    build_account_values,
    build_case_values,
    build_digest_values,
    build_idle_values,
    build_joining_values,
    build_person_values,
    render_email,
)
from app.gateways.email.role_values import build_role_values
from app.gateways.email.team_notices import TEAM_NOTICES, build_team_notice_values
from app.routes.respond import build_page
from app.settings import settings
from app.text.labels import (
    ACCOUNT_EMAILS,
    ADDRESS_EMAILS,
    CLOSED_EMAILS,
    DIGEST_WORDS,
    PERSON_EMAILS,
    ROLE_EMAILS,
    SIGNUP_EMAILS,
)

Req = Request[Any, Any, Any]
COMPONENTS = Path(__file__).parents[2] / "components/ui"
SANDBOX_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""An email has inline styles, for email programs. Shown alone, it may load and run nothing else."""
_SAMPLE_REFUSAL = "Cette adresse n’est pas celle d’une structure du département.\nDemandez à votre responsable."
_SAMPLE_JOINING = JoiningNotice(
    1, PEOPLE["referent.caf.lot"].team, ("Hélène Marty",), ("Zoé Neuve, zoe@exemple.fr",), ("Julien Delmas",), 2
)
_SAMPLE_ROLES = RoleNotice(
    1, "Zoé Neuve", "Odile Garnier", ("role.supervisor",), PlatformRole.SUPERVISOR, False, ("Occitanie", "Cher (18)")
)
_SAMPLE_IDLE = IdleMemberNotice(1, PEOPLE["referent.caf.lot"].team, "Julien Delmas, referent.caf.lot@exemple.fr")
_SAMPLE_CLOSED = ClosedAccountNotice("", ("Hélène Marty, responsable.caf.lot@exemple.fr",))
_SAMPLE_EVENTS = (
    {EmailKind.NEW_CASE: 1, EmailKind.MESSAGE: 3},
    {EmailKind.LATE: 1},
    {EmailKind.MESSAGE: 1, EmailKind.CLOSED: 1},
)
_SAMPLE_CASE = EmailCase(48271930, PEOPLE["agent.lot"].team, ("CAF", "MSA"))
_SAMPLE_LINES = [
    DigestLine(
        UUID(int=number),
        datetime(2026, 11, number, 9, 5, tzinfo=UTC),
        happened,
        (),
        _SAMPLE_CASE,
        urgent=number == 1,
        late=EmailKind.LATE in happened,
        due=datetime(2026, 11, number + 3, 9, 5, tzinfo=UTC) if number < 3 else None,
        held=number == 1,
        holders=() if number < 3 else ("Hélène Marty",),
    )
    for number, happened in enumerate(_SAMPLE_EVENTS, start=1)
]


@get("/galerie")
async def show_components() -> Response[Any]:
    names = sorted(path.stem for path in COMPONENTS.glob("*.html"))
    return build_page("gallery/components.html", names=names, statuses=list(Status), moment=_SAMPLE_LINES[0].sent_at)


@get("/galerie/mails")
async def show_emails(request: Req) -> Response[Any]:
    """Those about cases, or with « ?sorte=compte » those about accounts."""
    reader, of_accounts = PEOPLE["referent.caf.lot"], request.query_params.get("sorte") == "compte"
    kinds = [kind for kind in EmailKind if (kind not in {*DIGEST_WORDS, EmailKind.DIGEST}) == of_accounts]
    letters = {kind.value: _render_sample(request, kind) for kind in kinds}
    name = f"{reader.first_name} {reader.last_name}"
    return build_page("gallery/letters.html", letters=letters, to=name, of_accounts=of_accounts)


@get("/galerie/mails/{kind:str}")
async def show_email(request: Req, kind: FromPath[str]) -> Response[Any]:
    if kind not in set(EmailKind):
        raise NotFound("Aucun mail ne porte ce nom.")
    html = _render_sample(request, EmailKind(kind)).html
    return Response(html, media_type=MediaType.HTML, headers={"Content-Security-Policy": SANDBOX_POLICY})


def _render_sample(request: Req, kind: EmailKind) -> RenderedEmail:
    return render_email(request.app.template_engine.engine, kind, _build_values(kind))  # type: ignore[union-attr]


def _build_values(kind: EmailKind) -> dict[str, Any]:
    if kind == EmailKind.LOGIN:
        return {"link": f"{settings.public_url}/login/lien/exemple"}
    if kind == EmailKind.DIGEST:
        return build_digest_values(_SAMPLE_LINES, f"{settings.public_url}/mails/exemple")
    if kind == EmailKind.INVITATION:
        return build_invitation_values(f"{settings.public_url}/invitations/exemple", PEOPLE["referent.caf.lot"].team)
    if kind == EmailKind.JOINING:
        return build_joining_values(_SAMPLE_JOINING)
    if kind == EmailKind.IDLE_KEEPERS:
        return build_idle_values(_SAMPLE_IDLE)
    if kind in CLOSED_EMAILS:
        return build_closed_values(_SAMPLE_CLOSED)
    if kind in ADDRESS_EMAILS:
        link = f"{settings.public_url}/adresses/exemple"
        return build_address_values(kind, build_address("referent.caf.lot"), link, _SAMPLE_LINES[0].sent_at)
    if kind in TEAM_NOTICES:
        return build_team_notice_values(kind, _SAMPLE_JOINING.team_id, _SAMPLE_JOINING.team)
    if kind in ROLE_EMAILS:
        return build_role_values(kind, [_SAMPLE_ROLES])
    if kind in SIGNUP_EMAILS:
        return build_signup_values(kind, _SAMPLE_REFUSAL if kind == EmailKind.REFUSED else "")
    if kind in PERSON_EMAILS:
        return build_person_values(kind)
    return build_account_values() if kind in ACCOUNT_EMAILS else build_case_values(UUID(int=1), _SAMPLE_CASE)
