"""How often a person may do what costs others something: a letter, a place on the disk, a file that leaves.

A fast person is never stopped, a program is. What is used up comes back little by little: so many at once, then one
each few seconds. One row a key, in the database: every process counts the same. Source: issue 14, 22.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.domain.accounts.actor import Actor
from app.domain.errors import TooOften
from app.domain.tokens import keyed
from db.tables import Allowance


class Verb(StrEnum):
    MESSAGE = "message"
    CASE = "case"
    GESTURE = "gesture"
    INVITE = "invite"
    LIST = "list"
    SAME_INVITATION = "same invitation"
    FILE = "file"
    EXPORT = "export"
    PASSWORD = "password"  # noqa: S105


@dataclass(frozen=True)
class Rate:
    """at_once, then one more each `every`; said: what was done a lot, as the refusal begins."""

    at_once: int
    every: timedelta
    said: str


RATES = {
    Verb.MESSAGE: Rate(30, timedelta(seconds=6), "Beaucoup de messages sont partis de votre compte en peu de temps."),
    Verb.CASE: Rate(30, timedelta(seconds=30), "Beaucoup de demandes sont parties de votre compte en peu de temps."),
    Verb.GESTURE: Rate(60, timedelta(seconds=10), "Votre compte a fait beaucoup d’actions en peu de temps."),
    Verb.INVITE: Rate(300, timedelta(seconds=12), "Votre compte a envoyé beaucoup d’invitations en peu de temps."),
    Verb.LIST: Rate(30, timedelta(seconds=20), "Votre compte a envoyé beaucoup d’invitations en peu de temps."),
    Verb.SAME_INVITATION: Rate(4, timedelta(minutes=15), "Cette personne a déjà reçu plusieurs fois l’invitation."),
    Verb.FILE: Rate(100, timedelta(seconds=6), "Beaucoup de pièces jointes sont arrivées de votre compte."),
    Verb.EXPORT: Rate(20, timedelta(seconds=30), "Votre compte a téléchargé beaucoup de listes en peu de temps."),
    Verb.PASSWORD: Rate(10, timedelta(minutes=2), "Votre mot de passe a été changé plusieurs fois en peu de temps."),
}
"""GESTURE: each line that a person adds to a case, messages and sending apart, and each account opened again.

INVITE counts addresses. LIST counts the lists that they come in: each is a letter to every other manager of the team.
"""
_KEPT = timedelta(days=1)


async def spend(verb: Verb, actor: Actor, now: datetime, *, times: int = 1) -> None:
    """In the verb's transaction, so that what is refused uses up nothing. Raises TooOften."""
    await spend_on(verb, str(actor.id), now, times=times)


async def spend_on(verb: Verb, limited: str, now: datetime, *, times: int = 1) -> None:
    """limited: what the limit is for, when it is not a person. Raises TooOften."""
    rate, at = RATES[verb], _milliseconds(now)
    every, key = rate.every // timedelta(milliseconds=1), keyed("allowance", f"{verb}\0{limited}")
    most, cost = rate.at_once * every, min(times, rate.at_once) * every
    far = at + 2 * most
    spent = await Allowance.raw(_SPEND, key, at + cost, at, far, at, cost, at + most - cost, far)
    if not spent:
        free_at = await _free_at(key, most - cost)
        raise TooOften(max(free_at, now + timedelta(seconds=1)), now, rate.said)


_SPEND = """INSERT INTO allowance (key, used_until) VALUES ({}, {}) ON CONFLICT (key) DO UPDATE
    SET used_until = CASE WHEN allowance.used_until BETWEEN {} AND {} THEN allowance.used_until ELSE {} END + {}
    WHERE allowance.used_until <= {} OR allowance.used_until > {} RETURNING key"""
"""What lies further ahead than anyone can have used up was counted by a clock that has gone back since."""


async def _free_at(key: str, left: int) -> datetime:
    row = await Allowance.select(Allowance.used_until).where(Allowance.key == key).first()
    return datetime.fromtimestamp(((row["used_until"] if row else 0) - left) / 1000, UTC)


def _milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


async def forget_used_up(now: datetime) -> int:
    """Rows of which nothing is used up any more."""
    old = Allowance.used_until < _milliseconds(now - _KEPT)
    return len(await Allowance.delete().where(old).returning(Allowance.key))
