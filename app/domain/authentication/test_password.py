"""Setting, changing, removing: proved by the present one or a fresh link; other sessions close; an email notifies."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.password import has_password, needs_current_password, remove_password, set_password
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.sessions import OpenSession, begin_session, list_sessions
from app.domain.errors import Conflict, DomainError, Invalid
from db.tables.audit import AuditEntry
from db.tables.email import Email

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

PASSWORD, OTHER = "tramway violet sous la pluie", "k7Rv-q2Lm-9xTe"


async def opened(actor: Actor, now: datetime, *, by_link: bool = False) -> OpenSession:
    token = await begin_session(actor.id, remember=False, browser="tests", now=now, by_link=by_link)
    session = (await load_request_context(token, now)).session
    assert session
    return session


async def choose(
    actor: Actor, session: OpenSession, now: datetime, new: str = PASSWORD, *, present: str = "", again: str = ""
) -> None:
    await set_password(actor, session, current=present, new=new, confirmation=again or new, network="", now=now)


async def test_choosing_one_closes_the_other_sessions_and_a_letter_tells_it(
    cast: Cast, now: datetime, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    mine, elsewhere = await opened(cast.agent_lot, now), await opened(cast.agent_lot, now)
    theirs = await opened(cast.agent_cher, now)

    await choose(cast.agent_lot, mine, now)

    assert [session.id for session in await list_sessions(cast.agent_lot, now)] == [mine.id] != [elsewhere.id]
    assert [session.id for session in await list_sessions(cast.agent_cher, now)] == [theirs.id]
    assert await AuditEntry.exists().where(
        AuditEntry.action == "password.set", AuditEntry.person_id == cast.agent_lot.id
    )
    assert await email_worker.deliver_due() == 1
    letter = (await email_folder.read())[0]
    assert (letter.to, letter.subject) == (cast.agent_lot.address, "Votre mot de passe a été changé")
    assert PASSWORD not in letter.text + letter.html and "/profil" in letter.text


async def test_changing_it_asks_for_the_present_one(cast: Cast, now: datetime) -> None:
    session = await opened(cast.agent_lot, now)
    await choose(cast.agent_lot, session, now)

    for present in ("", "un autre mot de passe"):
        with pytest.raises(Invalid) as refused:
            await choose(cast.agent_lot, session, now, OTHER, present=present)
        assert list(refused.value.fields) == ["mot-de-passe-actuel"]
    await choose(cast.agent_lot, session, now, OTHER, present=PASSWORD)
    with pytest.raises(Invalid):
        await choose(cast.agent_lot, session, now, PASSWORD, present=PASSWORD)


async def test_a_link_followed_less_than_ten_minutes_ago_is_proof_enough(cast: Cast, now: datetime) -> None:
    await choose(cast.agent_lot, await opened(cast.agent_lot, now), now)
    fresh = await opened(cast.agent_lot, now, by_link=True)

    assert not await needs_current_password(cast.agent_lot, fresh, now + timedelta(minutes=9))
    assert await needs_current_password(cast.agent_lot, fresh, now + timedelta(minutes=10))
    await choose(cast.agent_lot, fresh, now, OTHER)


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [
        ("", "", "mot-de-passe"),
        ("onze-signes", "", "mot-de-passe"),
        ("Motdepasse2024!", "", "mot-de-passe"),
        ("Carmen.Vidal.46!", "", "mot-de-passe"),
        ("x" * 129, "", "mot-de-passe"),
        (PASSWORD, PASSWORD + "s", "mot-de-passe-encore"),
    ],
)
async def test_a_poor_choice_is_explained_and_changes_nothing(
    cast: Cast, now: datetime, new: str, again: str, field: str
) -> None:
    mine, elsewhere = await opened(cast.agent_lot, now), await opened(cast.agent_lot, now)

    with pytest.raises(Invalid) as refused:
        await choose(cast.agent_lot, mine, now, new, again=again)

    assert list(refused.value.fields) == [field]
    assert not await has_password(cast.agent_lot)
    assert len(await list_sessions(cast.agent_lot, now)) == len([mine, elsewhere])


async def test_removing_it_leaves_links_alone_and_is_told_once(cast: Cast, now: datetime) -> None:
    mine = await opened(cast.agent_lot, now)
    await choose(cast.agent_lot, mine, now)
    await opened(cast.agent_lot, now)

    await remove_password(cast.agent_lot, mine, now)
    await remove_password(cast.agent_lot, mine, now)

    assert not await has_password(cast.agent_lot)
    assert [session.id for session in await list_sessions(cast.agent_lot, now)] == [mine.id]
    assert await Email.count().where(Email.kind == "password_off") == 1


async def test_of_two_changes_at_once_one_wins_and_the_other_is_told(cast: Cast, now: datetime) -> None:
    mine = await opened(cast.agent_lot, now, by_link=True)

    done = await asyncio.gather(
        choose(cast.agent_lot, mine, now, PASSWORD),
        choose(cast.agent_lot, mine, now, OTHER),
        return_exceptions=True,
    )

    assert [type(result) for result in done if isinstance(result, DomainError)] == [Conflict]
    assert await Email.count().where(Email.kind == "password_set") == 1
