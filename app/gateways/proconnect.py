"""ProConnect, or another OpenID Connect provider: authorization code flow with PKCE; the signature of each answer is
checked.

Requests go to the issuer’s own host only, and no redirection is followed. Source: issue 6, 1.
"""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.domain.authentication.oidc import AuthorizationRequest, Claims, ProviderInvalidError, ProviderUnavailableError
from app.domain.tokens import make_token
from app.settings import ProConnectSettings as Chosen

HTTP_TIMEOUT = 10.0
ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures by the provider’s key pairs only: « none » and shared secrets are not accepted."""
_LEEWAY = 60
_DISCOVERY_LIFETIME = timedelta(hours=1).total_seconds()
_CLAIMS_REQUEST = json.dumps({"id_token": {"amr": {"essential": True}}}, separators=(",", ":"))
"""ProConnect gives the authentication methods (amr) only when they are requested."""
_REQUIRED_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class ProConnect:
    """Caches the discovery document for an hour. Reads the provider’s keys at each login."""

    def __init__(self, chosen: Chosen, public_url: str) -> None:
        self._settings, self._home = chosen, public_url
        self._discovery: dict[str, Any] = {}
        self._discovery_until = 0.0
        self._tls = ssl.create_default_context()  # loaded once: each client would load the authorities again

    async def build_authorization_url(self, issued: AuthorizationRequest) -> str:
        async with self._open_client() as client:
            about = await self._load_discovery(client)
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"],
                state=issued.state,
                code_verifier=issued.verifier,
                nonce=issued.nonce,
                claims=_CLAIMS_REQUEST,
            )
            return str(address)

    async def fetch_claims(self, code: str, issued: AuthorizationRequest, now: datetime) -> Claims:
        async with self._open_client() as client:
            about = await self._load_discovery(client)
            token = await client.fetch_token(
                about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=issued.verifier
            )
            keys = KeySet.import_key_set({"keys": (await self._fetch_json(client, about["jwks_uri"]))["keys"]})
            proof = self._verify_id_token(token, keys, issued, now)
            person = self._read_userinfo(await client.get(about["userinfo_endpoint"]), keys, proof)
        return Claims(
            issuer=self._settings.issuer,
            address=str(person.get("email") or ""),
            email_verified=None if "email_verified" not in person else person["email_verified"] is True,
            methods=frozenset(str(method) for method in proof.get("amr") or ()),
            level=str(proof.get("acr") or ""),
            logout_hint=token["id_token"],
            subject=str(proof["sub"]),
        )

    async def build_logout_url(self, hint: str) -> str:
        async with self._open_client() as client:
            end = (await self._load_discovery(client)).get("end_session_endpoint")
        back = {"id_token_hint": hint, "state": make_token(), "post_logout_redirect_uri": f"{self._home}/login"}
        return f"{end}?{urlencode(back)}" if end else ""

    def _verify_id_token(
        self, token: dict[str, Any], keys: KeySet, issued: AuthorizationRequest, now: datetime
    ) -> CodeIDToken:
        read = _decode_jwt(token["id_token"], keys)
        proof = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": self._settings.issuer},
                "aud": {"essential": True, "value": self._settings.client_id},
            },
            {"nonce": issued.nonce, "client_id": self._settings.client_id, "access_token": token["access_token"]},
        )
        proof.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        return proof

    def _read_userinfo(self, answer: httpx2.Response, keys: KeySet, proof: CodeIDToken) -> dict[str, Any]:
        """Userinfo, signed (ProConnect) or plain. Raises ProviderInvalidError unless it is about the same subject."""
        answer.raise_for_status()
        signed = answer.headers.get("content-type", "").startswith("application/jwt")
        said = _decode_jwt(answer.text, keys).claims if signed else answer.json()
        if said["sub"] != proof["sub"]:
            raise ProviderInvalidError("sub")
        return dict(said)

    async def _load_discovery(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        if monotonic() >= self._discovery_until:
            address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
            about = await self._fetch_json(client, address)
            if about["issuer"] != self._settings.issuer or not all(
                self._is_issuer_url(str(about[name])) for name in _REQUIRED_ENDPOINTS
            ):
                raise ProviderInvalidError("issuer")
            self._discovery, self._discovery_until = about, monotonic() + _DISCOVERY_LIFETIME
        return self._discovery

    def _is_issuer_url(self, address: str) -> bool:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" == self._settings.origin

    async def _fetch_json(self, client: AsyncOAuth2Client, address: str) -> dict[str, Any]:
        answer = await client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        return dict(answer.json())

    @asynccontextmanager
    async def _open_client(self) -> AsyncIterator[AsyncOAuth2Client]:
        """Turns every failure into ProviderInvalidError or ProviderUnavailableError."""
        try:
            async with AsyncOAuth2Client(
                client_id=self._settings.client_id,
                client_secret=self._settings.client_secret,
                token_endpoint_auth_method="client_secret_post",  # noqa: S106
                scope="openid email",
                redirect_uri=f"{self._home}/login/proconnect/retour",
                code_challenge_method="S256",
                leeway=0,
                timeout=HTTP_TIMEOUT,
                verify=self._tls,
                trust_env=False,
                event_hooks={"request": [self._check_host]},
            ) as client:
                try:
                    yield client
                finally:
                    client.token_auth = None  # breaks a reference cycle: it would stay until the night
        except (JoseError, OAuthError) as untrue:
            raise ProviderInvalidError(type(untrue).__name__) from untrue
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError) as unreadable:
            raise ProviderUnavailableError(type(unreadable).__name__) from unreadable

    async def _check_host(self, request: httpx2.Request) -> None:
        if not self._is_issuer_url(str(request.url)):
            raise ProviderInvalidError("another place")


def _decode_jwt(text: str, keys: KeySet) -> jwt.Token:
    """Raises ProviderInvalidError for any defect."""
    try:
        return jwt.decode(text, keys, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError) as untrue:
        raise ProviderInvalidError(type(untrue).__name__) from untrue
