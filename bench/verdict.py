"""What became of everything that was acknowledged: read in the database and fetched through the server."""

import asyncio
import hashlib
import time
from collections import Counter
from dataclasses import dataclass

import httpx2

from bench.sink import Sink
from bench.writers import Journal, Writer
from db.engine import engine_for, use
from db.tables import Attachment, Letter, Message

DRAINED_WITHIN = 180


@dataclass(frozen=True)
class Verdict:
    acknowledged: int
    lost: int
    twice: int
    files: int
    files_lost: int
    letters: int
    letters_lost: int
    letters_again: int
    unclear: int
    longest: float

    @property
    def holds(self) -> bool:
        return not (self.lost or self.twice or self.files_lost or self.letters_lost or self.unclear)


async def judge(url: str, writer: Writer, journal: Journal, sink: Sink) -> Verdict:
    """The server runs, its letters are on their way: waits until none is due any more."""
    engine = engine_for(url)
    use(engine)
    await engine.start()
    try:
        await _drained()
        rows = await Message.select(Message.body)
        letters = await Letter.select(Letter.id, Letter.state)
        kept = await Attachment.select(Attachment.id, Attachment.message.key.as_alias("key"))
    finally:
        await engine.stop()
    said = Counter(row["body"] for row in rows)
    files = {key: digest for key, digest in journal.taken.items() if digest}
    sent = [row for row in letters if row["state"] == "sent"]
    useless = sum(row["state"] == "cancelled" for row in letters)
    return Verdict(
        acknowledged=len(journal.taken),
        lost=sum(not said[f"Message {key}"] for key in journal.taken),
        twice=sum(count > 1 for count in said.values()),
        files=len(files),
        files_lost=await _files_lost(writer, files, {row["key"]: str(row["id"]) for row in kept if row["key"]}),
        letters=len(sent),
        letters_lost=sum(not sink.came[f"<{row['id']}@exemple.fr>"] for row in sent)
        + len(letters)
        - len(sent)
        - useless,
        letters_again=sum(sink.came.values()) - len(sink.came),
        unclear=len(journal.unclear),
        longest=journal.longest,
    )


async def _drained() -> None:
    end = time.monotonic() + DRAINED_WITHIN
    while time.monotonic() < end:
        if not await Letter.count().where(Letter.state == "waiting"):
            return
        await asyncio.sleep(0.5)


async def _files_lost(writer: Writer, files: dict[str, str], known: dict[str, str]) -> int:
    """Fetched by who wrote on another case too: each as its reader gets it."""
    lost = 0
    async with httpx2.AsyncClient(base_url=writer.url, cookies={writer.cookie: writer.session}) as http:
        for key, digest in files.items():
            answer = await http.get(f"/pieces/{known.get(key, 'rien')}")
            lost += hashlib.sha256(answer.content).hexdigest() != digest
    return lost
