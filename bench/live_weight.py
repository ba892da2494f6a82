"""Weighs a page that stays open, counted by a relay on the wire: chunk framing included, nothing compressed."""

import time
from collections.abc import Callable, Iterator

from bench.budgets import ASKED_MINUTE, IDLE_MINUTE, LIVE_BADGE, LIVE_MESSAGE, Weight
from bench.world import BenchWorld
from e2e.line import CuttableLine, StreamHandling

_IDLE = 27.0  # the stream sends a ping each 25 s
_QUESTION = 36_000  # ms in which a page without a stream polls once


def measure_live(here: BenchWorld) -> Iterator[Weight]:
    """The agent’s page is open behind the relay, and the referent acts outside it."""
    line = CuttableLine(here.server.port)
    agent, referent = here.log_in_person("agent.lot", base_url=line.url), here.log_in_person("referent.msa.lot")
    case = agent.send_case(subject="Direct").replace(line.url, "")
    agent.page.wait_for_timeout(1000)

    yield Weight("badge en direct", "open", 1, _came(line, lambda: referent.page.goto(case)), LIVE_BADGE)
    agent.sees_status("Consultée")
    said = "Bonjour, le dossier est en cours de traitement, réponse d’ici vendredi."
    yield Weight("message en direct", "open", 1, _came(line, lambda: referent.writes(said)), LIVE_MESSAGE)
    agent.reads(said)
    colleague = here.log_in_person("collegue.lot")
    yield Weight("présence en direct", "open", 1, _came(line, lambda: colleague.page.goto(case)), LIVE_BADGE)
    quiet = _came(line, lambda: time.sleep(_IDLE))
    yield Weight("page ouverte, par minute", "open", 0, round(quiet * 60 / _IDLE), IDLE_MINUTE)
    line.close()
    yield from _without_stream(here, case)


def _without_stream(here: BenchWorld, case: str) -> Iterator[Weight]:
    """Without its stream a page polls, at most every half minute: two requests and responses."""
    line = CuttableLine(here.server.port, StreamHandling.HELD)
    agent = here.log_in_person("agent.lot", base_url=line.url)
    agent.page.clock.install()
    agent.page.goto(case)
    for _ in range(15):
        agent.page.clock.run_for(2500)
        agent.page.wait_for_timeout(100)
    sent = line.sent
    came = _came(line, lambda: agent.page.clock.run_for(_QUESTION))
    yield Weight("page sans flux, par minute", "open", 2, 2 * came, IDLE_MINUTE)
    yield Weight("page sans flux, envoyé par minute", "open", 2, 2 * (line.sent - sent), ASKED_MINUTE)
    line.close()


def _came(line: CuttableLine, do: Callable[[], object]) -> int:
    before = line.received
    do()
    time.sleep(1)
    return line.received - before
