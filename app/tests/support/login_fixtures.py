"""One browser that asks for a login link, and the emails that arrive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app.tests.support.browser import Browser, Page, own_path

if TYPE_CHECKING:
    from app.cast import Cast
    from app.gateways.email.transport import FolderMail
    from app.gateways.email.worker import Postman

ADDRESS = "agent.lot@exemple.fr"


class Desk:
    """One browser, the letters that arrive, and time."""

    def __init__(self, browser: Browser, postman: Postman, letterbox: FolderMail) -> None:
        self.browser, self.postman, self.letterbox = browser, postman, letterbox

    async def ask(self, address: str = ADDRESS, *, path: str = "/login", **typed: str) -> Page:
        page = await self.browser.get(path)
        return await self.browser.press(page, "Recevoir mon lien de connexion", adresse=address, **typed)

    async def link(self) -> str:
        await self.postman.deliver_due()
        letter = next(one for one in await self.letterbox.read() if one.subject == "Votre lien de connexion")
        found = re.search(r"https?://\S+", letter.text)
        assert found
        return own_path(found[0])


@pytest.fixture
def desk(anonymous: Browser, cast: Cast, postman: Postman, letterbox: FolderMail) -> Desk:
    return Desk(anonymous, postman, letterbox)
