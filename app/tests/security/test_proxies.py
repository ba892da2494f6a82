"""deploy/nginx.conf and deploy/Caddyfile, run for real before the server (app/tests/support/proxy_servers.py)."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from math import ceil
from pathlib import Path

import pytest

from app.routes.cases.uploads import MAX_FORM_WITH_FILES
from app.routes.forms import MAX_FORM_BYTES
from app.settings import ROOT
from app.tests.support.postgres_cluster import find_free_port
from app.tests.support.proxy_servers import (
    FrontProxy,
    build_caddy_command,
    build_nginx_command,
    find_form_token,
    find_program,
    open_http_client,
    run_process,
)

OF_THE_DEMONSTRATION = ("/demo/mails", "/demo/mails.json", "/demo/sms", "/demo/sms.json", "/galerie")


async def test_the_pages_of_the_demonstration_are_absent_through_it_and_there_without(front_proxy: FrontProxy) -> None:
    """Otherwise a visitor through the proxy could read the admin’s login link."""
    with front_proxy.browser() as browser, open_http_client(front_proxy.app_port) as here:
        for path in OF_THE_DEMONSTRATION:
            assert (browser.get(path).status_code, here.get(path).status_code) == (404, 200), path


async def test_they_are_absent_through_a_proxy_without_our_settings(front_proxy: FrontProxy, tmp_path: Path) -> None:
    """The Host is a name of this machine, and nginx adds no header; its HTTP/1.0 identifies it."""
    port, upstream = find_free_port(), f"127.0.0.1:{front_proxy.app_port}"
    if front_proxy.name == "nginx":
        site = f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{upstream}; }} }}"
        command = build_nginx_command(tmp_path, site)
    else:
        site = f"{{\n\tadmin off\n}}\nhttp://127.0.0.1:{port} {{\n\tbind 127.0.0.1\n\treverse_proxy {upstream}\n}}\n"
        command = build_caddy_command(tmp_path, site)
    alone = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with (
        run_process(command, lambda: socket.create_connection(("127.0.0.1", port)).close(), **alone),
        open_http_client(port) as through,
    ):
        assert through.get("/login").status_code == 200
        assert {through.get(path).status_code for path in OF_THE_DEMONSTRATION} == {404}


async def test_https_gives_host_cookies_and_hsts_and_names_no_software(front_proxy: FrontProxy) -> None:
    with front_proxy.browser() as browser:
        page = browser.get("/login")
    assert page.status_code == 200 and "max-age=31536000" in page.headers["strict-transport-security"]
    (cookie,) = page.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-aplus_navigateur=") and "secure" in cookie.lower() and "path=/;" in cookie.lower()
    assert page.headers.get("server", "") in {"", "nginx"} and "via" not in page.headers
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_tls_1_3_is_spoken_and_1_2_and_nothing_older(front_proxy: FrontProxy) -> None:
    """nginx uses the TLS versions of its default server, before it knows the requested name."""
    version = ssl.TLSVersion
    for most, spoken in ((version.MAXIMUM_SUPPORTED, "TLSv1.3"), (version.TLSv1_2, "TLSv1.2")):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode, context.maximum_version = False, ssl.CERT_NONE, most
        with socket.create_connection(("127.0.0.1", front_proxy.port), timeout=2) as line:
            assert context.wrap_socket(line, server_hostname="localhost").version() == spoken
    old = [
        find_program("openssl"),
        "s_client",
        "-tls1_1",
        "-cipher",
        "ALL:@SECLEVEL=0",
        "-connect",
        f"127.0.0.1:{front_proxy.port}",
    ]
    asked = [*old, "-servername", "localhost"]
    found = await asyncio.to_thread(subprocess.run, asked, input=b"", capture_output=True, timeout=10)
    assert found.returncode != 0


async def test_the_clients_address_is_the_one_that_the_proxy_saw(front_proxy: FrontProxy) -> None:
    """Headers of the client do not change it."""
    lies = {"x-forwarded-for": "203.0.113.7, 127.0.0.1", "forwarded": "for=203.0.113.7", "x-real-ip": "203.0.113.7"}
    with front_proxy.browser(**lies, **{"x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}) as browser:
        form = {"jeton": find_form_token(browser.get("/login")), "adresse": "agent.lot@exemple.fr"}
        answer = browser.post("/login", data=form)
        assert answer.status_code == 303 and "evil" not in str(answer.headers)
    with sqlite3.connect(f"file:{front_proxy.database}?mode=ro", uri=True) as database:
        found = database.execute("SELECT action, network FROM audit_log ORDER BY id DESC LIMIT 1").fetchone()
    assert found == ("login.asked", "127.5.6.0/24")


async def test_a_stream_passes_unbuffered(front_proxy: FrontProxy) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    line = http.client.HTTPSConnection("localhost", front_proxy.port, context=context, timeout=5)
    with front_proxy.browser("referent") as referent:
        form = {"jeton": find_form_token(referent.get(front_proxy.case)), "message": "Je regarde.", "cle": "une"}
        line.request(
            "GET",
            f"{front_proxy.case}/flux",
            headers={"Cookie": f"__Host-aplus_session={front_proxy.sessions['agent']}"},
        )
        stream = line.getresponse()
        assert stream.status == 200 and stream.headers["content-type"].startswith("text/event-stream")
        until(stream, b"\n")
        begun = time.monotonic()
        assert referent.post(f"{front_proxy.case}/messages", data=form).status_code == 303
        until(stream, b"Je regarde.")
    assert time.monotonic() - begun < 1
    line.close()


def until(stream: http.client.HTTPResponse, word: bytes) -> None:
    read = b""
    while word not in read:
        read += stream.read1(65536)


async def test_a_body_larger_than_any_of_ours_is_refused(front_proxy: FrontProxy) -> None:
    """nginx refuses before the body has arrived. Caddy forwards an answer after the body was sent: the server’s 413."""
    head = f"POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: {front_proxy.url}\r\nContent-Length: %d\r\n\r\n"
    if front_proxy.name == "nginx":
        assert front_proxy.send_raw((head % (MAX_FORM_WITH_FILES * 2)).encode()).startswith(b"HTTP/1.1 413")
    assert front_proxy.send_raw((head % (MAX_FORM_BYTES + 1)).encode(), bytes(MAX_FORM_BYTES + 1)).startswith(
        b"HTTP/1.1 413"
    )


async def test_what_is_being_sent_is_written_on_no_disk(front_proxy: FrontProxy) -> None:
    """It would be in clear text there. Caddy never does."""
    size = 3_000_000
    found = {"Host": "localhost", "Origin": front_proxy.url, "Content-Type": "multipart/form-data; boundary=b"}
    found |= {"Cookie": f"__Host-aplus_session={front_proxy.sessions['agent']}", "Content-Length": str(size)}
    head = f"POST {front_proxy.case}/messages HTTP/1.1\r\n" + "".join(
        f"{name}: {said}\r\n" for name, said in found.items()
    )
    part = b'--b\r\nContent-Disposition: form-data; name="fichiers"; filename="a.txt"\r\n\r\n'
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", front_proxy.port), timeout=2) as line:
        secured = context.wrap_socket(line, server_hostname="localhost")
        secured.sendall(head.encode() + b"\r\n" + part + b"x" * (size // 2))
        await asyncio.sleep(0.5)
        assert [path for path in opened_by_nginx(front_proxy.database.parent) if "/client_body" in path] == []


def opened_by_nginx(folder: Path) -> list[str]:
    """The paths in /proc of the files that nginx has open, which it names only briefly. Empty for Caddy."""
    if not (folder / "pid").exists():
        return []
    parent = (folder / "pid").read_text().strip()
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = [os.readlink(one) for pid in workers for one in Path(f"/proc/{pid}/fd").iterdir()]
    assert any("socket:" in path for path in found)
    return found


async def test_only_our_name_is_answered_to_however_it_is_written(front_proxy: FrontProxy) -> None:
    for name, expected in (
        ("LOCALHOST", {200}),
        (f"LocalHost:{front_proxy.port}", {200}),
        ("evil.example", {400, 404, 421}),
    ):
        answer = front_proxy.send_raw(f"GET /login HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        assert int(answer[9:12]) in expected, answer[:200]
        assert b"evil" not in answer


CHUNKED, HIDDEN = b"0\r\n\r\n", b"GET /hidden HTTP/1.1\r\nHost: localhost\r\nX: "
SMUGGLED = {
    "CL.TE": b"Content-Length: %d\r\nTransfer-Encoding: chunked" % len(CHUNKED + HIDDEN),
    "TE.CL": b"Transfer-Encoding: chunked\r\nContent-Length: 4",
    "TE.TE": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    "CL.CL": b"Content-Length: 5\r\nContent-Length: 6",
    "spaced": b"Content-Length : 5",
    "obscured": b"Transfer-Encoding: xchunked",
}


@pytest.mark.parametrize("told", SMUGGLED.values(), ids=list(SMUGGLED))
async def test_no_request_hides_in_another(front_proxy: FrontProxy, told: bytes) -> None:
    """400 from the server and through nginx. Caddy drops a length beside chunks, and frames the request anew."""
    request = b"POST /login HTTP/1.1\r\nHost: localhost\r\n" + told + b"\r\n\r\n" + CHUNKED + HIDDEN
    ours, through = front_proxy.send_raw_to_server(request), front_proxy.send_raw(request)
    assert ours.startswith(b"HTTP/1.1 400") and ours.count(b"HTTP/1.1") == 1
    if front_proxy.name == "nginx":
        assert through[9:12] in {b"400", b"501"} and through.count(b"HTTP/1.1") == 1, through[:300]
    else:
        assert through[9:12] in {b"400", b"413", b"501"}, through[:300]


async def test_what_is_unreadable_is_refused_and_harms_no_one(front_proxy: FrontProxy) -> None:
    for request in (
        b"\x00\x01\x02\r\n\r\n",
        b"GET /\x7f HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ):
        assert front_proxy.send_raw(request)[9:10] in {b"4", b"5", b""}
    with front_proxy.browser() as browser:
        assert browser.get("/login").status_code == 200


def test_the_limit_of_the_proxies_is_that_of_the_application() -> None:
    most = ceil(MAX_FORM_WITH_FILES / 1024 / 1024)
    assert f"client_max_body_size {most}m;" in (ROOT / "deploy/nginx.conf").read_text()
    assert f"max_size {most}MiB" in (ROOT / "deploy/Caddyfile").read_text()


def test_no_address_and_no_path_is_written_down() -> None:
    (form,) = re.findall(r"log_format aplus '([^']+)'", (ROOT / "deploy/nginx.conf").read_text())
    assert not {"$remote_addr", "$request", "$request_uri", "$uri", "$http_referer", "$args"}.intersection(form.split())
    assert "\tlog" not in (ROOT / "deploy/Caddyfile").read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_units_are_sound_and_closed(tmp_path: Path) -> None:
    for unit in sorted((ROOT / "deploy").glob("aplus*.*")):
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/aplus/.venv/bin/python", sys.executable))
    units = [str(path) for path in tmp_path.iterdir()]
    checked = subprocess.run([find_program("systemd-analyze"), "verify", *units], capture_output=True, text=True)
    assert checked.returncode == 0 and not checked.stderr, checked.stderr
    services = [unit for unit in units if unit.endswith(".service")]
    limit = ("--offline=true", "--threshold=20")  # 2.0 of 10
    found = subprocess.run(
        [find_program("systemd-analyze"), "security", *limit, *services], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout[-500:]
