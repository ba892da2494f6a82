"""Two that change an address at the same moment: the second waits for the first, and sees what it did."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from app.cast import Cast
from app.domain.account_keeping import address_confirmation
from app.domain.account_keeping.address_change import ask_person_address
from app.domain.account_keeping.address_confirmation import ConfirmationState, confirm_address
from app.domain.account_keeping.domain_rename import preview_domain_rename, rename_domain
from app.domain.accounts.registration import register_person
from app.domain.authentication.address_link import ConfirmingMailbox
from app.domain.errors import Conflict
from app.tests.support.address_changes import address_of, link_of
from db.engine import is_postgres
from db.tables.people import Person

NEW = ConfirmingMailbox.NEW
ADDRESS = "julien.neuf@exemple.org"


@pytest.fixture
async def confirming(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    """A link whose confirmation takes a moment, once the address was found free."""
    real = address_confirmation._apply_change

    async def apply_slowly(row: dict[str, Any], at: datetime) -> None:
        await asyncio.sleep(0.5)
        await real(row, at)

    monkeypatch.setattr(address_confirmation, "_apply_change", apply_slowly)
    await ask_person_address(cast.admin, cast.referent_caf_lot.id, ADDRESS, now)
    return await link_of(NEW, cast.referent_caf_lot)


async def test_a_domain_renamed_while_a_mailbox_confirms_waits_and_reads_its_accounts_again(
    cast: Cast, now: datetime, confirming: str
) -> None:
    plan = await preview_domain_rename(cast.admin, "exemple.fr", "exemple.net", now)

    async def rename() -> None:
        await asyncio.sleep(0.2)
        with pytest.raises(Conflict, match="Relisez"):
            await rename_domain(cast.admin, "exemple.fr", "exemple.net", plan.preview_version, now)

    confirmation, _ = await asyncio.gather(confirm_address(confirming, now), rename())

    assert confirmation.state == ConfirmationState.DONE
    assert await address_of(cast.referent_caf_lot) == ADDRESS


async def test_an_address_that_an_account_takes_while_it_is_confirmed_is_taken(
    cast: Cast, now: datetime, confirming: str
) -> None:
    if not is_postgres():
        pytest.skip("SQLite has one writer: the account waits")

    async def register() -> None:
        await asyncio.sleep(0.2)
        await register_person(ADDRESS, first_name="Ana", last_name="Neuve", function="", now=now)

    confirmation, _ = await asyncio.gather(confirm_address(confirming, now), register())

    assert confirmation.state == ConfirmationState.TAKEN
    assert await address_of(cast.referent_caf_lot) == cast.referent_caf_lot.address


async def test_an_address_that_an_account_takes_during_a_rename_asks_to_read_again(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_postgres():
        pytest.skip("SQLite has one writer: the account waits")
    plan = await preview_domain_rename(cast.admin, "exemple.fr", "exemple.net", now)
    taken = plan.accounts[0].address

    async def register_and_lock(people: Iterable[int]) -> None:
        """The account is there by the time of the write: the plan was read before."""
        await Person.insert(Person(address=taken, created_at=now))

    monkeypatch.setattr("app.domain.authentication.replace_address.lock_people", register_and_lock)
    with pytest.raises(Conflict, match="Relisez"):
        await rename_domain(cast.admin, "exemple.fr", "exemple.net", plan.preview_version, now)
