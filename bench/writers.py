"""Writers who send each message again, with its key, until it is acknowledged, and then record it."""

import asyncio
import hashlib
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

import httpx2

from e2e.server import Server

PAUSE = 0.1
TOKEN = re.compile(r'name="jeton" value="([^"]+)"')


@dataclass
class AcknowledgedWrites:
    """Acknowledged writes: key -> the digest of its file, empty without one."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    """Longest time in seconds between the first sending of a message and its acknowledgement."""
    unclear: list[str] = field(default_factory=list)
    """Refusals without a reason, and responses that are not a page of ours."""


@dataclass
class Writer:
    url: str
    case: str
    cookie: str
    session: str
    acknowledged_writes: AcknowledgedWrites
    written: int = 0

    async def write(self, over: asyncio.Event) -> None:
        """Writes until `over` is set and the message under way is acknowledged."""
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1)
        async with httpx2.AsyncClient(
            base_url=self.url, cookies={self.cookie: self.session}, timeout=45, limits=limits
        ) as http:
            token = await self._token(http)
            while not over.is_set():
                await self._write_message(http, token)

    async def _write_message(self, http: httpx2.AsyncClient, token: str) -> None:
        self.written += 1
        key, began = str(uuid4()), time.monotonic()
        content = f"Relevé {key}".encode() if self.written % 4 == 1 else b""
        while True:
            answer = await self._send(http, token, key, content)
            if answer and answer.status_code < 500 and answer.status_code not in (409, 429):  # 409: the disk is full
                break
            await asyncio.sleep(float(answer.headers.get("retry-after", PAUSE)) if answer else PAUSE)
        if answer.status_code != 303:
            self.acknowledged_writes.unclear.append(f"{answer.status_code} {answer.text[:80]}")
            return
        self.acknowledged_writes.longest = max(self.acknowledged_writes.longest, time.monotonic() - began)
        self.acknowledged_writes.acknowledged[key] = hashlib.sha256(content).hexdigest() if content else ""

    async def _send(self, http: httpx2.AsyncClient, token: str, key: str, content: bytes) -> httpx2.Response | None:
        form = {"jeton": token, "cle": key, "message": f"Message {key}"}
        files = {"pieces": (f"{key}.txt", content, "text/plain")} if content else {}
        try:
            answer = await http.post(
                f"/demandes/{self.case}/messages", data=form, files=files, headers={"origin": self.url}
            )
        except httpx2.HTTPError as cut:
            self.acknowledged_writes.answers[type(cut).__name__] += 1
            return None
        self.acknowledged_writes.answers[str(answer.status_code)] += 1
        if answer.status_code >= 400 and "<h1>" not in answer.text:
            self.acknowledged_writes.unclear.append(f"{answer.status_code} {answer.text[:80]}")
        return answer

    async def _token(self, http: httpx2.AsyncClient) -> str:
        while True:
            try:
                found = TOKEN.search((await http.get(f"/demandes/{self.case}")).text)
            except httpx2.HTTPError:
                found = None
            if found:
                return found[1]
            await asyncio.sleep(PAUSE)


def prepare_crew(server: Server, journal: AcknowledgedWrites) -> list[Writer]:
    """Prepares cases and sessions in the server’s environment, with its keys and its database."""
    return [
        Writer(server.url, acknowledged_writes=journal, **one)
        for one in json.loads(server.run_module("bench.crew")[-1])
    ]
