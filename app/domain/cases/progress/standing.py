"""Where an organisation stands on a case, as one fact and its day, for the words of the page. Pure. Source: W1."""

from datetime import datetime
from enum import StrEnum

from app.domain.cases.progress.team import TeamProgress


class Standing(StrEnum):
    LEFT = "left"
    IRRELEVANT = "irrelevant"
    HANDLED = "handled"
    AWAITED = "awaited"
    ANSWERED = "answered"
    OPINION_SEEN = "opinion_seen"
    OPINION = "opinion"
    SEEN = "seen"
    NEW = "new"


def find_standing(team: TeamProgress) -> tuple[Standing, datetime]:
    """The first line that is true, from the last to the first thing that a team does; and since when."""
    seen = team.seen_at or team.joined_at
    if team.left_at:
        return Standing.LEFT, team.left_at
    if team.irrelevant_at:
        return Standing.IRRELEVANT, team.irrelevant_at
    if team.last_answer_at is None:
        return _find_unanswered_standing(team), seen
    if team.has_turn:
        return Standing.AWAITED, team.waiting_since or team.last_answer_at
    return (Standing.HANDLED, team.handled_at) if team.handled_at else (Standing.ANSWERED, team.last_answer_at)


def _find_unanswered_standing(team: TeamProgress) -> Standing:
    if team.opinion:
        return Standing.OPINION_SEEN if team.seen_at else Standing.OPINION
    return Standing.SEEN if team.seen_at else Standing.NEW
