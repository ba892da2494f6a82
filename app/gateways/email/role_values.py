"""The values of the emails about roles."""

from typing import Any

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.email.outbox import ClaimedEmail
from app.domain.email.queue_email import EmailKind
from app.domain.people.role_notices import RoleNotice, load_own_role_notice, load_role_notices
from app.settings import settings
from app.text.labels.role_emails import ROLE_EMAIL_ACTION, SECOND_FACTOR
from app.text.role_notices import format_opening, format_others_change, format_own_change


async def load_role_values(claim: ClaimedEmail, reader: Actor) -> dict[str, Any] | None:
    """Returns None when the email must not be sent any more."""
    if claim.kind == EmailKind.ROLE_NOTICE:
        notices = await load_role_notices(reader, claim.written_at)
        return build_role_values(claim.kind, notices) if notices else None
    notice = await load_own_role_notice(reader, claim.written_at)
    return build_role_values(claim.kind, [notice]) if notice else None


def build_role_values(kind: EmailKind, notices: list[RoleNotice]) -> dict[str, Any]:
    show, path = {
        EmailKind.ROLES: (format_own_change, "/profil"),
        EmailKind.OPENED: (format_opening, "/login"),
        EmailKind.ROLE_NOTICE: (format_others_change, f"/personnes/{notices[0].person_id}"),
    }[kind]
    became_admin = kind != EmailKind.ROLE_NOTICE and notices[0].role == PlatformRole.ADMIN
    return {
        "notices": [show(notice) for notice in notices],
        "second_factor": SECOND_FACTOR if became_admin else "",
        "link": f"{settings.public_url}{path}",
        "action": ROLE_EMAIL_ACTION[kind],
    }
