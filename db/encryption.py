"""What identifies a citizen, and other secrets that must be read again, lie sealed: AES-256-GCM, settings' keys.

A sealed text is « v1.KEY.BASE64 »: under which key, then a random nonce, the ciphertext and its tag. It opens in its
own place alone (label of the column, row): changed, cut, or moved to another row, it raises UnreadableError and gives
nothing. An empty text stays empty. Texts are padded to 16 bytes: a name's length does not give it away.
"""

import base64
import hmac
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from piccolo.columns import Column

from app.settings import settings
from app.settings.keys import Key
from db.tables import SEALED

FORM = "v1"
NONCE = 12
_BLOCK = 16
_in_use: list[Sequence[Key]] = []


class UnreadableError(Exception):
    """What lies there is not what was written there. The message names the place, never the content."""


class MissingKeyError(UnreadableError):
    """It was sealed by a key that the settings no longer hold."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"key {key_id!r} is not in ENCRYPTION_KEYS")
        self.key_id = key_id


def keys() -> Sequence[Key]:
    """The first one seals; each opens what it sealed."""
    return _in_use[-1] if _in_use else settings.encryption_keys


@contextmanager
def using(*chosen: Key) -> Iterator[None]:
    """Other keys than the settings', for a while: before, during and after a rotation, as tests see it."""
    _in_use.append(chosen)
    try:
        yield
    finally:
        _in_use.pop()


def current_key() -> Key:
    return keys()[0]


def key_named(key_id: str) -> Key:
    """Raises MissingKeyError."""
    for key in keys():
        if key.id == key_id:
            return key
    raise MissingKeyError(key_id)


def derive(key: Key, purpose: str, salt: bytes = b"") -> bytes:
    """32 bytes for one purpose: what is learnt of one says nothing of another."""
    return HKDF(SHA256(), 32, salt or None, f"aplus {purpose}".encode()).derive(key.secret)


def mark(purpose: str, word: str, key: Key) -> int:
    """What a word is found by, unwritten: 64 bits of its HMAC. Without the key, marks can only be compared."""
    return int.from_bytes(_code(key, purpose, word)[:8], "big", signed=True)


def keyed(purpose: str, text: str) -> bytes:
    """32 bytes that are the same for the same text, under the current key: without it they tell nothing of the text."""
    return _code(current_key(), purpose, text)


def marks(purpose: str, word: str) -> list[int]:
    """Under each key: what was marked before a rotation is found during it."""
    return [mark(purpose, word, key) for key in keys()]


def _code(key: Key, purpose: str, text: str) -> bytes:
    return hmac.digest(_marking(key, purpose), text.encode(), "sha256")


@cache
def _cipher(key: Key) -> AESGCM:
    return AESGCM(derive(key, "texts"))


@cache
def _marking(key: Key, purpose: str) -> bytes:
    return derive(key, purpose)


def seal(column: Column, row: object, text: str) -> str:
    """What to write in this column of this row; row is the value of the column that SEALED says (db/tables.py)."""
    return encrypt_with_label(_label_of(column), row, text)


def encrypt_with_label(label: str, row_key: object, text: str) -> str:
    """The same for a migration, which knows the column by its label alone: tables have other names since."""
    if not text:
        return ""
    key, nonce = current_key(), os.urandom(NONCE)
    sealed = nonce + _cipher(key).encrypt(nonce, _padded(text.encode()), f"{label}:{row_key}".encode())
    return f"{FORM}.{key.id}.{base64.b64encode(sealed).decode()}"


def unseal(column: Column, row: object, stored: str) -> str:
    """Raises UnreadableError, MissingKeyError."""
    if not stored:
        return ""
    key = key_named(key_id_of(stored))
    try:
        sealed = base64.b64decode(stored.split(".", 2)[2], validate=True)
        return _unpadded(_cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], _place(column, row))).decode()
    except (InvalidTag, ValueError) as failure:
        raise UnreadableError(_place(column, row).decode()) from failure


def key_id_of(stored: str) -> str:
    """Raises UnreadableError for what was not sealed at all: a clear text put there by another hand is not read."""
    form, _, rest = stored.partition(".")
    key_id, dot, _ = rest.partition(".")
    if form != FORM or not dot:
        raise UnreadableError("not sealed")
    return key_id


def name_of(column: Column) -> str:
    return f"{column._meta.table._meta.tablename}.{column._meta.db_column_name}"


_LABELS = {name_of(column): label for column, _, label in SEALED}


def _place(column: Column, row: object) -> bytes:
    return f"{_label_of(column)}:{row}".encode()


def _label_of(column: Column) -> str:
    """A column that SEALED does not list would be forgotten by a rotation."""
    name = name_of(column)
    if name not in _LABELS:
        raise LookupError(f"{name}: list it in SEALED, db/tables.py")
    return _LABELS[name]


def _padded(text: bytes) -> bytes:
    """One mark, then zeros up to a whole number of blocks."""
    return text + b"\x80" + bytes(-(len(text) + 1) % _BLOCK)


def _unpadded(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[:-1]
