"""Behind https, with the real server: the exact cookies, names, links, streams and security headers."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from e2e.server import Server, run_server

PUBLIC = "https://aplus.exemple.fr"
HOST = "aplus.exemple.fr"


class Visitor:
    """A browser behind the proxy that ends https: it stores the cookies that are `Secure`."""

    def __init__(self, server: Server) -> None:
        self.http = httpx2.Client(base_url=server.url, headers={"host": HOST, "origin": PUBLIC})
        self.cookies: dict[str, str] = {}
        self.set: list[str] = []

    def ask(self, method: str, path: str, **sent: str) -> httpx2.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.http.request(method, path, data=sent or None, headers={"cookie": cookies})
        self.set = answer.headers.get_list("set-cookie")
        for line in self.set:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            if "Max-Age=0" in line:
                del self.cookies[name]
        assert answer.headers["strict-transport-security"] == "max-age=31536000;includeSubDomains", path
        assert "server" not in answer.headers, path
        return answer

    def token(self, answer: httpx2.Response) -> str:
        found = re.search(r'name="jeton" value="([0-9a-f]+)"', answer.text)
        assert found
        return found[1]

    def link(self, address: str) -> str:
        """The link in the email is under PUBLIC_URL, for any requested host."""
        page = self.ask("GET", "/login")
        self.ask("POST", "/login", jeton=self.token(page), adresse=address)
        for _ in range(100):
            letters = self.http.get("/demo/mails.json", params={"to": address}).json()
            found = re.search(r"https?://\S+/login/lien/\S+", letters[0]["text"]) if letters else None
            if found:
                return found[0]
        raise AssertionError("no letter")


@pytest.fixture(scope="module")
def behind_https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_server(tmp_path_factory.mktemp("https"), PUBLIC_URL=PUBLIC, DEMO_PUBLIC="1") as running:
        yield running


@pytest.fixture
def https_visitor(behind_https: Server) -> Visitor:
    return Visitor(behind_https)


def cookie(name: str, value: str, *, age: int | None) -> str:
    """The exact header, with no Domain."""
    kept = "" if age is None else f"Max-Age={age}; "
    return f"__Host-aplus_{name}={value}; HttpOnly; {kept}Path=/; SameSite=lax; Secure"


def shape(lines: list[str]) -> list[str]:
    """Each Set-Cookie with its secret left out."""
    return [re.sub(r"=[0-9a-f.]{41,}", "=…", line) for line in lines]


def test_every_cookie_from_login_to_logout(https_visitor: Visitor) -> None:
    https_visitor.ask("GET", "/login")
    assert shape(https_visitor.set) == [cookie("navigateur", "…", age=86_400)]

    link = https_visitor.link("agent.lot@exemple.fr")
    assert link.startswith(f"{PUBLIC}/login/lien/")
    path = link.removeprefix(PUBLIC)
    page = https_visitor.ask("GET", path)
    assert page.headers["referrer-policy"] == "strict-origin"
    https_visitor.cookies["__Host-aplus_session"] = planted = "a" * 64
    answer = https_visitor.ask("POST", path, jeton=https_visitor.token(page), code="")
    both = [cookie("session", "…", age=None), cookie("connu", "…", age=180 * 86_400)]
    assert answer.status_code == 303 and sorted(shape(https_visitor.set)) == sorted(both)
    assert https_visitor.cookies["__Host-aplus_session"] != planted, "never a secret that the browser brought"

    page = https_visitor.ask("GET", "/profil")
    assert page.status_code == 200 and https_visitor.set == []
    https_visitor.ask("POST", "/profil/mails", jeton=https_visitor.token(page), mails="at_once")
    assert https_visitor.set == [cookie("avis", "mails", age=60)]
    https_visitor.ask("GET", "/profil")
    assert https_visitor.set == [cookie("avis", '""', age=0)]

    https_visitor.ask("GET", "/demandes?tri=recentes&q=Pélissier")
    (remembered,) = https_visitor.set
    assert re.sub(r"\d+\.tri", "N.tri", remembered) == cookie("liste", '"N.tri=recentes"', age=180 * 86_400)

    with https_visitor.http.stream("GET", "/flux", headers={"cookie": _cookies(https_visitor)}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store" and "content-security-policy" in stream.headers

    answer = https_visitor.ask("POST", "/deconnexion", jeton=https_visitor.token(page))
    assert https_visitor.set == [cookie("session", '""', age=0)]
    assert "clear-site-data" not in answer.headers, "other people's unsent words lie sealed in the same browser"


def _cookies(visitor: Visitor) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


def test_every_answer_says_https(https_visitor: Visitor) -> None:
    heavy = https_visitor.http.post("/login", content=b"x" * 600_000)
    assert heavy.status_code == 413 and "strict-transport-security" in heavy.headers
    for path in ("/", "/s/rien.css", "/nulle-part", "/login/lien/rien", "/demandes"):
        https_visitor.ask("GET", path)


@pytest.mark.parametrize(
    "head",
    [
        b"Host: evil.example",
        b"Host: aplus.exemple.fr\r\nHost: evil.example",
        b"Host: aplus.exemple.fr.evil.example",
        b"Host:",
        b"X-Forwarded-Host: aplus.exemple.fr",
        b"Host: aplus.exemple.fr@evil.example",
    ],
)
def test_a_stranger_s_name_is_refused_on_the_wire(behind_https: Server, head: bytes) -> None:
    assert raw(behind_https, head).startswith(b"HTTP/1.1 400")


def test_the_name_of_an_absolute_address_is_not_read(behind_https: Server) -> None:
    answer = raw(behind_https, b"Host: aplus.exemple.fr", target=b"http://evil.example/login")
    assert b"evil.example" not in answer


def raw(server: Server, head: bytes, target: bytes = b"/login") -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"GET " + target + b" HTTP/1.1\r\n" + head + b"\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: line.recv(65_536), b""))


def test_nothing_of_a_login_is_written_where_it_could_be_read(https_visitor: Visitor, behind_https: Server) -> None:
    """Neither the link nor the cookies are in any file of the server, except the email. Source: security.md T19."""
    link = https_visitor.link("referent.caf.lot@exemple.fr").removeprefix(PUBLIC)
    page = https_visitor.ask("GET", link)
    https_visitor.ask("POST", link, jeton=https_visitor.token(page), code="")
    secrets = [link.rpartition("/")[2][16:], *https_visitor.cookies.values(), https_visitor.token(page)]
    for path in list_files(behind_https.folder):
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path.name


def list_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "courrier" not in path.parts]
