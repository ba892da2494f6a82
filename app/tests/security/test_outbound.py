"""Connections go only where the settings say, with TLS checked, and never wait without a limit. T53."""

from __future__ import annotations

import ast
import asyncio
import random
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import aiosmtplib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from litestar import Litestar

from app.cast import Cast
from app.domain.authentication.oidc import AuthorizationRequest, ProviderUnavailableError
from app.gateways import proconnect
from app.gateways.email import transport
from app.gateways.email.transport import SmtpTransport
from app.gateways.files import antivirus
from app.gateways.files.antivirus import Antivirus
from app.gateways.proconnect import ProConnect
from app.gateways.sms import provider
from app.gateways.sms.provider import HttpSmsTransport, OutgoingSms
from app.settings import ROOT, SmsSettings
from app.settings import ProConnectSettings as Chosen
from app.tests.support.browser import BASE
from app.tests.support.fuzz import build_hostile_requests, find_form_token, send
from app.tests.support.product_code import list_product_files

NETWORK_LIBRARIES = {"aioclamd", "aiosmtplib", "asyncpg", "authlib", "ftplib", "http", "requests", "smtplib", "socket"}
NETWORK_LIBRARIES |= {"imaplib", "httpcore", "httpcore2", "httpx", "httpx2", "urllib.request"}
ALLOWED_MODULES = {
    "app/gateways",
    "app/cli/backup",
    "app/cli/exclusive_use.py",
    "app/cli/move",
    *("app/server/supervisor.py", "app/server/serve.py", "app/server/metrics_server.py"),
}
"""Emails, SMS, antivirus, ProConnect, LISTEN; a copy of the database; a process’s own sockets."""
SMS = OutgoingSms(uuid4(), "+33639981234", "Répondez OUI.")
FAILED = (OSError, aiosmtplib.SMTPException, ProviderUnavailableError)


@dataclass
class Listener:
    """Accepts a connection, sends `greeting`, then each of `answers`, then nothing; records what it receives."""

    greeting: bytes = b""
    answers: tuple[bytes, ...] = ()
    received: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.greeting)
        answers = iter(self.answers)
        while piece := await reader.read(65_536):
            self.received.append(piece)
            writer.write(next(answers, b""))

    async def is_reached(self) -> None:
        """The client may close before it has read the greeting. Raises TimeoutError."""
        async with asyncio.timeout(10):
            while not self.received:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(listener: Listener, tls: ssl.SSLContext | None = None) -> AsyncIterator[Listener]:
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0, ssl=tls)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()


