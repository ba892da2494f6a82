"""A provider that lies, breaks or redirects elsewhere is not trusted; a true one is asked only for what is needed."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from app.domain.authentication.oidc import AuthorizationRequest, Claims, ProviderInvalidError, ProviderUnavailableError
from app.gateways.proconnect import ProConnect
from app.settings import ProConnectSettings as Chosen
from app.tests.support.browser import BASE
from app.tests.support.log_check import LogRecorder
from app.tests.support.oidc_provider import LocalProvider, run_provider, sign_claims

ISSUED = AuthorizationRequest(state="s" * 64, nonce="n" * 64, verifier="v" * 64)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalProvider]:
    with run_provider() as running:
        running.register_person("carmen", email="agent.lot@exemple.fr", email_verified=True)
        yield running


@pytest.fixture
def provider(server: LocalProvider) -> LocalProvider:
    server.lie, server.answer_about, server.signs_people = None, dict, False
    return server


def ours(provider: LocalProvider) -> ProConnect:
    return ProConnect(Chosen(provider.issuer, "us", "secret"), BASE)


async def claims_of(provider: LocalProvider, sub: str = "carmen", issued: AuthorizationRequest = ISSUED) -> Claims:
    gateway = ours(provider)
    back = provider.sign_in(await gateway.build_authorization_url(ISSUED), sub)
    code = parse_qs(urlsplit(back).query)["code"][0]
    return await gateway.fetch_claims(code, issued, datetime.now(UTC))


async def test_it_says_who_came_and_how(provider: LocalProvider) -> None:
    provider.register_person("odile", email="Admin@exemple.fr", email_verified=False, amr=["pwd", "mfa"], acr="eidas2")

    carmen, odile = await claims_of(provider), await claims_of(provider, "odile")

    assert (carmen.issuer, carmen.address, carmen.email_verified) == (provider.issuer, "agent.lot@exemple.fr", True)
    assert (carmen.methods, carmen.level) == (frozenset(), "") and carmen.logout_hint.count(".") == 2
    assert (odile.email_verified, odile.methods, odile.level) == (False, frozenset({"pwd", "mfa"}), "eidas2")
    assert (await claims_of(provider, "personne@exemple.fr")).email_verified is None


async def test_what_is_asked_of_it(provider: LocalProvider) -> None:
    asked = parse_qs(urlsplit(await ours(provider).build_authorization_url(ISSUED)).query)

    assert asked["response_type"] == ["code"] and asked["scope"] == ["openid email"]
    assert asked["redirect_uri"] == [f"{BASE}/login/proconnect/retour"]
    assert (asked["state"], asked["nonce"]) == ([ISSUED.state], [ISSUED.nonce])
    assert asked["code_challenge_method"] == ["S256"] and ISSUED.verifier not in str(asked)


async def test_proconnect_signs_what_it_says_of_a_person(provider: LocalProvider) -> None:
    provider.signs_people = True

    assert (await claims_of(provider)).address == "agent.lot@exemple.fr"


LIES: dict[str, Any] = {
    "another nonce": lambda claims, key: sign_claims(claims | {"nonce": "x" * 64}, key),
    "no nonce": lambda claims, key: sign_claims({name: claims[name] for name in claims if name != "nonce"}, key),
    "for somebody else": lambda claims, key: sign_claims(claims | {"aud": "others"}, key),
    "for us among others, made for them": lambda claims, key: sign_claims(
        claims | {"aud": ["us", "others"], "azp": "others"}, key
    ),
    "another issuer": lambda claims, key: sign_claims(claims | {"iss": "https://evil.example"}, key),
    "too old": lambda claims, key: sign_claims(
        claims | {"exp": claims["iat"] - 3600, "iat": claims["iat"] - 7200}, key
    ),
    "of the future": lambda claims, key: sign_claims(claims | {"iat": claims["iat"] + 3600}, key),
    "no expiry": lambda claims, key: sign_claims({name: claims[name] for name in claims if name != "exp"}, key),
    "another access token": lambda claims, key: sign_claims(claims | {"at_hash": "x" * 22}, key),
    "another person": lambda claims, key: sign_claims(claims | {"sub": "odile"}, key),
    "another key": lambda claims, key: sign_claims(claims, RSAKey.generate_key(2048)),
    "a shared secret": lambda claims, key: sign_claims(claims, OctKey.import_key("secret" * 8), "HS256"),
    "its public key as a shared secret": lambda claims, key: _by_its_public_key(claims, key.as_pem(private=False)),
    "no signature": lambda claims, key: f"{_words(claims, 'none')}.",
    "the signature of other words": lambda claims, key: (
        f"{_words(claims | {'amr': ['mfa']})}.{sign_claims(claims, key).rsplit('.', 1)[1]}"
    ),
    "no token": lambda claims, key: "nothing",
    "empty": lambda claims, key: "",
}


def _words(claims: dict[str, Any], alg: str = "RS256") -> str:
    """The claims of an unsigned token."""
    return f"{_packed(json.dumps({'alg': alg}).encode())}.{_packed(json.dumps(claims).encode())}"


def _packed(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _by_its_public_key(claims: dict[str, Any], public: bytes) -> str:
    """Signed with the public key, which works where a verifier trusts the token’s own « alg »."""
    words = _words(claims, "HS256")
    return f"{words}.{_packed(hmac.digest(public, words.encode(), 'sha256'))}"


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_not_believed(provider: LocalProvider, lie: str) -> None:
    provider.lie = LIES[lie]

    with pytest.raises(ProviderInvalidError):
        await claims_of(provider)


async def test_the_words_of_another_login_are_not_for_this_one(provider: LocalProvider) -> None:
    with pytest.raises(ProviderInvalidError):
        await claims_of(provider, issued=AuthorizationRequest(ISSUED.state, "o" * 64, ISSUED.verifier))


async def test_a_code_that_is_none_is_refused(provider: LocalProvider) -> None:
    with pytest.raises(ProviderInvalidError):
        await ours(provider).fetch_claims("invented", ISSUED, datetime.now(UTC))


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"])
@pytest.mark.parametrize("place", ["http://127.0.0.1:1/x", "https://evil.example/", "http://localhost.evil.example/"])
async def test_nothing_is_asked_elsewhere(provider: LocalProvider, name: str, place: str) -> None:
    provider.answer_about = lambda about: about | {name: place}

    with pytest.raises(ProviderInvalidError):
        await ours(provider).build_authorization_url(ISSUED)


@pytest.mark.parametrize("about", [{"issuer": "https://evil.example"}, {"issuer": ""}])
async def test_it_must_be_the_one_of_the_settings(provider: LocalProvider, about: dict[str, str]) -> None:
    provider.answer_about = lambda known: known | about

    with pytest.raises(ProviderInvalidError):
        await ours(provider).build_authorization_url(ISSUED)


@pytest.mark.parametrize("about", [{"jwks_uri": 3}, {"token_endpoint": None}])
async def test_what_cannot_be_read_is_a_provider_that_is_down(provider: LocalProvider, about: dict[str, Any]) -> None:
    provider.answer_about = lambda known: {**known, **about}

    with pytest.raises((ProviderUnavailableError, ProviderInvalidError)):
        await ours(provider).build_authorization_url(ISSUED)


async def test_an_address_that_is_none_is_a_provider_that_is_down(provider: LocalProvider) -> None:
    provider.answer_about = lambda about: about | {"jwks_uri": f"{provider.issuer}/\x01"}

    with pytest.raises(ProviderUnavailableError):
        await claims_of(provider)


async def test_the_journal_holds_no_secret_of_an_exchange(
    provider: LocalProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """At full verbosity httpx2 logs each address and httpcore2 each header: the product’s log has neither."""
    secret = "chuchotement"
    provider.answer_about = lambda about: about | {"userinfo_endpoint": f"{about['userinfo_endpoint']}?code={secret}"}
    caplog.set_level(logging.DEBUG)
    journal = LogRecorder()
    logging.getLogger().addHandler(journal)
    try:
        token = (await claims_of(provider)).logout_hint
    finally:
        logging.getLogger().removeHandler(journal)

    theirs = [one for one in caplog.records if one.name.startswith(("httpx2", "httpcore2"))]
    worded = "\n".join(one.getMessage() for one in theirs)
    assert secret in worded and "/oauth2/token" in worded, "this is how it would show"
    assert {one.name.split(".")[0] for one in theirs} == {"httpx2", "httpcore2"}
    assert not [word for word in (secret, token, "/oauth2/token", "localhost") if word in "\n".join(journal.lines)]


async def test_no_one_answers() -> None:
    gateway = ProConnect(Chosen("http://localhost:1", "us", "secret"), BASE)

    for asked in (gateway.build_authorization_url(ISSUED), gateway.build_logout_url("hint")):
        with pytest.raises(ProviderUnavailableError):
            await asked


async def test_leaving_leads_to_its_own_end_where_it_has_one(provider: LocalProvider) -> None:
    address = urlsplit(await ours(provider).build_logout_url("hint"))
    asked = parse_qs(address.query)
    assert address.path == "/oauth2/end_session" and asked["id_token_hint"] == ["hint"]
    assert asked["post_logout_redirect_uri"] == [f"{BASE}/login"] and len(asked["state"][0]) == 64

    provider.answer_about = lambda known: {name: known[name] for name in known if name != "end_session_endpoint"}
    assert await ours(provider).build_logout_url("hint") == ""
