"""Loads one case for a person, with the facts that permissions depend on, or raises NotFound."""

from dataclasses import replace
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.case_status import Status
from app.domain.cases.access_end import find_access_end
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from app.domain.cases.progress.rows import TEAMS_QUERY, decode_teams
from app.domain.errors import AccessEnded, Conflict, Forbidden, NotFound
from db.batch import BatchQuery, fetch_batch, parse_timestamp
from db.engine import is_postgres
from db.tables.cases import Case
from db.tables.thread import Message

_NOT_FOUND_MESSAGE = (
    "Cette demande n’existe pas, ou ne vous a pas été adressée. Une demande close est effacée au bout de six mois."
)
_CONFLICT_MESSAGES = {
    Action.CLOSE: "La demande a déjà été clôturée. Rien n’a changé ; voici où elle en est.",
    Action.REOPEN: "La demande est déjà ouverte. Rien n’a changé ; voici où elle en est.",
    Action.ASK_REOPENING: "La demande est déjà ouverte. Rien n’a changé ; voici où elle en est.",
    Action.RENEW_MANDATE: "La demande a un mandat : elle n’est pas suspendue. Rien n’a changé.",
    Action.ANSWER_SURVEY: "Le sondage est proposé à la personne qui a clos la demande, une fois qu’elle est close.",
    Action.WITHDRAW: (
        "Un référent a ouvert la demande entre-temps : elle ne peut plus être retirée. Vous pouvez la clore, "
        "ou écrire au référent."
    ),
}
_MESSAGE_NOT_SENT = (
    "La demande a été clôturée entre-temps : votre message n’est pas parti. "
    "Il est gardé ci-dessous, et y sera encore une fois la demande rouverte"
)
_CASE_SUSPENDED = (
    "L’usager a retiré son accord par SMS : la demande est suspendue, et rien n’a été enregistré. "
    "L’agent qui la suit peut la reprendre avec un nouveau mandat, ou la clore."
)
_MESSAGE_NOT_SENT_SUSPENDED = (
    "L’usager a retiré son accord par SMS : votre message n’est pas parti. Il est gardé ci-dessous, et y sera "
    "encore si la demande reprend."
)
_NOT_REOPENED = (
    "L’usager a retiré son accord par SMS, et la demande est close : elle ne se rouvre pas. Avec un nouveau mandat, "
    "il faut une nouvelle demande."
)
_CLOSED_MEANWHILE = "La demande a été clôturée entre-temps : rien n’a été enregistré. Rouvrez-la pour continuer."
_WITHDRAWN = "La demande a été retirée avant d’être ouverte : elle ne se rouvre pas. Rien n’a changé."
_OF_REFERENTS = "Cette action revient aux référents des organismes contactés."
_REFUSAL_MESSAGES = {
    Action.ANSWER: _OF_REFERENTS,
    Action.ASK_REOPENING: _OF_REFERENTS,
    Action.REOPEN: (
        "La demande est close : l’agent, son équipe, ou la personne qui l’a close peuvent la rouvrir. "
        "« Demander de rouvrir » leur envoie un mot."
    ),
    Action.INVITE_TEAM: "Seul un référent peut faire venir un autre organisme.",
}


async def load_locked_case(case_id: UUID) -> CaseFacts | None:
    """For actions of the platform itself, which check no right. Runs in the caller's transaction."""
    return await _load_facts(case_id, locked=True)


async def load_visible_case(actor: Actor, case_id: UUID, *, locked: bool = False) -> CaseFacts:
    """Returns the facts of a case that the actor may read or is drafting.

    With `locked`, the row stays locked until the transaction ends (SQLite has one writer at a time anyway). Raises
    NotFound with the same words for an absent case and for a stranger's; AccessEnded if the actor could read it before.
    """
    facts = await _load_facts(case_id, locked=locked)
    if facts is not None and list_allowed_actions(actor, facts):
        return facts
    ended, refused = await find_access_end(actor, case_id), case_id if facts else None
    if ended is None:
        raise NotFound(_NOT_FOUND_MESSAGE, denied_case=refused)
    raise AccessEnded("Cette demande ne vous est plus adressée.", ended, denied_case=refused)


async def load_readable_case(actor: Actor, case_id: UUID, *, locked: bool = False) -> CaseFacts:
    """Raises NotFound for a draft too, even for its author: the wizard shows drafts."""
    facts = await load_visible_case(actor, case_id, locked=locked)
    if Action.READ not in list_allowed_actions(actor, facts):
        raise NotFound(_NOT_FOUND_MESSAGE)
    return facts


