"""Sends two thousand emails, one at a time and several, on both databases. The SMTP server takes 20 ms for each."""

import asyncio
import contextlib
import io
import sys
import time
from datetime import UTC, datetime
from uuid import uuid4

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import Cast, build_people, load_cast
from app.domain.catalogue.loading import load_reference
from app.domain.email.queue_email import EmailKind
from app.gateways.email.transport import SmtpTransport
from app.gateways.email.worker import EmailWorker
from app.templating import build_environment
from bench.imports import databases
from bench.sink import SmtpSink
from db.bulk import insert_many
from db.engine import build_engine, use_engine
from db.tables.email import Email

EMAILS, ANSWER_SECONDS, CONCURRENCY = 2_000, 0.02, 5


def send_emails() -> int:
    """Prints the table. Returns 1 when an email is missing or repeated."""
    number, whole = int(sys.argv[2]) if len(sys.argv) > 2 else EMAILS, True
    print(f"{'database':12} {'at once':>8} {'letters':>8} {'seconds':>8} {'a second':>9} {'processor':>10}")
    with databases() as urls:
        for name, url in urls.items():
            for at_once in (1, CONCURRENCY):
                whole &= asyncio.run(_one(name, url, at_once, number))
    return 0 if whole else 1


async def _one(name: str, url: str, at_once: int, number: int) -> bool:
    engine, sink = build_engine(url), SmtpSink()
    use_engine(engine)
    await engine.start()
    sink.pause = ANSWER_SECONDS
    sink.open()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            await run_forwards("db")
        await load_reference()
        await build_people(datetime.now(UTC))
        await _write(await load_cast(), number)
        return await _deliver(name, sink, at_once, number)
    finally:
        sink.close()
        await engine.stop()


async def _write(cast: Cast, number: int) -> None:
    now = datetime.now(UTC)
    row = {"kind": EmailKind.PASSWORD_SET, "person": cast.agent_lot.id, "written_at": now, "due_at": now}
    await insert_many(Email, [{"id": uuid4(), **row} for _ in range(number)])


async def _deliver(name: str, sink: SmtpSink, at_once: int, number: int) -> bool:
    postman = EmailWorker(
        SmtpTransport(sink.url), build_environment(), lambda: datetime.now(UTC), max_concurrent=at_once
    )
    started, used = time.perf_counter(), time.process_time()
    sent = await postman.deliver_due()
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    figures = f"{sent:8,} {seconds:8.1f} {sent / seconds:9.0f} {processor:10.1f}"
    print(f"{name:12} {at_once:8} {figures}", flush=True)
    return sent == number and len(sink.message_counts) == number and set(sink.message_counts.values()) == {1}
