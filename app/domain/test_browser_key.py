"""The key that encrypts unsent input: one for each person, the same at each login, another with another SECRET_KEY."""

import base64

import pytest

from app.domain import tokens
from app.domain.tokens import derive_browser_key
from app.settings import Settings


def test_each_person_has_their_own_and_always_the_same() -> None:
    keys = {derive_browser_key(person) for person in range(1, 101)}

    assert len(keys) == 100 and {derive_browser_key(1), derive_browser_key(100)} < keys
    assert {len(base64.b64decode(f"{key}==", validate=True)) for key in keys} == {16}, "128 bits"


def test_another_secret_key_opens_nothing_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before = derive_browser_key(1)
    monkeypatch.setattr(tokens, "settings", Settings(configured_secret_key="another one, long enough to be taken"))

    assert derive_browser_key(1) != before
