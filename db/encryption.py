"""Encrypts what identifies a citizen, and secrets that the server needs in clear: AES-256-GCM, with the keys of the
settings.

An encrypted text is « v1.KEY_ID.BASE64 »: the key's id, then a random nonce, the ciphertext and its tag. It is bound to
the permanent label of its column and to its row. If it was changed, cut or moved, decryption raises UnreadableError. An
empty text stays empty. Texts are padded to a multiple of 16 bytes, which hides the exact length of a name.
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
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS

FORMAT = "v1"
NONCE_SIZE = 12
_PADDING_BLOCK = 16
_overriding_keys: list[Sequence[Key]] = []


class UnreadableError(Exception):
    """The stored value cannot be decrypted. The message never has its content."""


class MissingKeyError(UnreadableError):
    """The value was encrypted with a key that the settings no longer have."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"key {key_id!r} is not in ENCRYPTION_KEYS")
        self.key_id = key_id


def list_keys() -> Sequence[Key]:
    """The first key encrypts. Each key decrypts what it encrypted."""
    return _overriding_keys[-1] if _overriding_keys else settings.encryption_keys


@contextmanager
def use_keys(*chosen: Key) -> Iterator[None]:
    """Replaces the settings’ keys during the block, for tests of a key rotation."""
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
    """32 bytes for one purpose. One derived key reveals nothing about another."""
    return HKDF(SHA256(), 32, salt or None, f"aplus {purpose}".encode()).derive(key.secret)


def compute_search_token(purpose: str, word: str, key: Key) -> int:
    """A search token: 64 bits of the word’s HMAC. Without the key, tokens can only be compared."""
    return int.from_bytes(_compute_hmac(key, purpose, word)[:8], "big", signed=True)


def compute_hmac(purpose: str, text: str) -> bytes:
    """The HMAC under the current key, 32 bytes. Without the key it reveals nothing about the text."""
    return _compute_hmac(get_current_key(), purpose, text)


def compute_search_tokens(purpose: str, word: str) -> list[int]:
    """One token for each key, so that tokens from before a rotation are found during it."""
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
    """row_key: the value, in the same row, of the key column that ENCRYPTED_COLUMNS names. Raises LookupError for a
    column that is not listed there.
    """
    if not text:
        return ""
    key, nonce = get_current_key(), os.urandom(NONCE_SIZE)
    sealed = nonce + _make_cipher(key).encrypt(nonce, _pad(text.encode()), _build_associated_data(column, row_key))
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
    """Raises UnreadableError for a text that is not encrypted, such as one that another program wrote."""
    form, _, rest = stored.partition(".")
    key_id, dot, _ = rest.partition(".")
    if form != FORMAT or not dot:
        raise UnreadableError("not encrypted")
    return key_id


def format_column_name(column: Column) -> str:
    return f"{column._meta.table._meta.tablename}.{column._meta.db_column_name}"


_LABELS = {format_column_name(column): label for column, _, label in ENCRYPTED_COLUMNS}


def _build_associated_data(column: Column, row: object) -> bytes:
    return f"{_find_label(column)}:{row}".encode()


def _find_label(column: Column) -> str:
    # a rotation would forget a column that ENCRYPTED_COLUMNS does not list
    name = format_column_name(column)
    if name not in _LABELS:
        raise LookupError(f"{name}: list it in db/tables/encrypted_columns.py")
    return _LABELS[name]


def _pad(text: bytes) -> bytes:
    """The byte 0x80, then zeros up to a multiple of the block size."""
    return text + b"\x80" + bytes(-(len(text) + 1) % _PADDING_BLOCK)


def _unpad(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[:-1]
