"""The one door to a single case: what the rules need to know of it, or NotFound for whoever may not know it exists."""

from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.statuses import Status
from app.domain.errors import Conflict, NotFound, Refused
from app.domain.permissions import Action, CaseFacts, actions_for
from db.engine import is_postgres
from db.tables import Case, Guest, Membership, Message, Recipient

_ABSENT = (
    "Cette demande n’existe pas, ou ne vous a pas été adressée. Une demande close est effacée au bout de six mois."
)
_MOVED = {
    Action.WRITE: (
        "La demande a été clôturée entre-temps : votre message n’est pas parti. "
        "Il est conservé ci-dessous ; rouvrez la demande pour l’envoyer."
    ),
    Action.CLOSE: "La demande a déjà été clôturée. Rien n’a changé ; voici où elle en est.",
    Action.REOPEN: "La demande est déjà ouverte. Rien n’a changé ; voici où elle en est.",
    Action.ANSWER_SURVEY: "Le sondage est proposé à la personne qui a clos la demande, une fois qu’elle est close.",
    Action.WITHDRAW: (
        "Un référent a ouvert la demande entre-temps : elle ne peut plus être retirée. Vous pouvez la clore, "
        "ou écrire au référent."
    ),
}
_CLOSED_MEANWHILE = "La demande a été clôturée entre-temps : rien n’a été enregistré. Rouvrez-la pour continuer."
_NOT_YOURS = {
    Action.ANSWER: "Cette action revient aux référents des organismes contactés.",
    Action.INVITE_TEAM: "Seul un référent peut faire venir un autre organisme.",
}


async def facts_of(case_id: UUID) -> CaseFacts | None:
    """Locked, for what happens by itself: inside its transaction."""
    return await _facts(case_id, locked=True)


async def visible_case(actor: Actor, case_id: UUID, *, locked: bool = False) -> CaseFacts:
    """The facts of a case the actor may read or is drafting.

    locked holds the row until the transaction ends (SQLite's write transactions are alone anyway).
    Raises NotFound, the same for an absent case and for a stranger's.
    """
    facts = await _facts(case_id, locked=locked)
    if facts is None:
        raise NotFound(_ABSENT)
    if not actions_for(actor, facts):
        raise NotFound(_ABSENT, refused_case=case_id)
    return facts


async def readable_case(actor: Actor, case_id: UUID) -> CaseFacts:
    """A sent case that the actor reads. Raises NotFound, for the author of a draft too: the wizard shows it."""
    facts = await visible_case(actor, case_id)
    if Action.READ not in actions_for(actor, facts):
        raise NotFound(_ABSENT)
    return facts


async def case_for(actor: Actor, case_id: UUID, action: Action) -> CaseFacts:
    """The locked facts, for a verb. Call it inside the verb's transaction.

    Raises NotFound; Conflict when the case has moved on; Refused when the actor never could.
    """
    facts = await visible_case(actor, case_id, locked=True)
    if action in actions_for(actor, facts):
        return facts
    if _moved_on(facts.status, action):
        raise Conflict(_MOVED.get(action, _CLOSED_MEANWHILE))
    refusal = _NOT_YOURS.get(action, "Cette action revient à l’agent qui suit la demande ou à son équipe.")
    raise Refused(refusal, refused_case=case_id)


def _moved_on(status: Status, action: Action) -> bool:
    """Whether the status, and not the person, is what refuses."""
    if action == Action.WITHDRAW:
        return status != Status.NEW
    return status in (Status.DRAFT, Status.CLOSED) or action == Action.REOPEN


async def _facts(case_id: UUID, *, locked: bool) -> CaseFacts | None:
    query = (
        Case.select(Case.status, Case.author, Case.team, Case.closed_by)
        .where(Case.id == case_id, Case.erased_at.is_null())
        .first()
    )
    row: dict[str, Any] | None = await (query.lock_rows("UPDATE") if locked and is_postgres() else query)
    if row is None:
        return None
    teams = await Recipient.select(Recipient.team).where(Recipient.case == case_id)
    guests = await Guest.select(Guest.person).where(Guest.case == case_id)
    return CaseFacts(
        id=case_id,
        status=Status(row["status"]),
        author_id=row["author"],
        team_id=row["team"],
        recipient_teams=frozenset(team["team"] for team in teams),
        guests=frozenset(guest["person"] for guest in guests),
        closed_by=row["closed_by"],
        author_left=not await _is_there(row["author"], row["team"]),
    )


async def _is_there(person_id: int, team_id: int) -> bool:
    return await Membership.exists().where(
        Membership.person == person_id, Membership.team == team_id, Membership.person.active.eq(True)
    )


async def posted_before(actor: Actor, case_id: UUID, key: str) -> bool:
    """Whether the message of this form is there already: a repeated send counts once."""
    return bool(await Message.exists().where(Message.case == case_id, Message.author == actor.id, Message.key == key))