def run_with_certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A TLS server context with a certificate of this name, and the path of that certificate."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    known: x509.GeneralName = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "essai")])
    made = x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([known]), critical=False)
    signed = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(
        key, hashes.SHA256()
    )
    path, pem = folder / "certificat.pem", serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tout.pem").write_bytes(private + signed.public_bytes(pem))
    path.write_bytes(signed.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tout.pem")
    return context, path


def build_email() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "nous@aplus.fr", "agent@exemple.fr"
    message.set_content("Un lien de connexion.")
    return message


async def connect_by(scheme: str, port: int) -> None:
    """Sends an email, an SMS or a request to an identity provider, at 127.0.0.1."""
    if scheme.startswith("oidc+"):
        chosen = Chosen(f"{scheme.removeprefix('oidc+')}://127.0.0.1:{port}", "us", "secret")
        await ProConnect(chosen, BASE).build_authorization_url(AuthorizationRequest("s" * 64, "n" * 64, "v" * 64))
    elif scheme == "https":
        await HttpSmsTransport(SmsSettings(url=f"https://127.0.0.1:{port}/", token="jeton")).send(SMS)
    else:
        await SmtpTransport(f"{scheme}://compte:secret@127.0.0.1:{port}").send(build_email())


@pytest.mark.parametrize("scheme", ["https", "smtps", "oidc+https"])
@pytest.mark.parametrize(("name", "trusted"), [("127.0.0.1", False), ("ailleurs.fr", True)])
async def test_a_certificate_that_no_one_vouches_for_or_of_another_name_is_told_nothing(
    scheme: str, name: str, trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, path = run_with_certificate(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))

    async with listening(Listener(b"220 ici\r\n"), tls) as listener:  # an SMTP client waits for the greeting
        with pytest.raises(FAILED):
            await connect_by(scheme, listener.port)

    assert listener.received == []


@pytest.mark.parametrize(
    ("scheme", "answer"),
    [
        ("https", "HTTP/1.1 503 non\r\n\r\n"),
        ("smtps", "220 ici\r\n421 non\r\n"),
        ("oidc+https", "HTTP/1.1 503 non\r\nContent-Length: 0\r\n\r\n"),
    ],
)
async def test_the_one_of_the_settings_is_told(
    scheme: str, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the failures above are due to the certificate alone."""
    monkeypatch.setattr(transport, "SMTP_TIMEOUT", 3.0)
    tls, path = run_with_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    async with listening(Listener(answer.encode()), tls) as listener:
        with pytest.raises(FAILED):
            await connect_by(scheme, listener.port)
        await listener.is_reached()


async def test_a_post_office_without_starttls_is_given_neither_password_nor_letter() -> None:
    answers = (b"250-ici\r\n250-AUTH PLAIN\r\n250 SIZE\r\n", b"502 non\r\n", b"221 bye\r\n")
    async with listening(Listener(b"220 ici\r\n", answers)) as listener:
        with pytest.raises(FAILED):
            await connect_by("smtp+starttls", listener.port)

    received = b"".join(listener.received)
    assert received.upper().startswith(b"EHLO") and b"AUTH" not in received and b"MAIL" not in received


@pytest.mark.parametrize("scheme", ["https", "smtp", "oidc+http"])
async def test_a_peer_that_says_nothing_is_given_up(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (transport.SMTP_TIMEOUT, provider.HTTP_TIMEOUT, antivirus.CLAMD_TIMEOUT, proconnect.HTTP_TIMEOUT) == (
        30.0,
        20.0,
        120.0,
        10.0,
    )
    for module, name in ((transport, "SMTP_TIMEOUT"), (provider, "HTTP_TIMEOUT"), (proconnect, "HTTP_TIMEOUT")):
        monkeypatch.setattr(module, name, 0.3)

    async with listening(Listener()) as listener, asyncio.timeout(20):  # its own TimeoutError is none of FAILED here
        with pytest.raises(FAILED):
            await connect_by(scheme, listener.port)


class _OneFile:
    def open(self, _: object) -> BytesIO:
        return BytesIO(b"une piece jointe")


async def test_a_silent_antivirus_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(antivirus, "CLAMD_TIMEOUT", 1.0)
    async with listening(Listener()) as listener:
        asked = Antivirus(f"tcp://127.0.0.1:{listener.port}", cast("Any", _OneFile()))
        assert await asyncio.wait_for(asked._scan_file(uuid4()), 20) is None
    assert b"une piece jointe" in b"".join(listener.received)


async def test_a_redirection_is_followed_nowhere() -> None:
    async with listening(Listener()) as elsewhere:
        place = f"http://127.0.0.1:{elsewhere.port}/vole"
        answer = f"HTTP/1.1 307 Ailleurs\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()
        async with listening(Listener(answer)) as listener:
            with pytest.raises(ConnectionError):
                await HttpSmsTransport(SmsSettings(url=f"http://127.0.0.1:{listener.port}/", token="jeton")).send(SMS)
            await listener.is_reached()
    assert b"jeton" in b"".join(listener.received) and elsewhere.received == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirection_of_an_identity_provider_is_followed(status: int) -> None:
    """Not even to the provider’s own host, which would pass the check of the address."""
    async with listening(Listener()) as listener:
        place = f"http://127.0.0.1:{listener.port}/ici"
        listener.answers = (f"HTTP/1.1 {status} Ici\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode(),)
        with pytest.raises(ProviderUnavailableError):
            await connect_by("oidc+http", listener.port)
    assert b"".join(listener.received).count(b"GET ") == 1


async def test_no_proxy_of_the_environment_is_used_for_an_identity_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with listening(Listener()) as proxy, listening(Listener(b"HTTP/1.1 503 non\r\n\r\n")) as listener:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(ProviderUnavailableError):
            await connect_by("oidc+http", listener.port)
        await listener.is_reached()
    assert proxy.received == []


def test_only_the_gateways_can_reach_outside() -> None:
    found = {str(path.relative_to(ROOT)) for path in list_product_files("app") if _imported(path) & NETWORK_LIBRARIES}
    assert (
        found and [place for place in found if not any(place.startswith(allowed) for allowed in ALLOWED_MODULES)] == []
    )


def _imported(path: Path) -> set[str]:
    """« http.client » counts as http too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names | {name.split(".")[0] for name in names}


_called: list[Any] | None = None


def _record_call(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _called is not None:
        _called.append(arguments[1])


@pytest.fixture
def contacted_addresses() -> Iterator[list[Any]]:
    """Every address that this process connects to during the test."""
    global _called
    sys.addaudithook(_record_call)
    _called = []
    yield _called
    _called = None


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_no_address_that_anybody_types_is_called(
    cast: Cast,
    case_id: UUID,
    application: Litestar,
    sign_in: Callable[..., Any],
    contacted_addresses: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The database is a file here, so the server opens no connection at all."""
    async with listening(Listener()) as elsewhere:
        monkeypatch.setattr("app.tests.support.fuzz.TEXTS", (f"http://127.0.0.1:{elsewhere.port}/",))
        for person in (cast.agent_lot, cast.referent_caf_lot, cast.admin):
            browser, draw = await sign_in(person), random.Random(7)  # noqa: S311
            for one in build_hostile_requests(
                application, draw, await find_form_token(browser), case_id=case_id, draft_id=case_id
            ):
                await send(browser, one)
        assert contacted_addresses == [] and elsewhere.received == []
        _, writer = await asyncio.open_connection("127.0.0.1", elsewhere.port)
        writer.close()
        assert contacted_addresses == [("127.0.0.1", elsewhere.port)], "this is how it would show"
