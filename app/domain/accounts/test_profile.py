"""A change of profile changes what correspondents see; a signature goes under the message, and stays there."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.accounts.profile import SIGNATURE_LENGTH, add_signature, change_profile
from app.domain.errors import Invalid
from db.tables.audit import AuditEntry
from db.tables.people import Person

SAID = {"first_name": "Carmen", "last_name": "Vidal", "function": "Conseillère", "phone": "05 36 49 00 00"}


async def test_what_is_changed_is_kept_clean(cast: Cast, now: datetime) -> None:
    await change_profile(cast.agent_lot, signature=" Léa,\n accueil ", now=now, **(SAID | {"last_name": "Vidal  Roca"}))

    actor = await load_actor(cast.agent_lot.id)
    assert actor and (actor.full_name, actor.signature) == ("Carmen Vidal Roca", "Léa, accueil")
    assert await AuditEntry.exists().where(AuditEntry.action == "profile.changed", AuditEntry.person_id == actor.id)


async def test_nothing_is_changed_when_something_is_wrong(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        await change_profile(cast.agent_lot, signature="x" * 101, now=now, **(SAID | {"phone": "?", "last_name": "X"}))

    assert sorted(refused.value.fields) == ["signature", "telephone"]
    assert await load_actor(cast.agent_lot.id) == cast.agent_lot


def test_a_signature_goes_under_what_is_typed_and_nothing_stays_nothing() -> None:
    assert add_signature("Bonjour.", " Léa,  accueil ") == "Bonjour.\n\n— Léa, accueil"
    assert add_signature("Bonjour.", "  ") == "Bonjour." and add_signature("", "Léa") == ""
    assert add_signature("", " Léa ", with_files=True) == "— Léa" and add_signature("", " ", with_files=True) == ""


def test_the_longest_signature_is_the_tables() -> None:
    assert Person.signature.length == SIGNATURE_LENGTH
