"""An opaque id decrypts for its purpose and its key only, and shows neither order nor distance."""

from base64 import urlsafe_b64decode
from itertools import pairwise

import pytest

from app.domain.opaque_ids import ID_LIMIT, IdPurpose, decode_id, encode_id
from app.settings import settings

EVENTS = range(1, 2_000)


def as_block(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(f"{text}="), "big")


@pytest.mark.parametrize("use", IdPurpose)
def test_every_number_comes_back_and_no_two_are_alike(use: IdPurpose) -> None:
    numbers = [0, *EVENTS, 2**31, 2**32, 10**12, 2 * 10**12, ID_LIMIT - 1]
    texts = [encode_id(use, number) for number in numbers]
    assert [decode_id(use, text) for text in texts] == numbers
    assert len(set(texts)) == len(numbers) and {len(text) for text in texts} == {11}


def test_neighbours_have_no_order_and_no_distance() -> None:
    """Half of the steps go down, and half of the bits change, as for random numbers."""
    blocks = [as_block(encode_id(IdPurpose.FIRST_LINE, number)) for number in EVENTS]
    steps = list(pairwise(blocks))
    down, changed = sum(b < a for a, b in steps), sum((a ^ b).bit_count() for a, b in steps)
    assert 0.45 < down / len(steps) < 0.55
    assert 31 < changed / len(steps) < 33
    assert min(abs(b - a) for a, b in steps) > 2**32


def test_it_means_nothing_in_another_place() -> None:
    """One text in 128 is some position of a list, though never the number that it hides elsewhere (opaque_ids.py)."""
    texts = {use: encode_id(use, 41) for use in IdPurpose}
    assert len({*texts.values()}) == len(IdPurpose)
    read = {(use, of): decode_id(use, text) for use in IdPurpose for of, text in texts.items()}
    assert [pair for pair, number in read.items() if number == 41] == [(use, use) for use in IdPurpose]
    elsewhere = [number for (use, of), number in read.items() if use != of and use != IdPurpose.LIST_POSITION]
    assert elsewhere == [None] * (len(IdPurpose) - 1) ** 2


@pytest.mark.parametrize(
    "text", ["", "12", "0", "A" * 10, "A" * 11, "A" * 12, "9" * 30, "é" * 11, "AAAA AAAAAA", "AAAAAAAAAA=", "\0" * 11]
)
def test_what_was_made_up_is_no_number(text: str) -> None:
    assert decode_id(IdPurpose.FIRST_LINE, text) is None


def test_a_changed_letter_is_no_number() -> None:
    text = encode_id(IdPurpose.FIRST_LINE, 41)
    for place in range(len(text)):
        for letter in "AZaz09-_":
            forged = text[:place] + letter + text[place + 1 :]
            assert decode_id(IdPurpose.FIRST_LINE, forged) == (41 if forged == text else None)


def test_another_key_hides_otherwise_and_reads_nothing_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before = encode_id(IdPurpose.FIRST_LINE, 41)
    monkeypatch.setitem(settings.__dict__, "secret_key", b"another")
    assert decode_id(IdPurpose.FIRST_LINE, before) is None and encode_id(IdPurpose.FIRST_LINE, 41) != before
    assert decode_id(IdPurpose.FIRST_LINE, encode_id(IdPurpose.FIRST_LINE, 41)) == 41


@pytest.mark.parametrize("number", [-1, ID_LIMIT])
def test_what_no_number_of_ours_can_be_is_never_hidden(number: int) -> None:
    with pytest.raises(ValueError, match="no number to hide"):
        encode_id(IdPurpose.FIRST_LINE, number)
