"""One browser that asks for a login link, and the emails that arrive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app.tests.support.browser import Browser, Page, extract_path

if TYPE_CHECKING:
    from app.cast import Cast
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

ADDRESS = "agent.lot@exemple.fr"


class LoginByLink:
    """One browser, its emails, and the clock."""

    def __init__(self, browser: Browser, postman: EmailWorker, letterbox: FolderTransport) -> None:
        self.browser, self.email_worker, self.email_folder = browser, postman, letterbox

    async def ask_for_link(self, address: str = ADDRESS, *, path: str = "/login", **typed: str) -> Page:
        page = await self.browser.get(path)
        return await self.browser.press(page, "Recevoir mon lien de connexion", adresse=address, **typed)

    async def read_link(self) -> str:
        await self.email_worker.deliver_due()
        letter = next(one for one in await self.email_folder.read() if one.subject == "Votre lien de connexion")
        found = re.search(r"https?://\S+", letter.text)
        assert found
        return extract_path(found[0])


@pytest.fixture
def login_by_link(
    anonymous_browser: Browser, cast: Cast, email_worker: EmailWorker, email_folder: FolderTransport
) -> LoginByLink:
    return LoginByLink(anonymous_browser, email_worker, email_folder)
