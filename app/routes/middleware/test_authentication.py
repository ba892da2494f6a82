"""Origin: a page’s action is audited with its network and browser; a denied case leaves a line of ids only."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar.connection import ASGIConnection

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.routes.middleware.client_address import read_client_network, read_office_network
from app.tests.support.browser import BASE, Browser
from db.tables.audit import AuditEntry

SignIn = Callable[[Actor], Awaitable[Browser]]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


async def last(action: str) -> dict[str, Any]:
    line = await AuditEntry.select().where(AuditEntry.action == action).order_by(AuditEntry.id, ascending=False).first()
    assert line is not None, f"no line « {action} »"
    return line


async def test_what_a_page_does_is_told_with_its_place(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    browser.http.headers["user-agent"] = FIREFOX
    await browser.get(f"/demandes/{case_id}")

    for action in ("case.read", "case.opened"):
        line = await last(action)
        assert (line["person_id"], line["case_id"]) == (cast.referent_caf_lot.id, case_id)
        assert (line["network"], line["browser"]) == ("127.0.0.0/24", "Firefox sous Windows")

    await write_audit("case.late", now=now)
    assert (await last("case.late"))["network"] == "", "the place of a request stays with that request"


async def test_a_failed_login_is_told_about_the_account_never_with_the_address(
    anonymous_browser: Browser, cast: Cast
) -> None:
    page = await anonymous_browser.get("/login/mot-de-passe")
    typed = {"adresse": cast.agent_lot.address, "mot-de-passe": "ce n’est pas lui"}
    await anonymous_browser.press(page, "Se connecter", **typed)

    line = await last("login.refused")
    assert (line["person_id"], line["target_person_id"]) == (None, cast.agent_lot.id)
    assert line["network"] == "127.0.0.0/24"


@pytest.mark.parametrize("path", ["", "/cloture", "/flux", "/complement"])
async def test_another_s_case_leaves_a_line_and_the_page_of_an_absent_one(
    cast: Cast, case_id: UUID, sign_in: SignIn, path: str
) -> None:
    browser = await sign_in(cast.agent_cher)
    absent = await browser.http.get(f"/demandes/{uuid4()}{path}")
    assert not await AuditEntry.exists().where(AuditEntry.action == "case.refused")

    hidden = await browser.http.get(f"/demandes/{case_id}{path}")

    assert hidden.status_code == absent.status_code == 404
    line = await last("case.refused")
    assert (line["person_id"], line["case_id"], line["target_person_id"]) == (cast.agent_cher.id, case_id, None)


async def test_what_one_may_not_do_on_a_case_leaves_a_line_too(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    page = await browser.get(f"/demandes/{case_id}")
    token = page.soup.find("input", {"name": "jeton"})
    assert token is not None
    form = {"jeton": str(token["value"]), "issue": "solved"}

    answer = await browser.http.post(f"/demandes/{case_id}/cloture", data=form, headers={"origin": BASE})

    assert answer.status_code == 403
    assert (await last("case.refused"))["person_id"] == cast.referent_caf_lot.id


@pytest.mark.parametrize(
    ("address", "counted", "kept"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24"),
        ("nonsense", "", ""),
    ],
)
def test_the_trail_keeps_a_network_never_a_machine(address: str, counted: str, kept: str) -> None:
    scope: Any = {"type": "http", "client": (address, 1), "headers": []}
    connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
    assert (read_client_network(connection), read_office_network(connection)) == (counted, kept)
