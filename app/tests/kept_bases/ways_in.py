"""How people log in: passwords, a second factor, a ProConnect identity, sessions, and pending logins.

Tests log in with the plain values below. None of them is a secret. None of them changes: they open the kept bases.
"""

import base64
import hashlib
from unittest.mock import patch

from app.cast import build_address
from app.domain.accounts.actor import Actor
from app.domain.authentication import sessions
from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.oidc import begin_provider_login
from app.domain.authentication.password import set_password
from app.domain.authentication.password_login import log_in_with_password
from app.domain.authentication.pending_login import complete_first_factor
from app.domain.authentication.provider_identity import bind_identity, hash_subject
from app.domain.authentication.recovery_codes import use_recovery_code
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.result import Visitor
from app.domain.authentication.second_factor import SetupOffer, complete_factor_setup
from app.domain.authentication.sessions import OpenSession, begin_session
from app.domain.authentication.totp import compute_code, compute_step
from app.domain.errors import Invalid
from app.tests.kept_bases.context import HistoryWorld, load_person
from db.engine import transaction

PASSWORD = "sept hérons et un brochet"  # noqa: S105
"""The password of Carmen and of Odile."""
FACTOR = base64.b32encode(b"kept for tests alone").decode()
"""The secret shared with the admin’s phone."""
REMEMBERED_LOGINS = ("agent.lot", "referent.caf.lot", "admin")
"""The people whose browser still has an open session."""
_HINT = "what the provider wants back"
_HERE = "203.0.113.7"
_DESK = Visitor(browser="kept desk", network=_HERE, browser_label="Firefox sous Linux")


def build_session_cookie(login: str) -> str:
    """The value of the session cookie in this person’s browser."""
    return hashlib.sha256(f"kept browser of {login}".encode()).hexdigest()


async def write_logins(world: HistoryWorld) -> None:
    cast = world.cast
    for actor in (cast.agent_lot, cast.admin):
        session = await _signed_in(world, actor)
        now = world.tick()
        await set_password(actor, session, current="", new=PASSWORD, confirmation=PASSWORD, network=_HERE, now=now)
    await _second_factor(world)
    await bind_identity(cast.supervisor_lot.id, hash_subject("https://fournisseur.exemple.fr", "yves"), world.tick())
    for login in REMEMBERED_LOGINS:
        with patch.object(sessions, "make_token", lambda login=login: build_session_cookie(login)):
            await _signed_in(world, await load_person(login))
    await _half_done(world)


async def _signed_in(world: HistoryWorld, actor: Actor) -> OpenSession:
    proved = actor.id == world.cast.admin.id
    token = await begin_session(
        actor.id,
        remember=True,
        browser=_DESK.browser_label,
        now=world.tick(),
        second_factor=proved,
        logout_hint=_HINT,
    )
    session = (await load_request_context(token, world.clock.now)).session
    assert session
    return session


async def _second_factor(world: HistoryWorld) -> None:
    admin = world.cast.admin
    session, code = await _signed_in(world, admin), compute_code(FACTOR, compute_step(world.clock.now))
    codes = await complete_factor_setup(admin, session, SetupOffer(FACTOR, ""), code=code, now=world.clock.now)
    async with transaction():
        assert await use_recovery_code(admin.id, codes[0], world.tick())


async def _half_done(world: HistoryWorld) -> None:
    """Two login links, one for an unknown address; a wrong password; an awaited code; a login begun at ProConnect."""
    for address in (build_address("collegue.lot"), "inconnue@exemple.fr"):
        asked = {"browser": "kept desk", "network": _HERE, "remember": False, "next_path": ""}
        await request_login_link(address, now=world.tick(), **asked)  # type: ignore[arg-type]
    for words in ("un mot de passe faux", PASSWORD):
        try:
            await log_in_with_password(
                build_address("admin"), words, _DESK, remember=False, next_path="", now=world.tick()
            )
        except Invalid:
            assert words != PASSWORD
    async with transaction():
        admin = world.cast.admin.id
        await complete_first_factor(admin, _DESK, remember=False, logout_hint=_HINT, now=world.tick())
    await begin_provider_login(_DESK, next_path="", now=world.tick())
