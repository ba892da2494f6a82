"""Requests of visitors of a generated world, one at a time, each as its own person."""

import re
import time
from collections.abc import Mapping
from typing import Self
from uuid import uuid4

import httpx2

from bench.writers import TOKEN

STEPS: dict[str, tuple[str, str]] = {
    "login page": ("", "/login"),
    "list, small office": ("small", "/demandes"),
    "list, biggest office": ("big", "/demandes"),
    "list, biggest team": ("referent", "/demandes"),
    "next page": ("referent", "next of /demandes"),
    "closed cases": ("referent", "/demandes?vue=cloturees"),
    "search: a word": ("referent", "/demandes?vue=cloturees&q={word}"),
    "search: a citizen’s name": ("referent", "/demandes?vue=cloturees&q={name}"),
    "search: a number": ("referent", "/demandes?vue=cloturees&q={number}"),
    "case of 20 messages": ("big", "/demandes/{case}"),
    "wizard, organisations": ("big", "/brouillons/{draft}/organismes"),
    "figures, supervisor": ("supervisor", "/administration/demandes"),
    "figures, admin": ("admin", "/administration/demandes"),
    "people": ("admin", "/personnes"),
    "posting a message": ("poster 0", "post /demandes/{quiet}/messages"),
}
POSTERS = 5
"""Colleagues of « small » who post in turn, so that none comes near the rate limit of a person."""
"""Person and address; « next of » follows the link of a page. Posting is last: its emails are sent meanwhile."""
_NEXT = re.compile(r'rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"')


def find_next_page(page: str) -> str:
    """The address of the next page of a list."""
    found = _NEXT.search(page)
    assert found is not None, "the list has no next page"
    return (found[1] or found[2]).replace("&amp;", "&")


class Visitor:
    """A visitor of the world that bench.nation describes."""

    def __init__(self, url: str, prepared: Mapping[str, str]) -> None:
        self._told = prepared
        self._http = httpx2.Client(base_url=url, timeout=60)
        self._tokens: dict[str, str] = {}
        self._following: dict[str, str] = {}
        self._posts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def time(self, step: str) -> float:
        """Milliseconds until the complete response. Raises AssertionError for an unexpected one."""
        who, what = STEPS[step]
        if what.startswith("post "):
            self._posts += 1
            return self._post(f"poster {self._posts % POSTERS}", what.removeprefix("post ").format(**self._told))
        if what.startswith("next of "):
            return self._get(who, self._next(who, what.removeprefix("next of ")))
        return self._get(who, what.format(**self._told))

    def _cookie(self, who: str) -> dict[str, str]:
        return {"cookie": f"{self._told['cookie']}={self._told[who]}"} if who else {}

    def _get(self, who: str, path: str) -> float:
        began = time.perf_counter()
        answer = self._http.get(path, headers=self._cookie(who))
        took = (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return took

    def _next(self, who: str, path: str) -> str:
        if path not in self._following:
            self._following[path] = find_next_page(self._http.get(path, headers=self._cookie(who)).text)
        return self._following[path]

    def _post(self, who: str, path: str) -> float:
        """Reads the form once, before the time is measured."""
        if who not in self._tokens:
            page = self._http.get(path.rpartition("/")[0], headers=self._cookie(who)).text
            token = TOKEN.search(page)
            assert token is not None, f"{path} has no form"
            self._tokens[who] = token[1]
        fields = {"jeton": self._tokens[who], "cle": str(uuid4()), "message": "Une ligne de plus."}
        headers = {**self._cookie(who), "origin": str(self._http.base_url).rstrip("/")}
        began = time.perf_counter()
        answer = self._http.post(path, data=fields, headers=headers)
        took = (time.perf_counter() - began) * 1000
        assert answer.status_code == 303, (path, answer.status_code, answer.text[:500])
        return took
