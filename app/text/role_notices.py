"""What an email says of changed roles, in French: who changed what, and the roles that a person has now."""

from typing import Any

from app.domain.people.role_notices import RoleNotice
from app.text.labels.audit import AUDIT_ACTIONS
from app.text.labels.people import format_roles


def format_own_change(notice: RoleNotice) -> dict[str, Any]:
    """For the person themselves."""
    by = f"{notice.by} vient de changer vos rôles :" if notice.by else "L’administration vient de changer vos rôles :"
    return _format_change(by, notice, "Vos rôles maintenant :")


def format_opening(notice: RoleNotice) -> dict[str, Any]:
    return _format_change("L’administration vous ouvre un compte :", notice, "Vos rôles :")


def format_others_change(notice: RoleNotice) -> dict[str, Any]:
    return _format_change(
        f"{notice.by} vient de changer les rôles de {notice.name} :", notice, "Ses rôles maintenant :"
    )


def _format_change(heading: str, notice: RoleNotice, label: str) -> dict[str, Any]:
    scope = f" : {' ; '.join(notice.scope)}" if notice.scope else ""
    changes = [AUDIT_ACTIONS[action] for action in notice.actions]
    return {"heading": heading, "changes": changes, "now": f"{label} {format_roles(notice)}{scope}."}