async def load_case_for_action(actor: Actor, case_id: UUID, action: Action) -> CaseFacts:
    """Returns the locked facts. Runs in the caller's transaction.

    Raises NotFound, AccessEnded, Conflict (the status or a suspension prevents the action), Forbidden.
    """
    facts = await load_visible_case(actor, case_id, locked=True)
    check_allowed(actor, facts, action)
    return facts


def check_allowed(actor: Actor, facts: CaseFacts, action: Action) -> None:
    """Raises Conflict and Forbidden as load_case_for_action does."""
    if action in list_allowed_actions(actor, facts):
        return
    if facts.suspended and (reason := _build_suspension_message(actor, facts, action)):
        raise Conflict(reason)
    if _is_status_conflict(facts, action):
        raise Conflict(_build_conflict_message(actor, facts, action))
    refusal = _REFUSAL_MESSAGES.get(action, "Cette action revient à l’agent qui suit la demande ou à son équipe.")
    raise Forbidden(refusal, denied_case=facts.id)


def _build_suspension_message(actor: Actor, facts: CaseFacts, action: Action) -> str:
    """Empty when the action would be refused without the suspension too."""
    if facts.status == Status.CLOSED and action != Action.ANSWER_SURVEY:
        return f"{_NOT_REOPENED} Votre message n’est pas parti." if action == Action.WRITE else _NOT_REOPENED
    if action not in list_allowed_actions(actor, replace(facts, suspended_at=None)):
        return ""
    return _MESSAGE_NOT_SENT_SUSPENDED if action == Action.WRITE else _CASE_SUSPENDED


def _build_conflict_message(actor: Actor, facts: CaseFacts, action: Action) -> str:
    """A person who may not reopen the case is not asked to reopen it."""
    if facts.status == Status.CLOSED and not facts.teams:
        return _WITHDRAWN
    if action != Action.WRITE:
        return _CONFLICT_MESSAGES.get(action, _CLOSED_MEANWHILE)
    reopens = Action.REOPEN in list_allowed_actions(actor, facts)
    return (
        f"{_MESSAGE_NOT_SENT} : rouvrez-la pour l’envoyer."
        if reopens
        else f"{_MESSAGE_NOT_SENT} par l’équipe de l’agent."
    )


def _is_status_conflict(facts: CaseFacts, action: Action) -> bool:
    status = facts.status
    if action == Action.WITHDRAW:
        return status != Status.NEW
    if action in (Action.REOPEN, Action.ASK_REOPENING):
        return status != Status.CLOSED or not facts.teams
    return status in (Status.DRAFT, Status.CLOSED) or action in (Action.ANSWER_SURVEY, Action.RENEW_MANDATE)


_FACTS_QUERY = BatchQuery(
    {
        "status": "c.status",
        "author_id": "c.author",
        "team_id": "c.team",
        "closed_by": "c.closed_by",
        "next_side": "c.next_side",
        "last_event": "c.last_event",
        "last_internal_event": "c.last_internal_event",
        "suspended_at": "c.suspended_at",
        "area": "c.area",
        "duplicate": "c.outcome = 'duplicate'",
        "set_aside": 'EXISTS (SELECT 1 FROM set_aside a WHERE a."case" = c.id)',
        "author_left": """NOT EXISTS (SELECT 1 FROM membership m JOIN person p ON p.id = m.person
            WHERE m.person = c.author AND m.team = c.team AND p.active)""",
    },
    "cases c WHERE c.id = {} AND c.erased_at IS NULL",
    {"status": Status, "author_left": bool, "set_aside": bool, "duplicate": bool, "suspended_at": parse_timestamp},
)
_GUESTS_QUERY = BatchQuery({"person": "g.person"}, 'guest g WHERE g."case" = {}', {})


async def _load_facts(case_id: UUID, *, locked: bool) -> CaseFacts | None:
    """The lock is a statement of its own: a single one would read the other rows as they were before it waited."""
    if locked and is_postgres():
        await Case.select(Case.id).where(Case.id == case_id).lock_rows("UPDATE")
    found = await fetch_batch(
        facts=_FACTS_QUERY.bind(case_id), teams=TEAMS_QUERY.bind(case_id), guests=_GUESTS_QUERY.bind(case_id)
    )
    if not found["facts"]:
        return None
    return CaseFacts(
        id=case_id,
        teams=decode_teams(found["teams"]),
        guests=frozenset(row["person"] for row in found["guests"]),
        **found["facts"][0],
    )


async def is_message_posted(actor: Actor, case_id: UUID, key: str) -> bool:
    """Whether the message of this form exists, so that a form sent twice counts once.

    Written in SQL because Piccolo's exists() names every column, which takes longer than the query.
    """
    asked = 'SELECT id FROM message WHERE "case" = {} AND author = {} AND key = {} LIMIT 1'
    return bool(await Message.raw(asked, case_id, actor.id, key))
