"""Measures what a page receives, as the browser counts it on the wire: headers included, the stream left out."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

_LOOKS = 200
"""Ten seconds: no request takes so long here, and for some requests of a left page no end is reported."""


class Meter:
    """Uses the DevTools protocol."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._session.on("Network.requestWillBeSent", self._begin)
        self._session.on("Network.responseReceived", self._note)
        self._session.on("Network.loadingFinished", self._add)
        self._session.on("Network.loadingFailed", lambda event: self._under_way.discard(event["requestId"]))
        self._reset()

    def weigh(self, do: Callable[[], object]) -> tuple[int, int]:
        """Requests and bytes that `do` causes, until the page is loaded and quiet."""
        self._reset()
        do()
        self._page.wait_for_load_state("load")
        self._page.wait_for_timeout(250)
        for _ in range(_LOOKS):
            if not self._under_way:
                break
            self._page.wait_for_timeout(50)
        return self._requests, self._received

    def _reset(self) -> None:
        self._received, self._requests = 0, 0
        self._left_out: set[str] = set()
        self._under_way: set[str] = set()

    def _begin(self, event: dict[str, Any]) -> None:
        # requests of a page that was left may never end: they are not awaited
        if event.get("type") == "Document":
            self._under_way.clear()
        self._under_way.add(event["requestId"])

    def _note(self, event: dict[str, Any]) -> None:
        response = event["response"]
        streamed = response.get("mimeType") == "text/event-stream"
        if streamed or response.get("fromDiskCache") or response.get("fromPrefetchCache"):
            self._left_out.add(event["requestId"])
        if streamed:
            self._under_way.discard(event["requestId"])

    def _add(self, event: dict[str, Any]) -> None:
        self._under_way.discard(event["requestId"])
        if event["requestId"] not in self._left_out and event["encodedDataLength"]:
            self._received += int(event["encodedDataLength"])
            self._requests += 1
