"""Passwords of public leaks, in a Bloom filter that bin/breached makes and that each process reads once.

Upper and lower case make no difference. Every leaked password is found. breached_passwords.json says how many of 1,000
other passwords are refused too. Source: ASVS 5.0, 6.2.4 and 6.2.12.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FILTER_PATH = Path(__file__).with_name("breached_passwords.bloom")
HASH_COUNT = 8


def is_breached(password: str) -> bool:
    bits = _read_filter()
    return all(bits[place >> 3] >> (place & 7) & 1 for place in list_bit_positions(password, len(bits) * 8))


def list_bit_positions(password: str, size: int) -> Iterator[int]:
    """size: bits of the filter. Two hashes give all positions (Kirsch and Mitzenmacher)."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    digest = hashlib.blake2b(plain.encode(), digest_size=16).digest()
    first, step = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little") | 1
    return ((first + turn * step) % size for turn in range(HASH_COUNT))


@cache
def _read_filter() -> bytes:
    return FILTER_PATH.read_bytes()
