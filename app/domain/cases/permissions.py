"""Who may do what on a case. Buttons and actions ask the same functions.

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
| ASK_REOPENING    |        |           | x        |        |               | closed, unless withdrawn       |
| REOPEN           | x      | x         |          |        | x             | closed, unless withdrawn       |
| ANSWER_SURVEY    |        |           |          |        | x             | closed, unless withdrawn       |

Suspended: open, and its citizen withdrew their consent by SMS; if closed then, it is not reopened (suspension.py).
Author: opened it or took it over, and is still in that team; once they have left, each of its members.
Colleague: any other member of the author's team.
Referent: any member of a team that received it and did not step out. Expert: of the platform, once invited.
ANSWER: what assignment.py and set_aside.py do, « c'est traité », « non pertinente », transfer, stepping out, notes.
Admins and supervisors read no case. Source: features.md P2, S4-S8, N14; fiche-referent.md.

Who may read which line of a case that they may READ:

| audience  | author | colleague | referent | expert |
|-----------|--------|-----------|----------|--------|
| ALL       | x      | x         | x        | x      |
| INTERNAL  |        |           | x        |        |
| TEAM      |        |           | x        |        |

TEAM: of the team that wrote it, or that it was merged into. A person with a second relation to the case beside REFERENT
is on the agents' side: they read no internal note, and no note of their team. Pages, print, streams, polls, lists,
counts, search, files, read receipts, emails and digests all ask here (may_read_audience, may_read,
list_teams_read_apart); access_paths.py has the same rule in SQL. Source: features.md S5, W7.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import Audience
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.cases.own_teams import list_own_teams
from app.domain.cases.progress.team import Teams, list_present_teams


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
    ASK_REOPENING = "ask_reopening"


class Relation(StrEnum):
    AUTHOR = "author"
    COLLEAGUE = "colleague"
    REFERENT = "referent"
    EXPERT = "expert"


@dataclass(frozen=True)
class CaseFacts:
    """What a permission or a step depends on. A withdrawn case is a closed one without any team.

    teams: where each team that received the case stands, those that stepped out included. next_side: of the case.
    last_event, last_internal_event: the last lines of its thread. set_aside: by a team, or by a person of one.
    duplicate: it was closed because it continues in another case.
    """

    id: UUID
    status: Status
    author_id: int
    team_id: int
    teams: Teams
    guests: frozenset[int]
    closed_by: int | None = None
    author_left: bool = False
    next_side: str = ""
    last_event: int = 0
    last_internal_event: int = 0
    suspended_at: datetime | None = None
    area: str = ""
    set_aside: bool = False
    duplicate: bool = False

    @property
    def suspended(self) -> bool:
        return self.suspended_at is not None

    @cached_property
    def recipient_teams(self) -> frozenset[int]:
        """The teams that read the case: without those that stepped out."""
        return list_present_teams(self.teams)


_READ_AND_WRITE = frozenset({Action.READ, Action.WRITE})
_PARTICIPATE = _READ_AND_WRITE | {Action.COMPLETE, Action.INVITE_EXPERT}
_OFFICE = (Relation.AUTHOR, Relation.COLLEAGUE)
_OPEN_ACTIONS: dict[Relation, frozenset[Action]] = {
    **dict.fromkeys(_OFFICE, _PARTICIPATE | {Action.INVITE_COLLEAGUE, Action.CLOSE}),
    Relation.REFERENT: _PARTICIPATE | {Action.ANSWER, Action.INVITE_TEAM},
    Relation.EXPERT: _READ_AND_WRITE | {Action.CLOSE},
}
_SUSPENDED_ACTIONS: dict[Relation, frozenset[Action]] = {
    **dict.fromkeys(_OFFICE, frozenset({Action.READ, Action.CLOSE, Action.RENEW_MANDATE})),
    Relation.REFERENT: frozenset({Action.READ}),
    Relation.EXPERT: frozenset({Action.READ, Action.CLOSE}),
}
_CLOSED_ACTIONS: dict[Relation, frozenset[Action]] = {
    **dict.fromkeys(_OFFICE, frozenset({Action.READ, Action.REOPEN})),
    Relation.REFERENT: frozenset({Action.READ, Action.ASK_REOPENING}),
    Relation.EXPERT: frozenset(),
}
_CLOSER_ACTIONS = frozenset({Action.READ, Action.REOPEN, Action.ANSWER_SURVEY})
_UNLESS_WITHDRAWN = frozenset({Action.REOPEN, Action.ANSWER_SURVEY})


def find_relations(actor: Actor, case: CaseFacts) -> frozenset[Relation]:
    """Every relation of the actor to the case; empty for a stranger."""
    held = find_basic_relations(actor, case.team_id, case.recipient_teams, case.guests)
    if Relation.COLLEAGUE in held and _is_author(actor, case):
        return held - {Relation.COLLEAGUE} | {Relation.AUTHOR}
    return held


def find_basic_relations(
    actor: Actor, team_id: int, recipient_teams: frozenset[int], guests: frozenset[int]
) -> frozenset[Relation]:
    """Relations from teams and invitations alone: an author counts as a colleague."""
    found = set()
    if team_id in actor.list_teams(Side.AGENT):
        found.add(Relation.COLLEAGUE)
    if list_own_teams(actor, recipient_teams):
        found.add(Relation.REFERENT)
    if actor.is_expert and actor.id in guests:
        found.add(Relation.EXPERT)
    return frozenset(found)


def _is_author(actor: Actor, case: CaseFacts) -> bool:
    return case.author_id == actor.id or (case.author_left and case.status != Status.DRAFT)


def list_allowed_actions(actor: Actor, case: CaseFacts) -> frozenset[Action]:
    """What the actor may do now. Without READ and EDIT_DRAFT, the case does not exist for them."""
    held = find_relations(actor, case)
    if case.status == Status.DRAFT:
        return frozenset({Action.EDIT_DRAFT}) if Relation.AUTHOR in held else frozenset()
    going_on = _SUSPENDED_ACTIONS if case.suspended else _OPEN_ACTIONS
    table = going_on if case.status in OPEN_STATUSES else _CLOSED_ACTIONS
    allowed = frozenset[Action]().union(*(table[relation] for relation in held))
    if case.status == Status.NEW and Relation.AUTHOR in held and not case.suspended:
        allowed |= {Action.WITHDRAW}
    if case.status == Status.CLOSED and case.closed_by == actor.id and held:
        allowed |= _CLOSER_ACTIONS - {Action.ANSWER_SURVEY} if case.duplicate else _CLOSER_ACTIONS
    if case.suspended:
        allowed -= {Action.REOPEN, Action.ASK_REOPENING}
    return allowed if case.teams else allowed - _UNLESS_WITHDRAWN


def find_side(actor: Actor, case: CaseFacts) -> Side:
    """The referents' side for a person whose only relation is REFERENT; otherwise the agents' side."""
    return Side.REFERENT if may_read_audience(find_relations(actor, case), Audience.INTERNAL) else Side.AGENT


def may_read_audience(relations: frozenset[Relation], audience: Audience, *, in_team: bool = False) -> bool:
    """in_team: they are a referent of the team that reads the line."""
    apart = relations == {Relation.REFERENT} and (audience == Audience.INTERNAL or in_team)
    return bool(relations) if audience == Audience.ALL else apart


def may_read(actor: Actor, case: CaseFacts, audience: Audience, team: int | None = None) -> bool:
    """Whether the actor may read the case now, and lines of this audience in it; of TEAM, those of this team."""
    relations, in_team = find_relations(actor, case), team in list_teams_read_apart(actor, case)
    return Action.READ in list_allowed_actions(actor, case) and may_read_audience(relations, audience, in_team=in_team)


def list_teams_read_apart(actor: Actor, case: CaseFacts) -> frozenset[int]:
    """The teams on the case whose notes the actor reads. Empty on the agents' side."""
    return list_own_teams(actor, case.recipient_teams) if find_side(actor, case) == Side.REFERENT else frozenset()
