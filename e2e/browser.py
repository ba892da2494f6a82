"""The browser that Playwright drives, and how long it waits."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
"""Without windows nor menus where it can be had: the same pages, for half the processor."""
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.getuid() == 0 else []),
]

TIMEOUT_MS = 20_000
"""Milliseconds: a busy machine is not a fault. What must be quick is measured by bin/bench, not by giving up here."""
expect.set_options(timeout=TIMEOUT_MS)


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
