"""Makes the contents of a queued email: recipient address, subject, plain text and HTML."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from jinja2 import Environment

from app.domain.accounts.actor import Actor, load_actor
from app.domain.authentication.login_link import find_live_login_url
from app.domain.cases.access import load_visible_case
from app.domain.cases.digests import DigestLine, load_digest_lines, load_team_digest
from app.domain.cases.email_case import EmailCase, build_thread_root, load_email_cases
from app.domain.cases.permissions import may_read
from app.domain.cases.team_mailbox import find_team_mailbox
from app.domain.email.message_emails import load_readership
from app.domain.email.outbox import ClaimedEmail
from app.domain.email.preferences import build_preferences_url
from app.domain.email.queue_email import EmailKind
from app.domain.errors import NotFound
from app.domain.members.idle_member_notice import IdleMemberNotice, load_idle_member_notice
from app.domain.members.manager_notices import JoiningNotice, load_joining_notice
from app.domain.signup.email_contents import load_invitation_email, load_signup_email
from app.gateways.email.account_values import build_invitation_values, build_signup_values, load_address_values
from app.gateways.email.closed_account import build_closed_email
from app.gateways.email.contents import EmailContents, RenderedEmail
from app.gateways.email.role_values import load_role_values
from app.gateways.email.team_notices import TEAM_NOTICES, load_team_notice
from app.settings import settings
from app.text import labels
from app.text.digest_lines import find_digest_subject, format_digest_line
from app.text.email_subjects import format_email_subject

_TEMPLATES = {
    EmailKind.LOGIN: "login",
    EmailKind.DIGEST: "digest",
    **dict.fromkeys(labels.ACCOUNT_EMAILS, "account"),
    **dict.fromkeys(labels.PERSON_EMAILS, "person"),
    **dict.fromkeys(labels.SIGNUP_EMAILS, "signup"),
    **dict.fromkeys(labels.ADDRESS_EMAILS, "address"),
    **dict.fromkeys(labels.ROLE_EMAILS, "roles"),
    EmailKind.INVITATION: "invitation",
    EmailKind.JOINING: "joining",
    EmailKind.IDLE_KEEPERS: "idle_keepers",
    **dict.fromkeys(labels.CLOSED_EMAILS, "closed"),
    **dict.fromkeys(TEAM_NOTICES, "team"),
}


async def build_email_contents(claim: ClaimedEmail, now: datetime) -> EmailContents | None:
    """Checks rights again, at the time of sending. Returns None when the email must not be sent any more."""
    if claim.kind in labels.SIGNUP_EMAILS:
        return await _build_signup_email(claim, now)
    if claim.kind in labels.ADDRESS_EMAILS:
        found = await load_address_values(claim, now)
        return EmailContents(*found, _list_email_ids(claim)) if found else None
    if claim.team_id and claim.person_id is None:
        return await _build_team_email(claim, claim.team_id, now)
    if claim.kind in labels.CLOSED_EMAILS:
        return await build_closed_email(claim)
    actor = await load_actor(claim.person_id) if claim.person_id else None
    if actor is None:
        return None
    if claim.kind == EmailKind.DIGEST:
        return _build_digest_email(actor, await load_digest_lines(actor, claim.items, now))
    values = await _build_values(claim, actor, now)
    return _build_contents(claim, actor.address, values) if values else None


async def _build_signup_email(claim: ClaimedEmail, now: datetime) -> EmailContents | None:
    invited = claim.kind == EmailKind.INVITATION
    note = await (load_invitation_email(claim.invitation_id, now) if invited else load_signup_email(claim.signup_id))
    if note is None:
        return None
    values = build_invitation_values(note.link, note.text) if invited else build_signup_values(claim.kind, note.text)
    return EmailContents(note.address, values, _list_email_ids(claim))


async def _build_team_email(claim: ClaimedEmail, team_id: int, now: datetime) -> EmailContents | None:
    if claim.kind == EmailKind.DIGEST:
        shared, lines = await load_team_digest(team_id, claim.items, now)
        return EmailContents(shared, build_digest_values(lines), _list_line_ids(lines)) if lines else None
    case_id = claim.items[0].case_id
    address = await find_team_mailbox(team_id, case_id, await load_readership(claim.items[0]))
    if not address or not case_id:
        return None
    values = await _load_case_values(case_id)
    return _build_contents(claim, address, {name: value for name, value in values.items() if name != "choice"})


def _build_contents(claim: ClaimedEmail, address: str, values: dict[str, Any]) -> EmailContents:
    """The emails of one case refer to one Message-ID, so that mail programs show them together."""
    case_id, domain = claim.items[0].case_id, settings.mail_from.rpartition("@")[2]
    root = f"<{build_thread_root(case_id)}@{domain}>" if case_id else ""
    headers = {"In-Reply-To": root, "References": root} if root else {}
    return EmailContents(address, values, _list_email_ids(claim), headers)


def _list_email_ids(claim: ClaimedEmail) -> frozenset[UUID]:
    return frozenset(item.id for item in claim.items)


async def _build_values(claim: ClaimedEmail, actor: Actor, now: datetime) -> dict[str, Any] | None:
    if claim.kind == EmailKind.LOGIN:
        link = await find_live_login_url(claim.login_link_id, now)
        return {"link": link} if link else None
    if claim.kind in labels.ACCOUNT_EMAILS:
        return build_account_values()
    if claim.kind in labels.PERSON_EMAILS:
        return build_person_values(claim.kind)
    if claim.kind in labels.ROLE_EMAILS:
        return await load_role_values(claim, actor)
    if claim.kind == EmailKind.JOINING:
        joining = await load_joining_notice(actor, claim.team_id, claim.written_at)
        return build_joining_values(joining) if joining else None
    if claim.kind == EmailKind.IDLE_KEEPERS:
        idle = await load_idle_member_notice(actor, claim.team_id, claim.written_at)
        return build_idle_values(idle) if idle else None
    if claim.kind in TEAM_NOTICES:
        return await load_team_notice(claim.kind, actor, claim.team_id)
    case_id = claim.items[0].case_id
    return await _load_case_values(case_id) if case_id and await _may_read_event(actor, case_id, claim) else None


async def _load_case_values(case_id: UUID) -> dict[str, Any]:
    return build_case_values(case_id, (await load_email_cases([case_id])).get(case_id))


async def _may_read_event(actor: Actor, case_id: UUID, claim: ClaimedEmail) -> bool:
    try:
        return may_read(actor, await load_visible_case(actor, case_id), *await load_readership(claim.items[0]))
    except NotFound:
        return False


def build_person_values(kind: EmailKind) -> dict[str, Any]:
    path, action = labels.PERSON_EMAILS[kind]
    return {"link": f"{settings.public_url}{path}", "action": action}


def build_joining_values(joining: JoiningNotice) -> dict[str, Any]:
    return {"joining": joining, "link": f"{settings.public_url}/equipes/{joining.team_id}/membres"}


def build_idle_values(idle: IdleMemberNotice) -> dict[str, Any]:
    return {"idle": idle, "link": f"{settings.public_url}/equipes/{idle.team_id}/membres"}


def build_account_values() -> dict[str, Any]:
    return {"link": f"{settings.public_url}/profil"}


def build_case_values(case_id: UUID, case: EmailCase | None) -> dict[str, Any]:
    return {"link": _build_case_url(case_id), "case": case, "choice": f"{settings.public_url}/profil#mails"}


def build_digest_values(lines: list[DigestLine], choice: str = "") -> dict[str, Any]:
    """choice: empty for a shared address, where no person chooses."""
    shown = [{"link": _build_case_url(line.case_id), **format_digest_line(line)} for line in lines]
    values = {"lines": shown, "list_link": f"{settings.public_url}/demandes"}
    subject = find_digest_subject(lines)
    values |= {"subject": subject} if subject else {}
    return values | ({"choice": choice} if choice else {})


def _build_digest_email(actor: Actor, lines: list[DigestLine]) -> EmailContents | None:
    if not lines:
        return None
    choice = build_preferences_url(actor)
    headers = {"List-Unsubscribe": f"<{choice}/arret>", "Precedence": "bulk"}
    # RFC 8058 allows one-click unsubscribing over https only
    if settings.over_https:
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailContents(actor.address, build_digest_values(lines, choice), _list_line_ids(lines), headers)


def _list_line_ids(lines: list[DigestLine]) -> frozenset[UUID]:
    return frozenset(email_id for line in lines for email_id in line.email_ids)


def _build_case_url(case_id: UUID) -> str:
    return f"{settings.public_url}/demandes/{case_id}"


def render_email(templates: Environment, kind: EmailKind, values: Mapping[str, Any]) -> RenderedEmail:
    template = _TEMPLATES.get(kind, "case")
    subject = values.get("subject") or format_email_subject(kind, values.get("case"))
    shown = {"subject": subject, "sentence": labels.EMAIL_SENTENCE.get(kind, ""), **values}
    text, html = (templates.get_template(f"letters/{template}.{form}").render(shown) for form in ("txt", "html"))
    return RenderedEmail(subject, text, html)
