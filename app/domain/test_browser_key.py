"""The key of what a browser seals: one for each person, the same at each login, another with another SECRET_KEY."""

import base64

import pytest

from app.domain import tokens
from app.domain.tokens import browser_key
from app.settings import Settings


def test_each_person_has_their_own_and_always_the_same() -> None:
    keys = {browser_key(person) for person in range(1, 101)}

    assert len(keys) == 100 and {browser_key(1), browser_key(100)} < keys
    assert {len(base64.b64decode(f"{key}==", validate=True)) for key in keys} == {16}, "128 bits"


def test_another_secret_key_opens_nothing_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before = browser_key(1)
    monkeypatch.setattr(tokens, "settings", Settings(given_secret="another one, long enough to be taken"))

    assert browser_key(1) != before
