"""An agent who asks for a citizen’s mandate by SMS in the wizard, and the worker that delivers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from app.domain.accounts.actor import Actor
from app.gateways.sms.provider import DemoSmsTransport
from app.gateways.sms.worker import SmsWorker
from app.tests.support.browser import Browser, Page
from db.tables.mandates import Mandate

if TYPE_CHECKING:
    from uuid import UUID

    from app.cast import Cast
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
PHONE = "06 39 98 12 34"


@pytest.fixture
def sms_worker(clock: Clock) -> SmsWorker:
    """Delivers only when the test calls it."""
    return SmsWorker(DemoSmsTransport(), clock)


@pytest.fixture
async def mandate_agent(cast: Cast, draft_id: UUID, sign_in: SignIn) -> Browser:
    await Mandate.delete().where(Mandate.case == draft_id)
    return await sign_in(cast.agent_lot)


async def request_by_sms(agent: Browser, draft_id: UUID, button: str = "Envoyer le SMS", **typed: str) -> Page:
    page = await agent.get(f"/brouillons/{draft_id}/mandat")
    return await agent.press(page, button, **{"mandat": "sms", "telephone": PHONE, **typed})
