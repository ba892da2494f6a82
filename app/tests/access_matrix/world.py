"""One world for the whole matrix: a case of each kind, with files and messages, and each person’s browser."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lifecycle.suspension import suspend
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import NotFound
from app.domain.files.store import FileStore
from app.gateways.live import paced_values, presence
from app.routes.live import stream
from app.tests.access_matrix.ended_cases import erase, leave_by_caf, transfer_to_cpam
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.cases_fixtures import make_draft, open_and_read_case
from db.engine import transaction
from db.tables.people import Person
from db.tables.sessions import Session
from db.tables.thread import Message

CANARY, INTERNAL_CANARY = "Zibeline", "Chuchotement"
ALL_LOGINS = (
    "agent_lot",
    "colleague_lot",
    "agent_cher",
    "referent_caf_lot",
    "referent_cpam_lot",
    "referent_caf_cher",
    "manager_caf_lot",
    "expert",
    "supervisor_lot",
    "admin",
)
_LOT = {
    "agent_lot": {"author"},
    "colleague_lot": {"colleague"},
    "referent_caf_lot": {"referent"},
    "manager_caf_lot": {"referent"},
}
_EXPERT = {"expert": {"expert"}}


@dataclass(frozen=True)
class Target:
    """A case: its kind (STATES_OF_KIND), and each person’s columns of the matrix. Others are strangers."""

    id: UUID
    kind: str
    relations: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """An attachment, and who may have it; `own` is its uploader while it is not sent."""

    id: UUID
    readers: frozenset[str]
    uploader: str = ""


@dataclass(frozen=True)
class World:
    cases: dict[str, Target]
    files: dict[str, File]
    message: tuple[UUID, int, str]
    """The case, the message, its author. No person of the other side has read it."""
    former: frozenset[tuple[str, str]]
    """Of a case, the people who may no longer read it: they learn why, and nothing else (cases/access_end.py)."""


async def build_world(cast: Cast, store: FileStore, now: datetime) -> World:
    agent, caf = cast.agent_lot, cast.referent_caf_lot

    async def sent(kind: str, *acronyms: str, by: str = "agent_lot") -> UUID:
        author = getattr(cast, by)
        case_id = await make_draft(author, now, *acronyms, subject=f"{CANARY} {kind}")
        await submit(author, case_id, now)
        return case_id

    begun = await make_draft(agent, now, "CAF", subject=f"{CANARY} draft")
    of_draft = await attach_file(agent, store, begun, now)
    of_open = await make_draft(agent, now, "CAF", "MSA", subject=f"{CANARY} open")
    files = {
        "of a draft": File(of_draft, frozenset({"agent_lot"}), uploader="agent_lot"),
        "of an open case": File(await attach_file(agent, store, of_open, now), frozenset({*_LOT, "expert"})),
    }
    await submit(agent, of_open, now)
    await open_and_read_case(caf, of_open, now)
    whispered = await attach_file(caf, store, of_open, now)
    await post_internal_note(caf, of_open, INTERNAL_CANARY, key="apart", now=now, attachments=[whispered])
    await invite_expert(agent, of_open, "Bloqué", now)
    await post_message(agent, of_open, "Une question", key="question", now=now)
    files["between referents"] = File(whispered, frozenset({"referent_caf_lot", "manager_caf_lot"}))
    files["not sent yet"] = File(
        await attach_file(agent, store, of_open, now), frozenset({"agent_lot"}), uploader="agent_lot"
    )
    files["absent"] = File(uuid4(), frozenset())

    suspended = await make_draft(agent, now, "CAF", subject=f"{CANARY} suspended")
    of_suspended = await attach_file(agent, store, suspended, now)
    files["of a suspended case"] = File(of_suspended, frozenset({*_LOT, "expert"}))
    await submit(agent, suspended, now)
    await invite_expert(agent, suspended, "Bloqué", now)
    async with transaction():
        await suspend(suspended, now)
    closed = await sent("closed", "CAF")
    await invite_expert(agent, closed, "Bloqué", now)
    await open_and_read_case(cast.expert, closed, now)
    await close(agent, closed, "solved", now)
    by_expert = await sent("by_expert", "CAF")
    await invite_expert(agent, by_expert, "Bloqué", now)
    await close(cast.expert, by_expert, "solved", now)
    withdrawn = await sent("withdrawn", "CAF")
    await withdraw(agent, withdrawn, now)
    transferred = await transfer_to_cpam(cast, await sent("transferred", "CAF"), "Compétente", now)
    stepped_out = await leave_by_caf(cast, await sent("left", "CAF", "MSA"), "Pas de dossier ici", now)
    erased = await erase(cast, await sent("erased", "CAF"), now)
    author_closed = {**_LOT, "agent_lot": {"author", "who closed it"}}
    expert_closed = {**_LOT, "expert": {"expert", "who closed it"}}
    message = await Message.select(Message.id).where(Message.case == of_open, Message.key == "question").first()
    assert message is not None
    return World(
        cases={
            "draft": Target(begun, "draft", {"agent_lot": {"author"}}),
            "open": Target(of_open, "open", {**_LOT, **_EXPERT}),
            "new": Target(await sent("new", "CAF"), "new", _LOT),
            "suspended": Target(suspended, "suspended", {**_LOT, **_EXPERT}),
            "closed": Target(closed, "closed", author_closed),
            "by_expert": Target(by_expert, "closed", expert_closed),
            "withdrawn": Target(
                withdrawn,
                "withdrawn",
                {"agent_lot": {"author", "who closed it", "who withdrew it"}, "colleague_lot": {"colleague"}},
            ),
            "transferred": Target(
                transferred,
                "open",
                {"agent_lot": {"author"}, "colleague_lot": {"colleague"}, "referent_cpam_lot": {"referent"}},
            ),
            "left": Target(stepped_out, "open", {"agent_lot": {"author"}, "colleague_lot": {"colleague"}}),
            "cher": Target(
                await _from_the_cher(cast, now), "new", {"agent_cher": {"author"}, "referent_caf_cher": {"referent"}}
            ),
            "erased": Target(erased, "gone"),
        },
        files=files,
        message=(of_open, message["id"], "agent_lot"),
        former=frozenset(
            {
                ("transferred", "referent_caf_lot"),
                ("left", "referent_caf_lot"),
                ("erased", "agent_lot"),
                ("closed", "expert"),
            }
        ),
    )


async def _from_the_cher(cast: Cast, now: datetime) -> UUID:
    case_id = await make_draft(cast.agent_cher, now, "CAF", subject=f"{CANARY} cher")
    await submit(cast.agent_cher, case_id, now)
    return case_id


async def load_row_ids(cast: Cast) -> dict[str, int]:
    """The ids that « team of X », « person X » and « session of X » stand for in rows.py."""
    own = await Session.select(Session.id).where(Session.person == cast.agent_cher.id).first()
    people = {one.name: getattr(cast, one.name) for one in fields(cast)}
    return {
        "session of agent_cher": own["id"] if own else 0,
        **{f"person {who}": actor.id for who, actor in people.items()},
        **{f"team of {who}": actor.seats[0].team_id for who, actor in people.items() if actor.seats},
    }


async def deactivate(person_id: int) -> None:
    await Person.update({Person.active: False}).where(Person.id == person_id)


async def end_stream(queue: object, matters: object, idle_until: float) -> list[object]:
    """Replaces stream._wait_for_signals: a stream sends what it has, then ends."""
    raise NotFound("Fin du flux.")


def end_each_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reader has left when the next one begins: none reads « X a aussi cette demande ouverte » for some seconds."""
    monkeypatch.setattr(stream, "_wait_for_signals", end_stream)
    monkeypatch.setattr(presence, "DEPARTURE", 0.0)
    monkeypatch.setattr(paced_values, "INTERVAL", 0.0)
