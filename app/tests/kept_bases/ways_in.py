"""How people come in: passwords, a second factor, an identity at ProConnect, sessions, and logins half done.

What opens them is made from plain words here, so that tests come in as these people do. None of it is a secret.
None of it changes: the bases that are kept open by it.
"""

import base64
import hashlib
from unittest.mock import patch

from app.cast import address_of
from app.domain.accounts.actor import Actor
from app.domain.authentication import sessions
from app.domain.authentication.identify import recognise
from app.domain.authentication.login_link import ask_for_link
from app.domain.authentication.oidc import begin_visit
from app.domain.authentication.password import set_password
from app.domain.authentication.password_login import enter_with_password
from app.domain.authentication.pending_login import begin_or_wait
from app.domain.authentication.provider_identity import bind, subject_hash
from app.domain.authentication.recovery_codes import use_code
from app.domain.authentication.result import Visitor
from app.domain.authentication.second_factor import Offer, set_up
from app.domain.authentication.sessions import OpenSession, begin_session
from app.domain.authentication.totp import code_at, step_of
from app.domain.errors import Invalid
from app.tests.kept_bases.context import World, person
from db.engine import transaction

WORDS = "sept hérons et un brochet"
"""The password of Carmen and of Odile."""
FACTOR = base64.b32encode(b"kept for tests alone").decode()
"""What the administrator's telephone shares with us."""
REMEMBERED = ("agent.lot", "referent.caf.lot", "admin")
"""The people whose browser is still signed in."""
_HINT = "what the provider wants back"
_HERE = "203.0.113.7"
_DESK = Visitor(browser="kept desk", network=_HERE, label="Firefox sous Linux")


def cookie_of(login: str) -> str:
    """What the session cookie of this person's browser holds."""
    return hashlib.sha256(f"kept browser of {login}".encode()).hexdigest()


async def write_ways_in(world: World) -> None:
    cast = world.cast
    for actor in (cast.agent_lot, cast.admin):
        session = await _signed_in(world, actor)
        now = world.now()
        await set_password(actor, session, present="", new=WORDS, again=WORDS, network=_HERE, now=now)
    await _second_factor(world)
    await bind(cast.supervisor_lot.id, subject_hash("https://fournisseur.exemple.fr", "yves"), world.now())
    for login in REMEMBERED:
        with patch.object(sessions, "new_token", lambda login=login: cookie_of(login)):
            await _signed_in(world, await person(login))
    await _half_done(world)


async def _signed_in(world: World, actor: Actor) -> OpenSession:
    proved = actor.id == world.cast.admin.id
    token = await begin_session(
        actor.id,
        remember=True,
        browser=_DESK.label,
        now=world.now(),
        second_factor=proved,
        logout_hint=_HINT,
    )
    session = (await recognise(token, world.clock.now)).session
    assert session
    return session


async def _second_factor(world: World) -> None:
    admin = world.cast.admin
    session, code = await _signed_in(world, admin), code_at(FACTOR, step_of(world.clock.now))
    codes = await set_up(admin, session, Offer(FACTOR, ""), code=code, now=world.clock.now)
    async with transaction():
        assert await use_code(admin.id, codes[0], world.now())


async def _half_done(world: World) -> None:
    """Two links asked for, one by an unknown address; a wrong password; a code awaited; a way out to ProConnect."""
    for address in (address_of("collegue.lot"), "inconnue@exemple.fr"):
        asked = {"browser": "kept desk", "network": _HERE, "remember": False, "next_path": ""}
        await ask_for_link(address, now=world.now(), **asked)  # type: ignore[arg-type]
    for words in ("un mot de passe faux", WORDS):
        try:
            await enter_with_password(address_of("admin"), words, _DESK, remember=False, next_path="", now=world.now())
        except Invalid:
            assert words != WORDS
    async with transaction():
        admin = world.cast.admin.id
        await begin_or_wait(admin, _DESK, remember=False, logout_hint=_HINT, now=world.now())
    await begin_visit(_DESK, next_path="", now=world.now())
