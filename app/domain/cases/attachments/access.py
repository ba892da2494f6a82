"""Who may have a file: whoever may read the case, and for a message between referents only its referents.

The same absence for a stranger, for a file that does not exist, and for one that its uploader has not sent yet.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.audit.log import write_audit
from app.domain.cases.access import visible_case
from app.domain.cases.lifecycle.opening import open_to
from app.domain.cases.permissions import CaseFacts, may_read, widest_audience
from app.domain.errors import Conflict, NoLongerYours, NotFound, Refused
from app.domain.files.digests import known_digest
from app.domain.files.file_type import DRAWN, MediaType
from app.domain.files.scan_state import HANDED_OUT, Scan
from db.batch import Asked, Question, Row, alone
from db.encryption import unseal
from db.tables import Attachment

_ABSENT = "Ce fichier n’existe pas, ou ne vous a pas été adressé."
_HELD = {
    Scan.WAITING: "L’antivirus analyse encore ce fichier. Réessayez dans un instant.",
    Scan.FAILED: "L’antivirus n’a pas pu analyser ce fichier : il n’est pas distribué. Demandez une autre forme.",
    Scan.INFECTED: "L’antivirus a trouvé un virus dans ce fichier : il a été supprimé.",
}


@dataclass(frozen=True)
class Attached:
    """A file as a list shows it."""

    id: UUID
    case_id: UUID
    message_id: int | None
    uploader: int
    mandate: bool
    name: str
    media_type: MediaType
    size: int
    scan: Scan
    audience: Audience
    digest: str = ""
    """The SHA-256 of its bytes: of a file that is taken out, and of no other."""

    @property
    def handed_out(self) -> bool:
        return self.scan in HANDED_OUT

    @property
    def drawn(self) -> bool:
        """Whether it has a preview."""
        return self.handed_out and self.media_type in DRAWN


@dataclass(frozen=True)
class CaseAttachments:
    """What an actor may read of a case: sent with it, with its mandate, with each message."""

    opening: tuple[Attached, ...]
    mandate: tuple[Attached, ...]
    by_message: dict[int, tuple[Attached, ...]]


_COLUMNS = (
    Attachment.id,
    Attachment.case.as_alias("case_id"),
    Attachment.message.as_alias("message_id"),
    Attachment.uploader,
    Attachment.mandate,
    Attachment.name,
    Attachment.media_type,
    Attachment.size,
    Attachment.scan,
    Attachment.audience,
)


def _attached(row: dict[str, Any]) -> Attached:
    known = {"name": unseal(Attachment.name, row["id"], row["name"]), "media_type": MediaType(row["media_type"])}
    return Attached(**{**row, **known, "scan": Scan(row["scan"]), "audience": Audience(row["audience"])})


_SHOWN = {
    "id": "f.id",
    "case_id": 'f."case"',
    "message_id": "f.message",
    "uploader": "f.uploader",
    "mandate": "f.mandate",
    "name": "f.name",
    "media_type": "f.media_type",
    "size": "f.size",
    "scan": "f.scan",
    "audience": "f.audience",
}
_READ = {"id": UUID, "case_id": UUID, "mandate": bool}
_POSTED = "attachment f WHERE f.\"case\" = {} AND f.posted_at IS NOT NULL AND f.audience IN ('all', {})"
_JOINED = Question(_SHOWN, f"{_POSTED} ORDER BY f.begun_at, f.id", _READ)
_SINCE = Question(
    _SHOWN,
    f"""{_POSTED} AND f.message IN (SELECT e.message FROM event e WHERE e."case" = f."case" AND e.id > {{}})
    ORDER BY f.begun_at, f.id""",  # noqa: S608 # nosec B608
    _READ,
)
_WAITING = Question(
    _SHOWN,
    """attachment f WHERE f."case" = {} AND f.uploader = {} AND f.mandate = {} AND f.posted_at IS NULL
    AND f.digest <> '' ORDER BY f.begun_at, f.id""",
    _READ,
)


def attachments(actor: Actor, case: CaseFacts) -> Asked:
    """In the order in which they were joined."""
    return _JOINED.about(case.id, widest_audience(actor, case))


def attachments_since(actor: Actor, case: CaseFacts, after: int) -> Asked:
    """Of the messages that an event after this one is about."""
    return _SINCE.about(case.id, widest_audience(actor, case), after)


def attachments_from(rows: list[Row]) -> CaseAttachments:
    found = [_attached(row) for row in rows]
    return CaseAttachments(
        opening=tuple(one for one in found if one.message_id is None and not one.mandate),
        mandate=tuple(one for one in found if one.mandate),
        by_message=_by_message(found),
    )


def _by_message(found: list[Attached]) -> dict[int, tuple[Attached, ...]]:
    messages = {one.message_id for one in found if one.message_id is not None}
    return {message: tuple(one for one in found if one.message_id == message) for message in messages}


def waiting(actor: Actor, case_id: UUID, *, mandate: bool = False) -> Asked:
    """The actor's own files, received whole, that leave with the draft or with their next message."""
    return _WAITING.about(case_id, actor.id, mandate)


