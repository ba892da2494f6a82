"""Numbers of the database as pages, addresses and live updates show them: encrypted, eleven characters.

Events and messages of all cases share one sequence. A gap between two numbers would reveal that something was written
where the reader may not look. An opaque id has no order and no distance.

The encryption is a Feistel network over 64 bits: six rounds of BLAKE2b under a key derived from SECRET_KEY, one key for
each purpose. An id of one purpose thus means nothing for another. Of 2**64 texts, 2**41 are numbers (2**57 positions
of a list): a forged one is refused. A new SECRET_KEY makes every id unreadable: decode_id returns None, and a page is
shown from its beginning.
"""

import base64
import binascii
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from app.domain.tokens import compute_hmac
from app.settings import settings

ID_LIMIT = 2**41
"""Larger than any event."""
POSITION_LIMIT = 2**57
"""Larger than any position in a list (app/domain/cases/inbox/ordering.py). A forged one shows another page of it."""
_ROUNDS = 6
_LENGTH = 11
_FORWARDS, _BACKWARDS = slice(None), slice(None, None, -1)


class IdPurpose(StrEnum):
    """What an opaque id is for. The key is derived from the value: a changed value invalidates the pages that are open.

    CASE_UPDATES: how far a case page is up to date; its scope is the right to read notes. LIST_UPDATES: how far a list
    is up to date. FIRST_LINE: the first line that a case page shows. LIST_POSITION: a place in a list.
    ANONYMOUS_CASE: a place among anonymous cases. READ_MARK: up to where a person had marked a case as read.
    REMOVAL: what is asked to be taken away.
    """

    CASE_UPDATES = "CASE_NEWS"
    LIST_UPDATES = "LIST_NEWS"
    FIRST_LINE = "LINE"
    LIST_POSITION = "ROW"
    MESSAGE = "MESSAGE"
    ANONYMOUS_CASE = "MASKED"
    READ_MARK = "MARK"
    REMOVAL = "REMOVAL"


def encode_id(purpose: IdPurpose, number: int, scope: str = "") -> str:
    """Returns the same text for a number, until SECRET_KEY changes. An id of one scope means nothing in another.

    Raises ValueError outside the purpose's numbers.
    """
    if not 0 <= number < _find_limit(purpose):
        raise ValueError(f"no number to hide for {purpose.name}: {number}")
    return _encode_cached(settings.secret_key, f"{purpose.value}{scope}", number)


def decode_id(purpose: IdPurpose, text: str, scope: str = "") -> int | None:
    """Returns None for a text that is no id of this purpose: forged, or of another purpose, scope, key or version."""
    try:
        block = base64.b64decode(f"{text}=".encode("ascii"), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    if len(text) != _LENGTH or len(block) != 8:
        return None
    number = _permute(settings.secret_key, f"{purpose.value}{scope}", int.from_bytes(block, "big"), _BACKWARDS)
    return number if number < _find_limit(purpose) and encode_id(purpose, number, scope) == text else None


def _find_limit(purpose: IdPurpose) -> int:
    return POSITION_LIMIT if purpose == IdPurpose.LIST_POSITION else ID_LIMIT


@lru_cache(maxsize=20_000)
def _encode_cached(secret: bytes, purpose: str, number: int) -> str:
    """A page shows the same ids again and again."""
    block = _permute(secret, purpose, number, _FORWARDS)
    return base64.urlsafe_b64encode(block.to_bytes(8, "big")).decode("ascii").rstrip("=")


def _permute(secret: bytes, purpose: str, block: int, rounds: slice) -> int:
    """The halves are exchanged at the end, so that the same rounds in reverse order undo it."""
    left, right = block >> 32, block & 0xFFFFFFFF
    for keyed_round in _build_rounds(secret, purpose)[rounds]:
        mixing = keyed_round.copy()
        mixing.update(right.to_bytes(4, "big"))
        left, right = right, left ^ int.from_bytes(mixing.digest(), "big")
    return right << 32 | left


@lru_cache(maxsize=1_000)
def _build_rounds(secret: bytes, purpose: str) -> tuple[blake2b, ...]:
    """Built once, copied for each number.

    secret is settings.secret_key, which compute_hmac reads. As an argument, it gives another secret other keys.
    """
    key = bytes.fromhex(compute_hmac("opaque numbers", purpose))
    return tuple(blake2b(digest_size=4, key=key, person=bytes([turn])) for turn in range(_ROUNDS))
