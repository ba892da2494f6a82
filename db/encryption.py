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
from db.tables import ENCRYPTED_COLUMNS

FORMAT = "v1"
NONCE_SIZE = 12
_PADDING_BLOCK = 16
_overriding_keys: list[Sequence[Key]] = []


class UnreadableError(Exception):
    """What lies there is not what was written there. The message names the place, never the content."""


class MissingKeyError(UnreadableError):
    """It was sealed by a key that the settings no longer hold."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"key {key_id!r} is not in ENCRYPTION_KEYS")
        self.key_id = key_id


def list_keys() -> Sequence[Key]:
    """The first one seals; each opens what it sealed."""
    return _overriding_keys[-1] if _overriding_keys else settings.encryption_keys


@contextmanager
def use_keys(*chosen: Key) -> Iterator[None]:
    """Other keys than the settings', for a while: before, during and after a rotation, as tests see it."""
    _overriding_keys.append(chosen)
    try:
        yield
    finally:
        _overriding_keys.pop()


def get_current_key() -> Key:
    return list_keys()[0]


def find_key(key_id: str) -> Key:
    """Raises MissingKeyError."""
    for key in list_keys():
        if key.id == key_id:
            return key
    raise MissingKeyError(key_id)


def derive_key(key: Key, purpose: str, salt: bytes = b"") -> bytes:
    """32 bytes for one purpose: what is learnt of one says nothing of another."""
    return HKDF(SHA256(), 32, salt or None, f"aplus {purpose}".encode()).derive(key.secret)


def compute_search_token(purpose: str, word: str, key: Key) -> int:
    """What a word is found by, unwritten: 64 bits of its HMAC. Without the key, marks can only be compared."""
    return int.from_bytes(_compute_hmac(key, purpose, word)[:8], "big", signed=True)


def compute_hmac(purpose: str, text: str) -> bytes:
    """32 bytes that are the same for the same text, under the current key: without it they tell nothing of the text."""
    return _compute_hmac(get_current_key(), purpose, text)


def compute_search_tokens(purpose: str, word: str) -> list[int]:
    """Under each key: what was marked before a rotation is found during it."""
    return [compute_search_token(purpose, word, key) for key in list_keys()]


def _compute_hmac(key: Key, purpose: str, text: str) -> bytes:
    return hmac.digest(_derive_hmac_key(key, purpose), text.encode(), "sha256")


@cache
def _make_cipher(key: Key) -> AESGCM:
    return AESGCM(derive_key(key, "texts"))


@cache
def _derive_hmac_key(key: Key, purpose: str) -> bytes:
    return derive_key(key, purpose)


def encrypt(column: Column, row_key: object, text: str) -> str:
    """What to write in this column of this row; row_key is the value of the column that ENCRYPTED_COLUMNS names."""
    return encrypt_with_label(_find_label(column), row_key, text)


def encrypt_with_label(label: str, row_key: object, text: str) -> str:
    """The same for a migration, which knows the column by its label alone: tables have other names since."""
    if not text:
        return ""
    key, nonce = get_current_key(), os.urandom(NONCE_SIZE)
    sealed = nonce + _make_cipher(key).encrypt(nonce, _pad(text.encode()), f"{label}:{row_key}".encode())
    return f"{FORMAT}.{key.id}.{base64.b64encode(sealed).decode()}"


def decrypt(column: Column, row_key: object, stored: str) -> str:
    """Raises UnreadableError, MissingKeyError."""
    if not stored:
        return ""
    key = find_key(parse_key_id(stored))
    try:
        sealed = base64.b64decode(stored.split(".", 2)[2], validate=True)
        return _unpad(
            _make_cipher(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], _build_associated_data(column, row_key))
        ).decode()
    except (InvalidTag, ValueError) as failure:
        raise UnreadableError(_build_associated_data(column, row_key).decode()) from failure


def parse_key_id(stored: str) -> str:
    """Raises UnreadableError for what was not sealed at all: a clear text put there by another hand is not read."""
    form, _, rest = stored.partition(".")
    key_id, dot, _ = rest.partition(".")
    if form != FORMAT or not dot:
        raise UnreadableError("not sealed")
    return key_id


def format_column_name(column: Column) -> str:
    return f"{column._meta.table._meta.tablename}.{column._meta.db_column_name}"


_LABELS = {format_column_name(column): label for column, _, label in ENCRYPTED_COLUMNS}


def _build_associated_data(column: Column, row: object) -> bytes:
    return f"{_find_label(column)}:{row}".encode()


def _find_label(column: Column) -> str:
    """A column that ENCRYPTED_COLUMNS does not list would be forgotten by a rotation."""
    name = format_column_name(column)
    if name not in _LABELS:
        raise LookupError(f"{name}: list it in ENCRYPTED_COLUMNS, db/tables.py")
    return _LABELS[name]


def _pad(text: bytes) -> bytes:
    """One mark, then zeros up to a whole number of blocks."""
    return text + b"\x80" + bytes(-(len(text) + 1) % _PADDING_BLOCK)


def _unpad(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[:-1]
