"""Where each organisation stands on a case, in words."""

from collections.abc import Iterable
from datetime import datetime

from app.domain.audience import build_team_readership
from app.domain.cases.page.recipients import CaseRecipient
from app.domain.cases.progress.standing import find_standing
from app.domain.cases.thread.message_fields import format_readership
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


def list_reader_choices(recipients: tuple[CaseRecipient, ...], own_teams: list[int]) -> list[dict[str, str]]:
    """The choices of « Lu par », from the widest, with the names of those who read. Empty for the agents' side.

    own_teams: the teams whose notes the actor reads.
    """
    if not own_teams:
        return []
    present = [one for one in recipients if one.progress.is_present]
    referents = f"les référents de {join_names(one.team for one in present)}, et d’une équipe qui viendrait ensuite"
    return [
        {"value": "tous", "names": "l’agent et tous les organismes"},
        {"value": "referents", "names": referents},
        *(
            {
                "value": format_readership(build_team_readership(one.team_id)),
                "names": f"les membres de {one.team}, et eux seuls",
            }
            for one in present
            if one.team_id in own_teams
        ),
    ]


def join_names(names: Iterable[str]) -> str:
    """« A », « A et B », « A, B et C »"""
    *first, last = names
    return f"{', '.join(first)} et {last}" if first else last


FILTERS = {
    "short_day": format_short_day,
    "standing": format_standing,
    "addressees": list_addressees,
    "reader_choices": list_reader_choices,
}
