"""Weighs a full page of the list, and each kind of page with a number in its address."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

from bench.budgets import NAVIGATION, Weight
from bench.meter import Meter
from bench.world import BenchWorld
from e2e.people import Person
from e2e.server import run_server

CASES = ("--cases", "1500", "--people", "60", "--seed", "1")
BEGINNINGS = ("/equipes", "/personnes", "/administration/territoires", "/administration/catalogue")
_LINKS = "() => [...document.querySelectorAll('main a')].map((link) => link.href)"


def measure_full_list(here: BenchWorld) -> Iterator[Weight]:
    """For a referent whose team has many cases, in a world of its own."""
    with run_server() as server:
        printed = server.run_module("bench.generate", *CASES)
        address = next(line.split(" : ")[1] for line in printed if "référent" in line)
        referent = Person(here.context(base_url=server.url).new_page(), address)
        referent.log_in()
        meter = Meter(referent.page)
        for view in ("a-traiter", "cloturees"):
            path = f"/demandes?vue={view}"
            weight = meter.weigh(lambda path=path: referent.page.goto(path))  # type: ignore[misc]
            lines = referent.page.locator(".cases > li").count()
            yield Weight(f"{path}, {lines} lignes", "warm", *weight, NAVIGATION)


def measure_numbered_pages(here: BenchWorld) -> Iterator[Weight]:
    """As the administrator: one page of each shape that the first pages link to."""
    admin = here.log_in_person("admin")
    page, meter, seen = admin.page, Meter(admin.page), set[str]()
    waiting = list(BEGINNINGS)
    while waiting:
        path = waiting.pop(0)
        weight = meter.weigh(lambda path=path: page.goto(path))  # type: ignore[misc]
        if path not in BEGINNINGS:
            yield Weight(shape_of(path), "warm", *weight, NAVIGATION)
        for led in _led_to(page):
            if shape_of(led) not in seen:
                seen.add(shape_of(led))
                waiting.append(led)


def shape_of(path: str) -> str:
    return re.sub(r"\d+[AB]?", "N", path)


def _led_to(page: Page) -> list[str]:
    paths = [urlsplit(str(link)) for link in page.evaluate(_LINKS)]
    inside = [one.path for one in paths if not one.query and one.path.startswith(BEGINNINGS)]
    return [path for path in inside if path not in BEGINNINGS]
