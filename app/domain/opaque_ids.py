"""Numbers of the database as pages, addresses and streams show them: a keyed permutation, eleven characters.

Events and messages are numbered in one sequence for all cases. A gap between two numbers that a person sees would tell
them that something was said where they may not read. A hidden number has no order and no distance.

The permutation is a Feistel network over 64 bits, six rounds of BLAKE2b under a key derived from SECRET_KEY, one key
for each use: what names a line means nothing as a message. Of 2**64 texts, 2**41 are numbers: a forged one is refused.
Another SECRET_KEY makes every text unreadable: reveal answers None, and a page is then shown from its beginning.
"""

import base64
import binascii
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from app.domain.tokens import compute_hmac
from app.settings import settings

ID_LIMIT = 2**41
"""More than any event, and than any place in a list (app/domain/cases/inbox/ordering.py)."""
_ROUNDS = 6
_LENGTH = 11
_FORWARDS, _BACKWARDS = slice(None), slice(None, None, -1)


class IdPurpose(StrEnum):
    """What a hidden number is for. Its key is derived from the value: a changed value closes the pages that are open.

    CASE_NEWS: how far the page of a case goes; APART_NEWS: the same, with internal notes; LIST_NEWS: how far the page
    of a list goes; LINE: the first line that the page of a case shows; ROW: a place in a list; MASKED: a place among
    masked cases.
    """

    CASE_UPDATES = "CASE_NEWS"
    INTERNAL_UPDATES = "APART_NEWS"
    LIST_UPDATES = "LIST_NEWS"
    FIRST_LINE = "LINE"
    LIST_POSITION = "ROW"
    MESSAGE = "MESSAGE"
    ANONYMOUS_CASE = "MASKED"


def encode_id(purpose: IdPurpose, number: int) -> str:
    """The same text for the same number, until SECRET_KEY changes. Raises ValueError outside 0 to END."""
    if not 0 <= number < ID_LIMIT:
        raise ValueError(f"no number to hide for {purpose.name}: {number}")
    return _encode_cached(settings.secret_key, purpose, number)


def decode_id(purpose: IdPurpose, text: str) -> int | None:
    """None for what is no number of this use: made up, of another use, of another key, of an older version."""
    try:
        block = base64.b64decode(f"{text}=".encode("ascii"), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    if len(text) != _LENGTH or len(block) != 8:
        return None
    number = _permute(settings.secret_key, purpose, int.from_bytes(block, "big"), _BACKWARDS)
    return number if number < ID_LIMIT and encode_id(purpose, number) == text else None


@lru_cache(maxsize=20_000)
def _encode_cached(secret: bytes, purpose: IdPurpose, number: int) -> str:
    """A page shows again and again what it showed before."""
    block = _permute(secret, purpose, number, _FORWARDS)
    return base64.urlsafe_b64encode(block.to_bytes(8, "big")).decode("ascii").rstrip("=")


def _permute(secret: bytes, purpose: IdPurpose, block: int, rounds: slice) -> int:
    """The halves are exchanged at the end, so that the same rounds backwards undo it."""
    left, right = block >> 32, block & 0xFFFFFFFF
    for keyed_round in _build_rounds(secret, purpose)[rounds]:
        mixing = keyed_round.copy()
        mixing.update(right.to_bytes(4, "big"))
        left, right = right, left ^ int.from_bytes(mixing.digest(), "big")
    return right << 32 | left


@lru_cache(maxsize=64)
def _build_rounds(secret: bytes, purpose: IdPurpose) -> tuple[blake2b, ...]:
    """Made once, copied for each number. secret is settings.secret_key, which keyed reads: another has other keys."""
    key = bytes.fromhex(compute_hmac("opaque numbers", purpose.value))
    return tuple(blake2b(digest_size=4, key=key, person=bytes([turn])) for turn in range(_ROUNDS))
