"""Where an organisation stands on a case, as one fact and its day, for the words of the page. Pure. Source: W1."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

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


class Answering(Protocol):
    """A recipient of a list or of a page. first_answer_at: a time or its text; only its absence counts."""

    @property
    def acronym(self) -> str: ...
    @property
    def first_answer_at(self) -> object: ...


def list_other_answers(recipients: Sequence[Answering], own: Sequence[Answering]) -> tuple[str, ...]:
    """The organisations that answered, while none of the actor's own teams did; empty on the agents' side."""
    if not own or any(one.first_answer_at for one in own):
        return ()
    return tuple(dict.fromkeys(one.acronym for one in recipients if one.first_answer_at))
