"""ProConnect, or another OpenID Connect provider: authorization code, PKCE, every answer's signature verified.

Nothing is ever asked of another place than the issuer's own; no redirection is followed. Source: issue 6, 1.
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

from app.domain.authentication.oidc import Claims, Pass, ProviderDownError, ProviderUntrueError
from app.domain.tokens import new_token
from app.settings import ProConnect as Chosen

PATIENCE = 10.0
ALGORITHMS = ("RS256", "PS256", "ES256")
"""By the provider's own key pairs alone: neither « none » nor a shared secret signs anything here."""
_LEEWAY = 60
_KNOWN_FOR = timedelta(hours=1).total_seconds()
_METHODS = json.dumps({"id_token": {"amr": {"essential": True}}}, separators=(",", ":"))
"""ProConnect says how somebody proved who they are only when asked."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class ProConnect:
    """What it says of itself is read once an hour, its keys at each login."""

    def __init__(self, chosen: Chosen, public_url: str) -> None:
        self._chosen, self._home = chosen, public_url
        self._known: dict[str, Any] = {}
        self._known_until = 0.0
        self._tls = ssl.create_default_context()  # read once: each client would read the authorities again

    async def departure(self, issued: Pass) -> str:
        async with self._client() as client:
            about = await self._about(client)
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"],
                state=issued.state,
                code_verifier=issued.verifier,
                nonce=issued.nonce,
                claims=_METHODS,
            )
            return str(address)

    async def identify(self, code: str, issued: Pass, now: datetime) -> Claims:
        async with self._client() as client:
            about = await self._about(client)
            token = await client.fetch_token(
                about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=issued.verifier
            )
            keys = KeySet.import_key_set({"keys": (await self._read(client, about["jwks_uri"]))["keys"]})
            proof = self._proof(token, keys, issued, now)
            person = self._person(await client.get(about["userinfo_endpoint"]), keys, proof)
        return Claims(
            issuer=self._chosen.issuer,
            address=str(person.get("email") or ""),
            verified=None if "email_verified" not in person else person["email_verified"] is True,
            methods=frozenset(str(method) for method in proof.get("amr") or ()),
            level=str(proof.get("acr") or ""),
            logout_hint=token["id_token"],
            subject=str(proof["sub"]),
        )

    async def farewell(self, hint: str) -> str:
        async with self._client() as client:
            end = (await self._about(client)).get("end_session_endpoint")
        back = {"id_token_hint": hint, "state": new_token(), "post_logout_redirect_uri": f"{self._home}/login"}
        return f"{end}?{urlencode(back)}" if end else ""

    def _proof(self, token: dict[str, Any], keys: KeySet, issued: Pass, now: datetime) -> CodeIDToken:
        read = _signed(token["id_token"], keys)
        proof = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": self._chosen.issuer},
                "aud": {"essential": True, "value": self._chosen.client_id},
            },
            {"nonce": issued.nonce, "client_id": self._chosen.client_id, "access_token": token["access_token"]},
        )
        proof.validate(now=int(now.timestamp()), leeway=_LEEWAY)
        return proof

    def _person(self, answer: httpx2.Response, keys: KeySet, proof: CodeIDToken) -> dict[str, Any]:
        """ProConnect signs this answer too; others send it plain. It must speak of whom the proof names."""
        answer.raise_for_status()
        signed = answer.headers.get("content-type", "").startswith("application/jwt")
        said = _signed(answer.text, keys).claims if signed else answer.json()
        if said["sub"] != proof["sub"]:
            raise ProviderUntrueError("sub")
        return dict(said)

    async def _about(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        if monotonic() >= self._known_until:
            address = f"{self._chosen.issuer.rstrip('/')}/.well-known/openid-configuration"
            about = await self._read(client, address)
            if about["issuer"] != self._chosen.issuer or not all(self._is_ours(str(about[name])) for name in _NEEDED):
                raise ProviderUntrueError("issuer")
            self._known, self._known_until = about, monotonic() + _KNOWN_FOR
        return self._known

    def _is_ours(self, address: str) -> bool:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" == self._chosen.origin

    async def _read(self, client: AsyncOAuth2Client, address: str) -> dict[str, Any]:
        answer = await client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        return dict(answer.json())

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[AsyncOAuth2Client]:
        """Whatever goes wrong inside is one of two things."""
        try:
            async with AsyncOAuth2Client(
                client_id=self._chosen.client_id,
                client_secret=self._chosen.client_secret,
                token_endpoint_auth_method="client_secret_post",  # noqa: S106
                scope="openid email",
                redirect_uri=f"{self._home}/login/proconnect/retour",
                code_challenge_method="S256",
                leeway=0,
                timeout=PATIENCE,
                verify=self._tls,
                trust_env=False,
                event_hooks={"request": [self._stay_there]},
            ) as client:
                try:
                    yield client
                finally:
                    client.token_auth = None  # it holds its client: what ends in a circle waits for the night
        except (JoseError, OAuthError) as untrue:
            raise ProviderUntrueError(type(untrue).__name__) from untrue
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, KeyError, TypeError) as unreadable:
            raise ProviderDownError(type(unreadable).__name__) from unreadable

    async def _stay_there(self, request: httpx2.Request) -> None:
        if not self._is_ours(str(request.url)):
            raise ProviderUntrueError("another place")


def _signed(text: str, keys: KeySet) -> jwt.Token:
    """Raises ProviderUntrueError, whatever is wrong with it."""
    try:
        return jwt.decode(text, keys, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError) as untrue:
        raise ProviderUntrueError(type(untrue).__name__) from untrue
