"""argon2id, off the event loop and two at a time: 64 MiB each, however many try. Source: security.md 4.4."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2
_threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="argon2")
_hasher = PasswordHasher()
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$53YFL/4NboueO5r4zVBzaQ$bxVzG4YwmDLOTtVmWN2AgjGi4Bb0/XVAfNi4F7D9Z08"
"""The hash of 32 random bytes that were thrown away: what an unknown account is tried against."""


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def matches(known: str, password: str) -> bool:
    """False when there is nothing to match, after exactly as much work."""
    right = await asyncio.get_running_loop().run_in_executor(_threads, _verify, known or NOBODYS, password)
    return right and bool(known)


def _verify(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(known: str) -> bool:
    """Made with weaker settings than today's: to be made again while the password is at hand."""
    return _hasher.check_needs_rehash(known)
