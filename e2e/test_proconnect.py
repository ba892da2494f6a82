"""To a real provider and back in a real browser: the pages’ policy must allow this, and no more."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from app.tests.support.oidc_provider import LocalProvider, run_provider
from e2e.server import Server, run_server


@pytest.fixture(scope="module")
def provider() -> Iterator[LocalProvider]:
    with run_provider() as running:
        running.register_person("carmen", email="agent.lot@exemple.fr", email_verified=True)
        yield running


@pytest.fixture(scope="module")
def offering(provider: LocalProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    chosen = {"PROCONNECT_ISSUER": provider.issuer, "PROCONNECT_CLIENT_ID": "us", "PROCONNECT_CLIENT_SECRET": "secret"}
    folder: Path = tmp_path_factory.mktemp("proconnect")
    with run_server(folder, **chosen) as running:
        yield running


def test_there_and_back_and_out(
    new_page: Callable[..., Page], offering: Server, provider: LocalProvider, with_scripts: bool
) -> None:
    page = new_page(javascript=with_scripts, url=offering.url)
    page.goto("/profil")
    page.get_by_role("button", name="Se connecter avec ProConnect").click()
    page.wait_for_url(re.compile(re.escape(provider.issuer)))
    page.locator("input[name=sub]").first.fill("carmen")
    page.get_by_role("button", name="Authorize").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Mon profil")
    assert page.url == f"{offering.url}/profil"

    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(re.compile(re.escape(f"{provider.issuer}/oauth2/end_session")))
    page.goto(f"{offering.url}/demandes")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


def test_the_policy_names_the_provider_and_no_other_person(offering: Server, provider: LocalProvider) -> None:
    policy = httpx2.get(f"{offering.url}/login", trust_env=False).headers["content-security-policy"]
    assert f"form-action 'self' {provider.issuer};" in policy and policy.count("http") == 1
