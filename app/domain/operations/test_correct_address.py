"""An account whose address today’s reader refuses is corrected, or reported to the operator: never lost silently."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from app.domain.authentication.login_link import request_login_link
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.operations.correct_address import AddressRepair, correct_address, repair_addresses
from db.tables.login import LoginLink
from db.tables.people import Person
from db.tables.sessions import Session

if TYPE_CHECKING:
    from app.cast import Cast


async def kept_as(person_id: int, address: str, *, arrived: datetime | None = None) -> None:
    await Person.update({Person.address: address, Person.terms_accepted_at: arrived}).where(Person.id == person_id)


async def address_of(person_id: int) -> str:
    row = await Person.select(Person.address).where(Person.id == person_id).first()
    assert row is not None
    return str(row["address"])


async def test_an_account_never_entered_is_cleaned_where_it_is_one_person_s(cast: Cast, now: datetime) -> None:
    await kept_as(cast.agent_lot.id, "\u200bneuve@exemple.fr")
    await kept_as(cast.colleague_lot.id, f"mailto:{cast.admin.address}")
    await kept_as(cast.agent_cher.id, "x:victim@exemple.fr")
    await kept_as(cast.referent_caf_lot.id, "hélène@exemple.fr", arrived=now)
    await kept_as(cast.referent_caf_cher.id, "mailto:venue@exemple.fr", arrived=now)
    left = sorted(
        [cast.colleague_lot.id, cast.agent_cher.id, cast.referent_caf_lot.id, cast.referent_caf_cher.id],
    )

    assert await repair_addresses(now) == AddressRepair(1, tuple(left))
    assert await repair_addresses(now) == AddressRepair(0, tuple(left))

    assert await address_of(cast.agent_lot.id) == "neuve@exemple.fr"
    assert await address_of(cast.referent_caf_cher.id) == "mailto:venue@exemple.fr"


async def test_such_a_person_reads_what_to_do_and_their_account_is_set_right(cast: Cast, now: datetime) -> None:
    """Login refuses in the words of the reader, whether or not the account exists; the server’s command corrects it."""
    person = cast.agent_lot.id
    asked: dict[str, Any] = {"browser": "b", "network": "n", "remember": False, "next_path": ""}
    await kept_as(person, "hélène@exemple.fr", arrived=now)
    for typed in ("hélène@exemple.fr", "personne.à@exemple.fr"):
        with pytest.raises(Invalid, match="sans accent"):
            await request_login_link(typed, now=now, **asked)

    await correct_address(person, "Helene@exemple.fr", now)

    await request_login_link("helene@exemple.fr", now=now, **asked)
    row = await LoginLink.select(LoginLink.person).first()
    assert row == {"person": person} and not await Session.exists().where(Session.person == person)


async def test_the_command_moves_no_account_that_letters_reach(cast: Cast, now: datetime) -> None:
    with pytest.raises(Forbidden):
        await correct_address(cast.agent_lot.id, "autre@exemple.fr", now)
    await kept_as(cast.agent_lot.id, "x:victim@exemple.fr")
    with pytest.raises(Conflict):
        await correct_address(cast.agent_lot.id, cast.admin.address, now)
    with pytest.raises(Invalid):
        await correct_address(cast.agent_lot.id, "y:victim@exemple.fr", now)
    with pytest.raises(NotFound):
        await correct_address(2**63, "autre@exemple.fr", now)
