"""Who else of one's own side has a case open, and who is writing. Never stored. Source: features.md W5.

An agent never learns that a referent is there, nor the reverse: find_side of both people decides, with the rights of
the moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain.accounts.actor import Actor, Side, load_actors
from app.domain.audience import Audience
from app.domain.cases.permissions import CaseFacts, find_side, may_read
from app.domain.signals import Signal
from db.engine import on_commit


@dataclass(frozen=True)
class Visitor:
    """A person on a case, on the side that they had when their page opened or their draft was saved."""

    case_id: UUID
    person_id: int
    side: Side


class Typing(StrEnum):
    """What a person does to the message that they type: it is saved by itself, is emptied, is sent.

    A note for one team is EMPTIED throughout: the other organisations see neither that it is written nor that it left.
    """

    SAVED = "saved"
    EMPTIED = "emptied"
    SENT = "sent"


typing_changed = Signal[[Visitor, Typing]]()
"""Sent after the commit; the composition root connects the presence of this process."""


@dataclass(frozen=True)
class OthersPresent:
    """Names, in their order. A person who is writing is not in `reading`."""

    reading: tuple[str, ...] = ()
    writing: tuple[str, ...] = ()


NO_OTHERS = OthersPresent()


def build_visitor(actor: Actor, case: CaseFacts) -> Visitor:
    return Visitor(case.id, actor.id, find_side(actor, case))


def announce_typing(actor: Actor, case: CaseFacts, typing: Typing) -> None:
    visitor = build_visitor(actor, case)
    on_commit(lambda: typing_changed.send(visitor, typing))


async def load_others_present(actor: Actor, case: CaseFacts, present: Mapping[Visitor, bool]) -> OthersPresent:
    """present: each visitor of the case, and whether they are writing."""
    side = find_side(actor, case)
    others = {one.person_id: writes for one, writes in present.items() if one.side == side}
    others.pop(actor.id, None)
    if not others:
        return NO_OTHERS
    people = [one for one in await load_actors(sorted(others)) if _is_seen_by(actor, one, case)]
    people.sort(key=lambda one: (one.last_name, one.first_name, one.id))
    return OthersPresent(
        reading=tuple(one.full_name for one in people if not others[one.id]),
        writing=tuple(one.full_name for one in people if others[one.id]),
    )


def _is_seen_by(actor: Actor, other: Actor, case: CaseFacts) -> bool:
    """Both may read the case, from the same side."""
    both_read = all(may_read(one, case, Audience.ALL) for one in (actor, other))
    return both_read and find_side(actor, case) == find_side(other, case)
