"""Checks that every acknowledged write is in the database and can be read through the server."""

import asyncio
import hashlib
import time
from collections import Counter
from dataclasses import dataclass

import httpx2

from bench.sink import SmtpSink
from bench.writers import AcknowledgedWrites, Writer
from db.engine import build_engine, use_engine
from db.tables.attachments import Attachment
from db.tables.email import Email
from db.tables.thread import Message

DRAINED_WITHIN = 180


@dataclass(frozen=True)
class LossReport:
    acknowledged: int
    lost: int
    duplicated: int
    files: int
    files_lost: int
    emails: int
    emails_lost: int
    emails_repeated: int
    unclear: int
    longest: float

    @property
    def is_lossless(self) -> bool:
        return not (self.lost or self.duplicated or self.files_lost or self.emails_lost or self.unclear)


async def check_losses(url: str, writer: Writer, journal: AcknowledgedWrites, sink: SmtpSink) -> LossReport:
    """Waits until no email is due any more, with the server running."""
    engine = build_engine(url)
    use_engine(engine)
    await engine.start()
    try:
        await _drained()
        rows = await Message.select(Message.body)
        letters = await Email.select(Email.id, Email.state)
        kept = await Attachment.select(Attachment.id, Attachment.message.key.as_alias("key"))
    finally:
        await engine.stop()
    said = Counter(row["body"] for row in rows)
    files = {key: digest for key, digest in journal.acknowledged.items() if digest}
    sent = [row for row in letters if row["state"] == "sent"]
    useless = sum(row["state"] == "cancelled" for row in letters)
    return LossReport(
        acknowledged=len(journal.acknowledged),
        lost=sum(not said[f"Message {key}"] for key in journal.acknowledged),
        duplicated=sum(count > 1 for count in said.values()),
        files=len(files),
        files_lost=await _files_lost(writer, files, {row["key"]: str(row["id"]) for row in kept if row["key"]}),
        emails=len(sent),
        emails_lost=sum(not sink.message_counts[f"<{row['id']}@exemple.fr>"] for row in sent)
        + len(letters)
        - len(sent)
        - useless,
        emails_repeated=sum(sink.message_counts.values()) - len(sink.message_counts),
        unclear=len(journal.unclear),
        longest=journal.longest,
    )


async def _drained() -> None:
    end = time.monotonic() + DRAINED_WITHIN
    while time.monotonic() < end:
        if not await Email.count().where(Email.state == "waiting"):
            return
        await asyncio.sleep(0.5)


async def _files_lost(writer: Writer, files: dict[str, str], known: dict[str, str]) -> int:
    """Downloads each file as its reader, who also writes on another case."""
    lost = 0
    async with httpx2.AsyncClient(base_url=writer.url, cookies={writer.cookie: writer.session}) as http:
        for key, digest in files.items():
            answer = await http.get(f"/pieces/{known.get(key, 'rien')}")
            lost += hashlib.sha256(answer.content).hexdigest() != digest
    return lost
