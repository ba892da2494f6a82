"""Sealed, opened, refused: every bit of what is stored counts, and so does where it is stored."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import ROOT
from app.settings.keys import Key, parse_keys
from app.settings.values import BadSettingError, read_setting
from db.encryption import MissingKeyError, UnreadableError, decrypt, encrypt, use_keys
from db.tables.cases import Case

ROW = UUID(int=1)
OLD, NEW = Key("2026", b"o" * 32), Key("2027", b"n" * 32)


def sealed(text: str = "Moreau") -> str:
    with use_keys(OLD):
        return encrypt(Case.citizen_last_name, ROW, text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_what_was_sealed_opens_as_it_was(text: str) -> None:
    with use_keys(OLD):
        assert decrypt(Case.citizen_last_name, ROW, sealed(text)) == text


def test_the_stored_form_names_its_key_and_shows_nothing_of_the_text() -> None:
    stored = sealed()

    assert stored.startswith("v1.2026.") and "Moreau" not in stored
    assert b"Moreau" not in base64.b64decode(stored.split(".")[2])
    assert sealed() != sealed(), "the same name twice is not the same stored text"
    assert len(sealed("Ba")) == len(sealed("Montgolfier")), "short and long names weigh the same"


def test_each_flipped_bit_is_noticed() -> None:
    _, _, encoded = sealed().split(".")
    raw = base64.b64decode(encoded)
    with use_keys(OLD):
        for position in range(len(raw) * 8):
            flipped = bytearray(raw)
            flipped[position // 8] ^= 1 << position % 8
            with pytest.raises(UnreadableError):
                decrypt(Case.citizen_last_name, ROW, f"v1.2026.{base64.b64encode(flipped).decode()}")


def test_a_value_opens_in_its_own_place_alone() -> None:
    stored = sealed()
    with use_keys(OLD):
        with pytest.raises(UnreadableError):
            decrypt(Case.citizen_last_name, uuid4(), stored)
        with pytest.raises(UnreadableError):
            decrypt(Case.citizen_first_name, ROW, stored)


@pytest.mark.parametrize("cut", [0, 1, 15, 28, 43])
def test_what_was_cut_does_not_open(cut: int) -> None:
    raw = base64.b64decode(sealed().split(".")[2])
    with use_keys(OLD), pytest.raises(UnreadableError):
        decrypt(Case.citizen_last_name, ROW, f"v1.2026.{base64.b64encode(raw[:cut]).decode()}")


@pytest.mark.parametrize("stored", ["Moreau", "v1", "v1.", "v1.2026", "v2.2026.AAAA", "v1.2026.pas du base64", "."])
def test_what_was_not_sealed_is_not_read(stored: str) -> None:
    with use_keys(OLD), pytest.raises(UnreadableError):
        decrypt(Case.citizen_last_name, ROW, stored)


def test_the_first_key_seals_and_the_others_still_open() -> None:
    stored = sealed()
    with use_keys(NEW, OLD):
        assert decrypt(Case.citizen_last_name, ROW, stored) == "Moreau"
        assert encrypt(Case.citizen_last_name, ROW, "Moreau").startswith("v1.2027.")
    with use_keys(NEW), pytest.raises(MissingKeyError, match="2026"):
        decrypt(Case.citizen_last_name, ROW, stored)
    with use_keys(Key("2026", b"x" * 32)), pytest.raises(UnreadableError):
        decrypt(Case.citizen_last_name, ROW, stored)


def test_nothing_is_asked_of_an_empty_text() -> None:
    with use_keys(NEW):
        assert encrypt(Case.citizen_last_name, ROW, "") == decrypt(Case.citizen_last_name, ROW, "") == ""


def test_a_column_that_is_not_listed_is_not_sealed_since_a_rotation_would_forget_it() -> None:
    with use_keys(NEW), pytest.raises(LookupError, match=r"cases\.subject"):
        encrypt(Case.subject, ROW, "Moreau")


def test_a_key_shows_in_no_message() -> None:
    assert "oooo" not in repr(OLD) and "oooo" not in str(OLD)


SECRET = base64.b64encode(b"s" * 32).decode()


def test_the_setting_lists_keys_the_current_one_first() -> None:
    assert [key.id for key in parse_keys(f"2027:{SECRET}, 2026:{SECRET}")] == ["2027", "2026"]


@pytest.mark.parametrize(
    "given",
    [
        "",
        ",",
        SECRET,
        f":{SECRET}",
        "2026:",
        "2026:AAAA",
        f"a b:{SECRET}",
        f"A:{SECRET}",
        f"a_b:{SECRET}",
        f"2026:{SECRET},2026:{SECRET}",
    ],
)
def test_a_setting_that_cannot_be_used_says_so_without_repeating_it(given: str) -> None:
    with pytest.raises(BadSettingError, match="ENCRYPTION_KEYS") as refused:
        read_setting("ENCRYPTION_KEYS", given, parse_keys)
    assert SECRET not in str(refused.value)


def test_without_a_setting_one_key_is_kept_and_written_as_the_setting_would_be(tmp_path: Path) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "ENCRYPTION_KEYS": ""}
    read = [sys.executable, "-c", "from app.settings import settings; print(settings.encryption_keys[0].secret.hex())"]
    first, second = (
        subprocess.run(read, cwd=ROOT, env=environment, capture_output=True, text=True, check=True) for _ in range(2)
    )
    kept = tmp_path / "encryption.key"

    assert first.stdout == second.stdout
    assert parse_keys(kept.read_text())[0].secret.hex() == first.stdout.strip()
    assert kept.stat().st_mode & 0o777 == 0o600
