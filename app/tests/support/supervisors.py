"""A supervisor of chosen areas and organisations, who has done their first visit."""

from collections.abc import Collection
from datetime import datetime

from app.cast import build_address
from app.domain.accounts.actor import Actor, PlatformRole, Supervised, load_actor
from app.domain.accounts.first_visit import complete_first_visit
from app.domain.accounts.registration import register_person
from app.domain.teams.supervision import save_supervised
from db.tables.organisations import Organisation


async def make_supervisor(
    login: str, now: datetime, *, areas: Collection[str] = (), organisations: Collection[str] = ()
) -> Actor:
    """organisations: acronyms."""
    person = await register_person(
        build_address(login), first_name="", last_name="", function="", now=now, role=PlatformRole.SUPERVISOR
    )
    rows = await Organisation.select(Organisation.id).where(Organisation.acronym.is_in([*organisations, ""]))
    await save_supervised(person, Supervised(frozenset(areas), frozenset(row["id"] for row in rows)))
    actor = await load_actor(person)
    assert actor is not None
    await complete_first_visit(
        actor,
        first_name="Zoé",
        last_name="Neuve",
        function="Pilote national",
        phone="05 36 49 00 40",
        accepted=True,
        now=now,
    )
    arrived = await load_actor(person)
    assert arrived is not None
    return arrived
