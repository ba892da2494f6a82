"""« @Hélène Marty » in a message calls a colleague of the writer's side who may read it. Source: features.md W7.

A name gives no right: a person who may not read the line is not called. A name of several people calls none of them,
unless their team follows in brackets.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side, load_actors
from app.domain.audience import Readership
from app.domain.cases.access import load_visible_case
from app.domain.cases.permissions import CaseFacts, find_side, may_read
from app.domain.email.queue_email import CaseAddress, EmailKind, queue_case_emails
from app.domain.email.shares import CaseReader, CaseShare
from db.search import fold_text
from db.tables.members import Membership

_CALL = re.compile(r"(?<![\w.@-])@(?=[^\W\d_])")
_WORD = re.compile(r"\S+")
_NO_ONE = frozenset[int]()
_END = ".,;:!?…)»\"'’"


@dataclass(frozen=True)
class Mentions:
    """people: those who are called. names: what calls them, as typed. uncalled: what calls no one, or several."""

    people: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()
    uncalled: tuple[str, ...] = ()


NO_MENTIONS = Mentions()


async def find_mentions(actor: Actor, case: CaseFacts, readership: Readership, text: str) -> Mentions:
    """Asks the database only for a text that calls."""
    if not _CALL.search(text):
        return NO_MENTIONS
    return parse_mentions(text, await list_colleagues(actor, case, readership))


async def list_colleagues(actor: Actor, case: CaseFacts, readership: Readership) -> list[Actor]:
    """The other people of the actor's side who may read the line, by name."""
    side = find_side(actor, case)
    teams = case.recipient_teams if side == Side.REFERENT else {case.team_id}
    rows = await Membership.select(Membership.person).where(Membership.team.is_in(sorted(teams)))
    people = {row["person"] for row in rows} | (case.guests if side == Side.AGENT else _NO_ONE)
    known = await load_actors(people - {actor.id})
    readers = [one for one in known if find_side(one, case) == side and may_read(one, case, *readership)]
    return sorted(readers, key=lambda one: fold_text(one.full_name))


def parse_mentions(text: str, colleagues: Iterable[Actor]) -> Mentions:
    """The longest name that follows each « @ » counts."""
    by_name = _index_names(colleagues)
    people, names, uncalled = set[int](), dict[str, None](), dict[str, None]()
    for call in _CALL.finditer(text):
        typed, found = _match_name(text[call.end() :], by_name)
        if len(found) == 1:
            people |= found
            names[f"@{typed}"] = None
        else:
            uncalled[f"@{typed}"] = None
    return Mentions(frozenset(people), tuple(names), tuple(uncalled))


def list_callable_names(colleagues: Sequence[Actor]) -> list[str]:
    """For each, the first name that calls them alone: with the team where two have it, none where two still have it."""
    by_name = _index_names(colleagues)
    found = (next((name for name in _write_names(one) if len(by_name[fold_text(name)]) == 1), "") for one in colleagues)
    return [name for name in found if _CALL.match(f"@{name}")]


def _index_names(colleagues: Iterable[Actor]) -> dict[str, set[int]]:
    """Folded name -> who has it."""
    by_name: dict[str, set[int]] = {}
    for one in colleagues:
        for name in list_names(one):
            by_name.setdefault(name, set()).add(one.id)
    return by_name


def _write_names(person: Actor) -> list[str]:
    return [person.full_name, *(f"{person.full_name} ({seat.team_name})" for seat in person.seats)]


def list_names(person: Actor) -> frozenset[str]:
    """Folded: « helene marty », « helene.marty », « helene marty (msa du lot) »."""
    dotted = fold_text(f"{person.first_name}.{person.last_name}").replace(" ", "-")
    return frozenset({dotted, *map(fold_text, _write_names(person))})


def _match_name(text: str, by_name: dict[str, set[int]]) -> tuple[str, set[int]]:
    """What is typed at the start of the text, and who has this name; its first word, and no one, without a match."""
    longest = max((len(name.split()) for name in by_name), default=1)
    ends = [word.end() for word, _ in zip(_WORD.finditer(text.split("\n")[0]), range(longest), strict=False)]
    for end in reversed(ends):
        for typed in (text[:end], text[:end].rstrip(_END)):
            if found := by_name.get(fold_text(typed)):
                return typed, found
    return text[: ends[0]].rstrip(_END), set()


async def find_uncalled(actor: Actor, case_id: UUID, readership: Readership, text: str) -> tuple[str, ...]:
    """What calls no one in a message that was sent, or several people."""
    if not _CALL.search(text):
        return ()
    return (await find_mentions(actor, await load_visible_case(actor, case_id), readership, text)).uncalled


async def notify_mentions(case: CaseFacts, people: frozenset[int], message_id: int, now: datetime) -> None:
    """At once, each person whose name calls them in a message that they may read."""
    readers = {CaseReader(person, CaseShare.MINE) for person in people}
    await queue_case_emails(EmailKind.MENTION, readers, CaseAddress(case.id, case.team_id, message_id), now=now)
