"""Emails that name a team and lead to one of its pages: for its supervisors, and for its managers."""

from collections.abc import Awaitable, Callable
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.email.queue_email import EmailKind
from app.domain.teams.noticed_team import load_managed_team, load_supervised_team
from app.domain.teams.permissions import TeamFacts
from app.settings import settings

Loader = Callable[[Actor, int | None], Awaitable[TeamFacts | None]]
TEAM_NOTICES: dict[EmailKind, tuple[Loader, str, str]] = {
    EmailKind.UNANSWERED_TEAM: (load_supervised_team, "", "Voir l’équipe"),
    EmailKind.UNDELIVERED: (load_managed_team, "/membres", "Voir les membres"),
}
"""Kind -> what checks the right again when the email leaves, the page of the team, the label of its button."""


async def load_team_notice(kind: EmailKind, reader: Actor, team_id: int | None) -> dict[str, Any] | None:
    team = await TEAM_NOTICES[kind][0](reader, team_id)
    return build_team_notice_values(kind, team.id, team.name) if team else None


def build_team_notice_values(kind: EmailKind, team_id: int, team: str) -> dict[str, Any]:
    _, page, action = TEAM_NOTICES[kind]
    return {"team": team, "link": f"{settings.public_url}/equipes/{team_id}{page}", "action": action}
