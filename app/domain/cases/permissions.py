"""Who may do what on a case: the whole matrix, one screen. Buttons and verbs ask the same function.

| action           | author | colleague | referent | expert | who closed it | when                           |
|------------------|--------|-----------|----------|--------|---------------|--------------------------------|
| EDIT_DRAFT       | x      |           |          |        |               | draft                          |
| READ             | x      | x         | x        | x      |               | open                           |
| WRITE            | x      | x         | x        | x      |               | open                           |
| COMPLETE         | x      | x         | x        |        |               | open                           |
| INVITE_EXPERT    | x      | x         | x        |        |               | open                           |
| INVITE_COLLEAGUE | x      | x         |          |        |               | open                           |
| ANSWER           |        |           | x        |        |               | open                           |
| INVITE_TEAM      |        |           | x        |        |               | open                           |
| CLOSE            | x      | x         |          | x      |               | open                           |
| WITHDRAW         | x      |           |          |        |               | new                            |
| READ             | x      | x         | x        | x      |               | suspended                      |
| CLOSE            | x      | x         |          | x      |               | suspended                      |
| RENEW_MANDATE    | x      | x         |          |        |               | suspended                      |
| READ             | x      | x         | x        |        | x             | closed                         |
| REOPEN           | x      | x         |          |        | x             | closed, unless withdrawn       |
| ANSWER_SURVEY    |        |           |          |        | x             | closed, unless withdrawn       |

Suspended: open, and its citizen took their consent back by text; closed so, it is not reopened (suspension.py).
Author: who opened it or took it over, while in that team; once they have left, each of its members.
Colleague: any other member of the author's team.
Referent: any member of a team that received it. Expert: of the platform, once invited.
ANSWER: « je m'en occupe », « c'est traité », « non pertinente », transfer, messages between referents.
Admin and supervisor read no case. Source: features.md P2, S4-S8, N14; fiche-referent.md.

Who reads which line of a case that they READ:

| audience  | author | colleague | referent | expert |
|-----------|--------|-----------|----------|--------|
| ALL       | x      | x         | x        | x      |
| OPERATORS |        |           | x        |        |

A person with a second relation to the case, beside REFERENT, stands on the agents' side: OPERATORS is not for them.
Pages, print, streams, polls, lists, counts, search, files, read receipts, letters and digests all ask here (reads,
may_read, widest_audience); access_paths.py says the same to the database. Source: features.md S5.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.accounts.actor import Actor, PlatformRole, Side
from app.domain.audience import Audience
from app.domain.case_status import OPEN, Status


class Action(StrEnum):
    EDIT_DRAFT = "edit_draft"
    READ = "read"
    WRITE = "write"
    COMPLETE = "complete"
    INVITE_EXPERT = "invite_expert"
    INVITE_COLLEAGUE = "invite_colleague"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    INVITE_TEAM = "invite_team"
    CLOSE = "close"
    REOPEN = "reopen"
    ANSWER_SURVEY = "answer_survey"
    RENEW_MANDATE = "renew_mandate"


class Relation(StrEnum):
    AUTHOR = "author"
    COLLEAGUE = "colleague"
    REFERENT = "referent"
    EXPERT = "expert"


@dataclass(frozen=True)
class CaseFacts:
    """What a permission or a deadline depends on. A withdrawn case is a closed one that no team receives any more.

    unopened_by: the teams of which nobody has opened it. last_event, last_apart: how far its thread goes.
    before_closing: the status to which a closed case reopens. late_from, suspended_at: as Case has them.
    """

    id: UUID
    status: Status
    author_id: int
    team_id: int
    recipient_teams: frozenset[int]
    guests: frozenset[int]
    closed_by: int | None = None
    author_left: bool = False
    unopened_by: frozenset[int] = frozenset()
    last_event: int = 0
    last_apart: int = 0
    suspended_at: datetime | None = None
    before_closing: Status | None = None
    late_from: datetime | None = None
    area: str = ""

    @property
    def suspended(self) -> bool:
        return self.suspended_at is not None


_TALK = frozenset({Action.READ, Action.WRITE})
_HELP = _TALK | {Action.COMPLETE, Action.INVITE_EXPERT}
_OPEN_ACTIONS: dict[Relation, frozenset[Action]] = {
    Relation.AUTHOR: _HELP | {Action.INVITE_COLLEAGUE, Action.CLOSE},
    Relation.COLLEAGUE: _HELP | {Action.INVITE_COLLEAGUE, Action.CLOSE},
    Relation.REFERENT: _HELP | {Action.ANSWER, Action.INVITE_TEAM},
    Relation.EXPERT: _TALK | {Action.CLOSE},
}
_SUSPENDED_ACTIONS: dict[Relation, frozenset[Action]] = {
    Relation.AUTHOR: frozenset({Action.READ, Action.CLOSE, Action.RENEW_MANDATE}),
    Relation.COLLEAGUE: frozenset({Action.READ, Action.CLOSE, Action.RENEW_MANDATE}),
    Relation.REFERENT: frozenset({Action.READ}),
    Relation.EXPERT: frozenset({Action.READ, Action.CLOSE}),
}
_CLOSED_ACTIONS: dict[Relation, frozenset[Action]] = {
    Relation.AUTHOR: frozenset({Action.READ, Action.REOPEN}),
    Relation.COLLEAGUE: frozenset({Action.READ, Action.REOPEN}),
    Relation.REFERENT: frozenset({Action.READ}),
    Relation.EXPERT: frozenset(),
}
_CLOSER = frozenset({Action.READ, Action.REOPEN, Action.ANSWER_SURVEY})
_NOT_WITHDRAWN = frozenset({Action.REOPEN, Action.ANSWER_SURVEY})


def relations(actor: Actor, case: CaseFacts) -> frozenset[Relation]:
    """Every way in which the actor has to do with the case; empty for a stranger."""
    held = standing(actor, case.team_id, case.recipient_teams, case.guests)
    if Relation.COLLEAGUE in held and _stands_as_author(actor, case):
        return held - {Relation.COLLEAGUE} | {Relation.AUTHOR}
    return held


def standing(
    actor: Actor, team_id: int, recipient_teams: frozenset[int], guests: frozenset[int]
) -> frozenset[Relation]:
    """The relations that follow from teams and invitations alone: an author counts as a colleague."""
    found = set()
    if team_id in actor.teams(Side.AGENT):
        found.add(Relation.COLLEAGUE)
    if recipient_teams.intersection(actor.teams(Side.REFERENT)):
        found.add(Relation.REFERENT)
    if actor.role == PlatformRole.EXPERT and actor.id in guests:
        found.add(Relation.EXPERT)
    return frozenset(found)


def _stands_as_author(actor: Actor, case: CaseFacts) -> bool:
    return case.author_id == actor.id or (case.author_left and case.status != Status.DRAFT)


def actions_for(actor: Actor, case: CaseFacts) -> frozenset[Action]:
    """What the actor may do to the case now. Without READ or EDIT_DRAFT, the case does not exist for them."""
    held = relations(actor, case)
    if case.status == Status.DRAFT:
        return frozenset({Action.EDIT_DRAFT}) if Relation.AUTHOR in held else frozenset()
    going_on = _SUSPENDED_ACTIONS if case.suspended else _OPEN_ACTIONS
    table = going_on if case.status in OPEN else _CLOSED_ACTIONS
    allowed = frozenset[Action]().union(*(table[relation] for relation in held))
    if case.status == Status.NEW and Relation.AUTHOR in held and not case.suspended:
        allowed |= {Action.WITHDRAW}
    if case.status == Status.CLOSED and case.closed_by == actor.id and held:
        allowed |= _CLOSER
    if case.suspended:
        allowed -= {Action.REOPEN}
    return allowed if case.recipient_teams else allowed - _NOT_WITHDRAWN


def side_of(actor: Actor, case: CaseFacts) -> Side:
    """The side on which the actor speaks: a referent's when only their receiving team gives them the right."""
    return Side.REFERENT if reads(relations(actor, case), Audience.OPERATORS) else Side.AGENT


def reads(held: frozenset[Relation], audience: Audience) -> bool:
    """Whether a person of these relations reads a line of this audience."""
    return bool(held) if audience == Audience.ALL else held == {Relation.REFERENT}


def may_read(actor: Actor, case: CaseFacts, audience: Audience) -> bool:
    """Whether the actor reads the case now, and a line of this audience in it."""
    return Action.READ in actions_for(actor, case) and reads(relations(actor, case), audience)


def widest_audience(actor: Actor, case: CaseFacts) -> Audience:
    """For an actor who reads the case: the widest audience that they are part of."""
    return Audience.OPERATORS if reads(relations(actor, case), Audience.OPERATORS) else Audience.ALL
