"""Where each organisation stands on a case, in words."""

from datetime import datetime

from app.domain.cases.page.recipients import CaseRecipient
from app.domain.cases.progress.standing import find_standing
from app.text import labels
from app.text.formats import format_day


def format_short_day(moment: datetime) -> str:
    """« 3 mars », in Paris. A case that waits is seldom a year old."""
    return format_day(moment).rsplit(" ", 1)[0]


def format_standing(recipient: CaseRecipient) -> str:
    """« répondue le 24 novembre »"""
    standing, since = find_standing(recipient.progress)
    return labels.STANDING[standing].format(format_short_day(since))


def list_addressees(recipients: tuple[CaseRecipient, ...]) -> list[dict[str, object]]:
    """The choices of « Adresser ce message à »: a team that is out says so."""
    return [
        {"value": one.team_id, "label": one.team, "hint": "" if one.progress.is_concerned else format_standing(one)}
        for one in recipients
    ]


FILTERS = {"short_day": format_short_day, "standing": format_standing, "addressees": list_addressees}
