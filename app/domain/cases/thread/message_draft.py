"""What is typed on a case and not sent yet: kept here, for its author alone, from any computer. Source: issue 5.

One for a person and a case; gone once sent, emptied, or the case erased. Closing deletes none: while the case is closed
its author reads it, and it is in the form again once the case is open. Only what could not reach this place lies in the
browser, sealed (app/static/sealed.js). Two pages of one person never overwrite each other: see form_saves.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.cases.access import case_for, posted_before
from app.domain.cases.form_save_rows import asked, choose, forget_words, record, saves_of
from app.domain.cases.form_saves import MESSAGE, Choice, Decision, Fields, Posted, Save, decide, main_of, others
from app.domain.cases.permissions import Action, CaseFacts, actions_for, may_read
from db.batch import Asked, Question, Row, alone, moment
from db.engine import transaction
from db.tables import MessageDraft


@dataclass(frozen=True)
class Kept:
    """apart: the box « Entre référents seulement » was ticked, and must come back ticked.

    signature: the name under the message, where it was changed by hand; None is the profile's.
    """

    body: str
    apart: bool
    saved_at: datetime | None
    signature: str | None = None


@dataclass(frozen=True)
class Other:
    """What another page of the same person kept; version names it until it changes."""

    version: str
    kept: Kept


NOTHING = Kept("", False, None)
_KEPT = Question(
    {"body": "d.body", "apart": "d.apart", "saved_at": "d.saved_at"},
    'message_draft d WHERE d."case" = {} AND d.person = {}',
    {"apart": bool, "saved_at": moment},
)


async def keep(
    actor: Actor,
    case_id: UUID,
    body: str,
    *,
    key: str,
    apart: bool,
    now: datetime,
    number: int = 0,
    base: str = "",
    pressed: bool = True,
    choice: Choice | None = None,
    signature: str | None = None,
) -> Decision | None:
    """Nothing typed keeps the ticked box alone, which says who may read the files that wait.

    signature is kept where it is not the profile's: each of a shared account changes it for their own messages.

    key is the form's; number, base, pressed and choice are as form_saves.Posted has them. None, and nothing is kept,
    when the message of this form has left.

    A person who reads an open case may write on it; on a closed one, what they were typing as it closed is kept too.

    Raises NotFound, Conflict (a draft).
    """
    by_hand = None if signature == actor.signature else signature
    posted = Posted(_fields(body, by_hand, apart=apart), key, number, base, pressed, choice)
    async with transaction():
        await case_for(actor, case_id, Action.READ)
        if await posted_before(actor, case_id, key):
            return None
        saves = await saves_of(case_id, MESSAGE, actor.id)
        decision = decide(saves, posted)
        if decision is Decision.WRITTEN:
            await _write(actor, case_id, posted.fields, now)
        await record(case_id, MESSAGE, actor.id, saves, posted, decision, now)
        if choice:
            taken = await choose(await saves_of(case_id, MESSAGE, actor.id), key, choice)
            await _write(actor, case_id, taken, now) if taken is not None else None
        return decision


def _fields(body: str, signature: str | None, *, apart: bool) -> Fields:
    signed = () if signature is None else (("signature", signature),)
    return (("message", body), ("entre-referents", "oui" if apart else ""), *signed) if body or apart or signed else ()


async def _write(actor: Actor, case_id: UUID, fields: Fields, now: datetime) -> None:
    if not fields:
        await MessageDraft.delete().where(MessageDraft.case == case_id, MessageDraft.person == actor.id)
        return
    words = _words(fields, now)
    draft = MessageDraft(case=case_id, person=actor.id, body=words.body, apart=words.apart, saved_at=now)
    await MessageDraft.insert(draft).on_conflict(
        target=(MessageDraft.case, MessageDraft.person),
        action="DO UPDATE",
        values=[(MessageDraft.body, words.body), (MessageDraft.apart, words.apart), (MessageDraft.saved_at, now)],
    )


def _words(fields: Fields, saved_at: datetime) -> Kept:
    values = dict(fields)
    return Kept(values.get("message", ""), bool(values.get("entre-referents")), saved_at, values.get("signature"))


async def kept(actor: Actor, case: CaseFacts) -> Kept:
    """What the actor finds again in the form. Who may no longer write apart is never shown such words as a message."""
    rows = await alone(kept_words(actor, case))
    return kept_from(actor, case, rows, await saves_of(case.id, MESSAGE, actor.id))


def kept_words(actor: Actor, case: CaseFacts) -> Asked:
    return _KEPT.about(case.id, actor.id)


def kept_from(actor: Actor, case: CaseFacts, rows: list[Row], saves: list[Save]) -> Kept:
    main = main_of(saves)
    signature = dict(main.fields).get("signature") if main else None
    return _shown(actor, case, replace(Kept(**rows[0]), signature=signature)) if rows else NOTHING


def kept_saves(actor: Actor, case: CaseFacts) -> Asked:
    return asked(case.id, MESSAGE, actor.id)


def other_words(actor: Actor, case: CaseFacts, saves: list[Save], key: str) -> list[Other]:
    """What other pages kept, that the form of this key does not show. The rule of kept() holds for each."""
    found = [Other(one.version, _shown(actor, case, _words(one.fields, one.saved_at))) for one in others(saves, key)]
    return [one for one in found if one.kept is not NOTHING]


async def read_others(actor: Actor, case: CaseFacts, key: str) -> list[Other]:
    return other_words(actor, case, await saves_of(case.id, MESSAGE, actor.id), key)


def _shown(actor: Actor, case: CaseFacts, words: Kept) -> Kept:
    if Action.READ not in actions_for(actor, case):
        return NOTHING
    return NOTHING if words.apart and not may_read(actor, case, Audience.OPERATORS) else words


async def forget_sent(case_id: UUID, person_id: int, key: str) -> None:
    """The kept message, once the form of this key has sent its own; never what another page kept. Inside the verb's
    transaction. A message withdrawn later leaves no words here.
    """
    sql = """DELETE FROM message_draft WHERE "case" = {} AND person = {} AND NOT EXISTS (SELECT 1 FROM form_save s
        WHERE s."case" = {} AND s.place = {} AND s.person = {} AND s.main AND s.page <> {})"""
    await MessageDraft.raw(sql, case_id, person_id, case_id, MESSAGE, person_id, key)
    await forget_words(case_id, MESSAGE, person_id, key)


async def forget_shown(actor: Actor, case_id: UUID, base: str) -> None:
    """What the form that has just sent showed when it was opened, while it is still that version."""
    async with transaction():
        main = main_of(await saves_of(case_id, MESSAGE, actor.id))
        if main and main.version == base:
            await _write(actor, case_id, (), main.saved_at)
            await forget_words(case_id, MESSAGE, actor.id, main.page)