async def waiting_with(actor: Actor, case_id: UUID, *, mandate: bool = False) -> list[Attached]:
    return waiting_from(await alone(waiting(actor, case_id, mandate=mandate)))


def waiting_from(rows: list[Row]) -> list[Attached]:
    return [_attached(row) for row in rows]


async def _visible(actor: Actor, attachment_id: UUID) -> tuple[CaseFacts, Attached]:
    row = await (
        Attachment.select(*_COLUMNS, Attachment.digest, Attachment.posted_at)
        .where(Attachment.id == attachment_id, Attachment.digest != "")
        .first()
    )
    if row is None:
        raise NotFound(_ABSENT)
    case = await _case_of(actor, row)
    if case is None:
        raise NotFound(_ABSENT, refused_case=row["case_id"])
    return case, _attached({name: value for name, value in row.items() if name in Attached.__annotations__})


async def _case_of(actor: Actor, row: dict[str, Any]) -> CaseFacts | None:
    """The case of a file that the actor may read. Raises NoLongerYours for a file that they could have."""
    try:
        case = await visible_case(actor, row["case_id"])
    except NoLongerYours as lost:
        posted, own = row["posted_at"], row["uploader"] == actor.id
        if own or (posted and posted <= lost.ended.at and row["audience"] == Audience.ALL):
            raise
        return None
    except NotFound:
        return None
    return case if _may_read(actor, case, row) else None


def _may_read(actor: Actor, case: CaseFacts, row: dict[str, Any]) -> bool:
    if row["posted_at"] is None:
        return bool(row["uploader"] == actor.id)
    return may_read(actor, case, Audience(row["audience"]))


async def look_at(actor: Actor, attachment_id: UUID, now: datetime) -> Attached:
    """For its preview, if it has one: that opens the case. Raises as take_out does."""
    case, found = await _handed_out(actor, attachment_id)
    if found.drawn:
        await open_to(actor, case, now)
    return found


async def _handed_out(actor: Actor, attachment_id: UUID) -> tuple[CaseFacts, Attached]:
    case, found = await _visible(actor, attachment_id)
    if found.scan == Scan.WAITING:
        raise Conflict(_HELD[Scan.WAITING])
    if not found.handed_out:
        raise Refused(_HELD[found.scan])
    return case, found


async def take_out(actor: Actor, attachment_id: UUID, now: datetime) -> Attached:
    """For downloading: it opens the case, and the trail says each time who took the file (in maintenance the journal).

    Raises NotFound; Conflict before the antivirus has spoken, Refused when it said no; UnreadableError.
    """
    case, found = await _handed_out(actor, attachment_id)
    found = replace(found, digest=known_digest(found.id, found.digest))
    await open_to(actor, case, now)
    await write_audit("attachment.taken", now=now, person_id=actor.id, case_id=found.case_id)
    return found
