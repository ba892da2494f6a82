"""The second factor: set up by a code, stored encrypted, notified, audited; removed by a code or by an admin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication import second_factor
from app.domain.authentication.recovery_codes import CODE_COUNT, count_codes_left, use_recovery_code
from app.domain.authentication.second_factor import (
    IdentityCheck,
    complete_factor_setup,
    decrypt_setup_offer,
    make_setup_offer,
    must_set_up_factor,
    remove_factor,
    renew_recovery_codes,
    reset_factor,
    reset_factor_by_address,
)
from app.domain.authentication.stored_factor import accept_code, find_factor_since, has_second_factor
from app.domain.authentication.totp import compute_code, compute_step
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, UnreadableError
from app.domain.operations.key_rotation import reencrypt_database
from app.settings import settings
from app.settings.keys import Key
from app.tests.support.authentication_fixtures import open_session, set_up_second_factor
from db.encryption import use_keys
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.second_factor import RecoveryCode, SecondFactor
from db.tables.sessions import Session

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

NETWORK = "203.0.113.7"


async def told(kind: str) -> list[int]:
    return [row["person"] for row in await Email.select(Email.person).where(Email.kind == kind)]


async def last_line() -> tuple[str, int | None, int | None]:
    row = await AuditEntry.select().order_by(AuditEntry.id, ascending=False).first()
    assert row is not None
    return row["action"], row["person_id"], row["target_person_id"]


async def test_a_first_code_sets_it_up_ends_the_other_sessions_and_tells_the_person(cast: Cast, now: datetime) -> None:
    agent, offer = cast.agent_lot, make_setup_offer(cast.agent_lot)
    here, there = await open_session(agent, now), await open_session(agent, now)

    codes = await complete_factor_setup(agent, here, offer, code=compute_code(offer.secret, compute_step(now)), now=now)

    assert (
        len(set(codes)) == await count_codes_left(agent.id) == CODE_COUNT and await find_factor_since(agent.id) == now
    )
    assert await told("factor_set") == [agent.id] and await last_line() == ("factor.set", agent.id, None)
    left = await Session.select(Session.id, Session.second_factor).where(Session.person == agent.id)
    assert left == [{"id": here.id, "second_factor": True}] and there.id != here.id
    assert not await accept_code(agent.id, compute_code(offer.secret, compute_step(now)), now), "it has served"


@pytest.mark.parametrize("code", ["", "000000", "abc"])
async def test_a_wrong_first_code_keeps_nothing(cast: Cast, now: datetime, code: str) -> None:
    session = await open_session(cast.agent_lot, now)
    with pytest.raises(Invalid) as refused:
        await complete_factor_setup(cast.agent_lot, session, make_setup_offer(cast.agent_lot), code=code, now=now)

    assert list(refused.value.fields) == ["code"] and not await has_second_factor(cast.agent_lot.id)


async def test_an_offer_is_its_persons_alone(cast: Cast, now: datetime) -> None:
    offer = make_setup_offer(cast.agent_lot)

    assert decrypt_setup_offer(cast.agent_lot, offer.encrypted) == offer and offer.secret not in offer.encrypted
    for sealed in ("", "x", offer.encrypted[:-2], make_setup_offer(cast.admin).encrypted):
        assert decrypt_setup_offer(cast.agent_lot, sealed) is None
    with pytest.raises(Invalid):
        await complete_factor_setup(
            cast.agent_lot, await open_session(cast.agent_lot, now), None, code="123456", now=now
        )


async def test_a_second_one_is_refused(cast: Cast, now: datetime) -> None:
    phone = await set_up_second_factor(cast.agent_lot, now)
    session, offer = await open_session(cast.agent_lot, now), make_setup_offer(cast.agent_lot)

    with pytest.raises(Conflict):
        await complete_factor_setup(
            cast.agent_lot, session, offer, code=compute_code(offer.secret, compute_step(now)), now=now
        )

    assert (
        await accept_code(cast.agent_lot.id, phone.current_code(now), now)
        and await count_codes_left(cast.agent_lot.id) == CODE_COUNT
    )


async def test_nothing_readable_is_kept_and_a_row_moved_opens_for_no_one(cast: Cast, now: datetime) -> None:
    phone = await set_up_second_factor(cast.agent_lot, now)
    kept = str(await SecondFactor.select()) + str(await RecoveryCode.select())
    assert phone.secret not in kept and not any(code in kept for code in phone.recovery_codes)

    await SecondFactor.update({SecondFactor.person: cast.admin.id}).where(SecondFactor.person == cast.agent_lot.id)
    with pytest.raises(UnreadableError):
        await accept_code(cast.admin.id, phone.current_code(now), now)
    await RecoveryCode.update({RecoveryCode.person: cast.admin.id}).where(RecoveryCode.person == cast.agent_lot.id)
    assert not await use_recovery_code(cast.admin.id, phone.recovery_codes[0], now)


async def test_it_follows_a_rotation_of_the_keys(cast: Cast, now: datetime) -> None:
    phone, newer = await set_up_second_factor(cast.agent_lot, now), Key("2028", b"n" * 32)
    with use_keys(newer, *settings.encryption_keys):
        await reencrypt_database()

    with use_keys(newer):
        assert await accept_code(cast.agent_lot.id, phone.current_code(now), now)


async def test_other_recovery_codes_replace_the_old_ones(cast: Cast, now: datetime) -> None:
    agent, phone = cast.agent_lot, await set_up_second_factor(cast.agent_lot, now)
    await use_recovery_code(agent.id, phone.recovery_codes[0], now)

    codes = await renew_recovery_codes(agent, code=phone.current_code(now), network=NETWORK, now=now)

    assert await count_codes_left(agent.id) == CODE_COUNT and await last_line() == ("factor.codes", agent.id, None)
    assert not await use_recovery_code(agent.id, phone.recovery_codes[1], now) and await use_recovery_code(
        agent.id, codes[1], now
    )


@pytest.mark.parametrize("proof", ["code", "recovery code"])
async def test_it_is_taken_away_by_a_code_and_the_person_is_told(cast: Cast, now: datetime, proof: str) -> None:
    agent, phone = cast.agent_lot, await set_up_second_factor(cast.agent_lot, now)
    here, there = await open_session(agent, now), await open_session(agent, now)
    code = phone.current_code(now) if proof == "code" else phone.recovery_codes[0]

    await remove_factor(agent, here, code=code, network=NETWORK, now=now)

    assert not await has_second_factor(agent.id) and await RecoveryCode.count() == 0
    assert await told("factor_off") == [agent.id] and await last_line() == ("factor.removed", agent.id, None)
    assert [row["id"] for row in await Session.select(Session.id).where(Session.person == agent.id)] == [here.id]
    assert there.id != here.id


async def test_guesses_in_an_open_session_are_counted_too(cast: Cast, now: datetime) -> None:
    phone, session = await set_up_second_factor(cast.agent_lot, now), await open_session(cast.agent_lot, now)
    for _ in range(10):
        with pytest.raises(Invalid):
            await remove_factor(cast.agent_lot, session, code=phone.wrong_code(now), network=NETWORK, now=now)

    with pytest.raises(TooManyRequests):
        await remove_factor(cast.agent_lot, session, code=phone.current_code(now), network=NETWORK, now=now)
    with pytest.raises(TooManyRequests):
        await renew_recovery_codes(cast.agent_lot, code=phone.current_code(now), network=NETWORK, now=now)
    assert await has_second_factor(cast.agent_lot.id)


async def test_an_admin_takes_it_away_from_who_lost_their_telephone(cast: Cast, now: datetime) -> None:
    await set_up_second_factor(cast.agent_lot, now)

    await reset_factor(cast.admin, cast.agent_lot.id, IdentityCheck.SEEN, now)

    assert not await has_second_factor(cast.agent_lot.id) and await told("factor_seen") == [cast.agent_lot.id]
    assert await last_line() == ("factor.reset.seen", cast.admin.id, cast.agent_lot.id)
    assert await Session.count().where(Session.person == cast.agent_lot.id) == 0
    with pytest.raises(Conflict):
        await reset_factor(cast.admin, cast.agent_lot.id, IdentityCheck.SEEN, now)


@pytest.mark.parametrize("checked", IdentityCheck)
async def test_how_they_made_sure_who_asks_is_in_the_trail_and_in_the_letter(
    cast: Cast, now: datetime, checked: IdentityCheck, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    await set_up_second_factor(cast.agent_lot, now)
    await email_worker.deliver_due()
    with pytest.raises(Invalid) as refused:
        await reset_factor(cast.admin, cast.agent_lot.id, None, now)
    assert list(refused.value.fields) == ["verification"] and await has_second_factor(cast.agent_lot.id)

    await reset_factor(cast.admin, cast.agent_lot.id, checked, now)

    assert await last_line() == (f"factor.reset.{checked}", cast.admin.id, cast.agent_lot.id)
    assert await email_worker.deliver_due() == 1
    (letter, *_) = await email_folder.read(cast.agent_lot.address)
    said = {
        IdentityCheck.SEEN: "vous avoir vu",
        IdentityCheck.CALLED: "vous avoir rappelé",
        IdentityCheck.VOUCHED: "votre responsable",
    }
    assert said[checked] in letter.text and said[checked] in letter.html


async def test_no_other_person_does_and_an_admin_not_for_themselves(cast: Cast, now: datetime) -> None:
    await set_up_second_factor(cast.referent_caf_lot, now)
    await set_up_second_factor(cast.admin, now)
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.referent_caf_lot):
        with pytest.raises(NotFound):
            await reset_factor(actor, cast.referent_caf_lot.id, IdentityCheck.SEEN, now)
    with pytest.raises(Forbidden):
        await reset_factor(cast.admin, cast.admin.id, IdentityCheck.SEEN, now)
    for nobody in (0, -1, 2**40, 2**31 - 1):
        with pytest.raises(NotFound):
            await reset_factor(cast.admin, nobody, IdentityCheck.SEEN, now)
    assert await SecondFactor.count() == 2


async def test_the_command_line_does_it_by_address(cast: Cast, now: datetime) -> None:
    await set_up_second_factor(cast.admin, now)

    await reset_factor_by_address(" Admin@exemple.fr", now)

    assert not await has_second_factor(cast.admin.id) and await told("factor_reset") == [cast.admin.id]
    assert await last_line() == ("factor.reset", None, cast.admin.id)
    with pytest.raises(NotFound):
        await reset_factor_by_address("personne@exemple.fr", now)


async def test_it_is_obligatory_for_administrators_outside_the_demonstration(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def obliged(actor: Actor, *, proved: bool) -> bool:
        return must_set_up_factor(actor, replace(session, second_factor=proved))

    session = await open_session(cast.admin, now)
    assert not obliged(cast.admin, proved=False)
    monkeypatch.setattr(second_factor, "settings", replace(settings, demo=False))
    assert obliged(cast.admin, proved=False) and not obliged(cast.admin, proved=True)
    assert not any(obliged(actor, proved=False) for actor in (cast.agent_lot, cast.supervisor_lot, cast.expert))
