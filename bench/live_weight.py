"""What a page that stays open receives, counted on the wire by a relay: chunk framing included, nothing compressed."""

import time
from collections.abc import Callable, Iterator

from bench.budgets import IDLE_MINUTE, LIVE_BADGE, LIVE_MESSAGE, Weight
from bench.world import World
from e2e.line import Line

_IDLE = 27.0  # the stream speaks each 25 s


def live_weights(here: World) -> Iterator[Weight]:
    """The agent's page is open behind the relay; the referent acts elsewhere."""
    line = Line(here.server.port)
    agent, referent = here.person("agent.lot", base_url=line.url), here.person("referent.msa.lot")
    case = agent.send_case(subject="Direct").replace(line.url, "")
    agent.page.wait_for_timeout(1000)

    yield Weight("badge en direct", "open", 1, _came(line, lambda: referent.page.goto(case)), LIVE_BADGE)
    agent.sees_status("Consultée")
    said = "Bonjour, le dossier est en cours de traitement, réponse d’ici vendredi."
    yield Weight("message en direct", "open", 1, _came(line, lambda: referent.writes(said)), LIVE_MESSAGE)
    agent.reads(said)
    quiet = _came(line, lambda: time.sleep(_IDLE))
    yield Weight("page ouverte, par minute", "open", 0, round(quiet * 60 / _IDLE), IDLE_MINUTE)
    line.close()


def _came(line: Line, do: Callable[[], object]) -> int:
    before = line.received
    do()
    time.sleep(1)
    return line.received - before
