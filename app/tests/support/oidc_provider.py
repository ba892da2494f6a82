"""A real OpenID Connect provider on loopback, which can give the false answers of a hostile one."""

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import flask
import httpx2
from authlib.deprecate import AuthlibDeprecationWarning
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

with warnings.catch_warnings():  # 0.3.4, the newest, still signs by authlib.jose; the product uses joserfc
    warnings.filterwarnings("ignore", "authlib.jose module is deprecated", AuthlibDeprecationWarning)
    import oidc_provider_mock

Lie = Callable[[dict[str, Any], RSAKey], str]
"""From the claims to sign and its key, to the false token that it gives instead."""


class LocalProvider:
    """sign_in() is the person on its page. `lie` and `answer_about` change its answers; `requests` is its log."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"
        self.lie: Lie | None = None
        self.answer_about: Callable[[dict[str, Any]], dict[str, Any]] = dict
        self.signs_people = False
        self.requests: list[flask.Request] = []

    def register_person(self, sub: str, **claims: Any) -> None:
        httpx2.put(f"{self.issuer}/users/{sub}", json=claims, trust_env=False).raise_for_status()

    def sign_in(self, address: str, sub: str) -> str:
        """The callback address that its page leads to, without our host."""
        answer = httpx2.post(address, data={"sub": sub}, trust_env=False)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"

    def respond(self, response: flask.Response) -> flask.Response:
        """Its own answer, or a false one."""
        path = flask.request.path
        if path == "/oauth2/token" and self.lie and response.status_code == 200:
            found = response.get_json()
            found["id_token"] = self.lie(_claims(found["id_token"]), _key())
            response.set_data(flask.json.dumps(found))
        elif path.endswith("/openid-configuration"):
            response.set_data(flask.json.dumps(self.answer_about(response.get_json())))
        elif path == "/userinfo" and self.signs_people:
            response.set_data(sign_claims(response.get_json(), _key()))
            response.content_type = "application/jwt"
        return response


def _claims(token: str) -> dict[str, Any]:
    return dict(flask.json.loads(jws.extract_compact(token.encode()).payload))


def _key() -> RSAKey:
    return RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))


def sign_claims(claims: dict[str, Any], key: RSAKey | OctKey, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg, "kid": key.kid} if key.kid else {"alg": alg}, claims, key, algorithms=[alg])


@contextmanager
def run_provider() -> Iterator[LocalProvider]:
    application = oidc_provider_mock.app()
    server = make_server("localhost", 0, application, threaded=True)
    provider = LocalProvider(server.server_port)
    application.after_request(provider.respond)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
