"""Each unsafe setting stops a real installation with one line that says what to write; a demonstration starts."""

import ast
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from app.server import serve
from app.server.preflight import find_errors, find_warnings
from app.settings import ROOT, ProConnectSettings, Settings, SmsSettings
from app.tests.support.product_code import list_product_files
from app.tests.support.setting_values import list_settings

SAFE = replace(
    Settings(),
    demo=False,
    host="127.0.0.1",
    public_url="https://aplus.gouv.fr",
    configured_secret_key=secrets.token_hex(32),
    database_url="sqlite:///aplus.sqlite",
    smtp_url="smtps://courrier.gouv.fr",
    mail_from="ne-pas-repondre@aplus.gouv.fr",
    sms=SmsSettings(url=""),
    trusted_proxies=(ip_network("127.0.0.1"),),
    log_level="",
)
POSTGRES, KEYS = "postgresql://a@b/c", f"a:{'A' * 43}="
UNSAFE: dict[str, dict[str, object]] = {
    "PUBLIC_URL": {"public_url": "http://aplus.gouv.fr"},
    "SECRET_KEY : avec PostgreSQL": {
        "database_url": POSTGRES,
        "configured_secret_key": "",
        "configured_encryption_keys": KEYS,
    },
    "SECRET_KEY : il faut": {"configured_secret_key": "Passw0rd!"},
    "SECRET_KEY : il faut au moins 32": {"configured_secret_key": "changeme" * 8},
    "ENCRYPTION_KEYS": {"database_url": POSTGRES, "configured_encryption_keys": ""},
    "SMTP_URL": {"smtp_url": ""},
    "SMTP_URL : écrivez smtps://": {"smtp_url": "smtp://us:secret@courrier.gouv.fr:25"},
    "MAIL_FROM": {"mail_from": "ne-pas-repondre@exemple.fr"},
    "SMS_URL": {"sms": SmsSettings(url="http://textos.exemple.fr/")},
    "SMS_ANSWERS_SECRET": {"sms": SmsSettings(url="", answers_secret="secret")},
    "PROCONNECT_ISSUER : l’adresse": {"proconnect": ProConnectSettings("http://a.fr", "us", "secret")},
    "PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID, ": {"proconnect": ProConnectSettings("https://a.fr", "us", "")},
    "TRUSTED_PROXY": {"trusted_proxies": (ip_network("0.0.0.0/0"),)},
    "METRICS_HOST": {"metrics_port": 9100, "metrics_host": "0.0.0.0"},  # noqa: S104
    "METRICS_HOST : donnez": {"metrics_port": 9100, "metrics_host": "51.15.1.1"},
    "METRICS_HOST : donnez une": {"metrics_port": 9100, "metrics_host": "mesures.gouv.fr"},
}


@pytest.mark.parametrize(("said", "changed"), UNSAFE.items(), ids=list(UNSAFE))
def test_each_unsafe_setting_is_one_line(said: str, changed: dict[str, object]) -> None:
    (line,) = find_errors(replace(SAFE, **changed))  # type: ignore[arg-type]
    assert line.startswith(said)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"configured_secret_key": ""},
        {"public_url": "http://127.0.0.1:8000"},
        {"database_url": POSTGRES, "configured_encryption_keys": KEYS},
        {"sms": SmsSettings(url="http://127.0.0.1:9000/")},
        {"log_level": "INFO"},
        {"smtp_url": "smtp://127.0.0.1:25"},
        {"smtp_url": "smtp+starttls://us:secret@courrier.gouv.fr"},
        {"metrics_port": 9100, "metrics_host": "10.0.0.7"},
        {"metrics_port": 9100, "metrics_host": "::1"},
        {"metrics_host": "0.0.0.0"},  # noqa: S104
        {"source_url": "https://forge.exemple.fr/aplus"},
        {"source_url": "http://forge.exemple.fr:8080/aplus/?version=1.2"},
        {"clamd_url": "tcp://10.0.0.9:3310"},
        {"proconnect": ProConnectSettings("https://auth.exemple.fr/api/v2", "us", "secret")},
    ],
    ids=str,
)
def test_what_is_safe_starts(changed: dict[str, object]) -> None:
    assert find_errors(replace(SAFE, **changed)) == []  # type: ignore[arg-type]


def welcome(monkeypatch: pytest.MonkeyPatch, **changed: object) -> str:
    """What a server prints at its start under these settings."""
    monkeypatch.setattr(serve, "settings", replace(SAFE, **changed))  # type: ignore[arg-type]
    return serve.format_welcome()


def test_an_antivirus_elsewhere_is_told_at_the_start_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "CLAMD_URL : les pièces jointes vont en clair" in welcome(
        monkeypatch, clamd_url="tcp://antivirus.gouv.fr:3310"
    )
    assert "CLAMD_URL" not in welcome(monkeypatch, clamd_url="tcp://127.0.0.1:3310")
    assert "CLAMD_URL : aucun antivirus" in welcome(monkeypatch, clamd_url="")
    assert "CLAMD_URL" not in welcome(monkeypatch, clamd_url="tcp://antivirus.gouv.fr:3310", demo=True)


@pytest.mark.parametrize(
    ("url", "overheard"),
    [
        ("postgresql://a@base.gouv.fr/c", True),
        ("postgresql://a@base.gouv.fr/c?sslmode=require", True),
        ("postgresql://a@base.gouv.fr/c?sslmode=verify-full", False),
        ("postgresql://a@127.0.0.1/c", False),
        ("postgresql:///c?host=/run/postgresql", False),
        ("postgresql://a@%2Frun%2Fpostgresql/c", False),
        ("postgresql://[::1]:5432/c", False),
        ("postgresql:///c?host=base.gouv.fr", True),
        ("postgresql://127.0.0.1:1,base.gouv.fr:2/c", True),
        ("sqlite:///aplus.sqlite", False),
    ],
)
def test_a_database_that_may_be_overheard_is_told_at_the_start(url: str, overheard: bool) -> None:
    found = [line for line in find_warnings(replace(SAFE, database_url=url)) if line.startswith("DATABASE_URL")]
    assert bool(found) is overheard


def test_a_key_beside_the_data_is_named_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ENCRYPTION_KEYS : la clé est dans VAR_DIR" in welcome(monkeypatch, configured_encryption_keys="")
    assert "ENCRYPTION_KEYS" not in welcome(monkeypatch, configured_encryption_keys=KEYS)
    assert "ENCRYPTION_KEYS" not in welcome(monkeypatch, configured_encryption_keys="", demo=True)
    assert "SECRET_KEY : la clé est dans VAR_DIR" in welcome(monkeypatch, configured_secret_key="")
    assert "SECRET_KEY" not in welcome(monkeypatch)


def test_no_address_of_the_source_code_is_a_warning_and_stops_nothing() -> None:
    assert [line for line in find_warnings(SAFE) if line.startswith("SOURCE_URL : l’adresse du code source n’est pas")]
    assert "SOURCE_URL" not in " ".join(find_warnings(replace(SAFE, source_url="https://forge.exemple.fr/aplus")))
    assert find_errors(SAFE) == []


def test_a_folder_or_a_base_that_stays_open_to_others_is_named(tmp_path: Path) -> None:
    base = tmp_path / "aplus.sqlite"
    base.touch(mode=0o600)
    there = replace(SAFE, var_folder=tmp_path, database_url=f"sqlite:///{base}")
    assert not [line for line in find_warnings(there) if "chmod" in line]
    base.chmod(0o640)
    tmp_path.chmod(0o711)
    assert [line.partition(" : ")[0] for line in find_warnings(there) if "chmod go= /" in line] == [
        str(tmp_path),
        str(base),
    ]


def test_a_folder_that_serves_others_too_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    """VAR_DIR=/home/x, or a folder that holds the files of others: to close it would take theirs away from them."""
    ours, bases = tmp_path / "ours", tmp_path / "bases"
    for folder in (ours, bases, tmp_path):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    (ours / "secret.key").touch(mode=0o600)
    for var_folder in (tmp_path, ours):
        run("une-commande", var_folder, DATABASE_URL=f"sqlite:///{bases / 'base.sqlite'}")
    assert [folder.stat().st_mode & 0o777 for folder in (tmp_path, ours, bases)] == [0o755, 0o700, 0o700]
    found = find_warnings(replace(SAFE, var_folder=tmp_path))
    assert [line for line in found if f"chmod go= {tmp_path} ; sinon donnez-lui un dossier" in line]


def open_to_others(folder: Path) -> list[str]:
    """The folder and all that is in it."""
    return [str(path) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def real(folder: Path, **settings: str) -> dict[str, str]:
    safe = {"PUBLIC_URL": "https://aplus.gouv.fr", "SMTP_URL": "smtp://127.0.0.1", "MAIL_FROM": "a@aplus.gouv.fr"}
    return {**os.environ, "DATABASE_URL": "", "DEMO": "0", "VAR_DIR": str(folder), **safe, **settings}


def run(command: str, folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    typed, environment = [sys.executable, "-m", "app", command, *words], real(folder, **settings)
    return subprocess.run(typed, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, umask=0)


def test_a_safe_installation_begins_with_its_first_administrator_and_serves(tmp_path: Path) -> None:
    """With a umask of 0, all that is made is for its own account; what an older version left open is closed."""
    tmp_path = tmp_path / "un" / "deux"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    assert run("migrate", tmp_path).returncode == 0
    made = run("first-admin", tmp_path, "chef@operateur.fr")
    assert made.returncode == 0 and made.stdout.startswith("chef@operateur.fr administre")
    assert "déjà un administrateur" in run("first-admin", tmp_path, "autre@operateur.fr").stderr
    assert open_to_others(tmp_path.parent) == [] and (tmp_path / "aplus.sqlite").exists()
    (tmp_path / "aplus.sqlite").chmod(0o666)
    tmp_path.chmod(0o777)
    command, environment = [sys.executable, "-m", "app", "serve"], real(tmp_path, PORT=port)
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, umask=0)
    try:
        assert server.stdout and server.stdout.readline() == "Administration+ : https://aplus.gouv.fr/login\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            assert answer.status == 200
        assert {"aplus.sqlite-wal", "encryption.key"} <= {path.name for path in tmp_path.iterdir()}
        assert open_to_others(tmp_path) == []
    finally:
        server.terminate()
        server.wait(timeout=15)
    found = server.stdout.read()
    assert "ENCRYPTION_KEYS : la clé est dans VAR_DIR" in found and "chmod" not in found


def test_the_server_says_all_of_it_and_does_not_start(tmp_path: Path) -> None:
    tried = run("serve", tmp_path, SMTP_URL="", SECRET_KEY="courte")
    assert tried.returncode == 1 and tried.stdout == ""
    assert [line.partition(" ")[0] for line in tried.stderr.splitlines()] == ["SECRET_KEY", "SMTP_URL"]
    assert "courte" not in tried.stderr


def test_a_database_without_its_migrations_stops_it_too(tmp_path: Path) -> None:
    tried = run("serve", tmp_path)
    assert tried.returncode == 1 and "migrations : python -m app migrate" in tried.stderr
    assert len(tried.stderr.splitlines()) == 1


def test_and_so_does_one_that_does_not_answer(tmp_path: Path) -> None:
    given = {"SECRET_KEY": secrets.token_hex(32), "ENCRYPTION_KEYS": KEYS}
    tried = run("serve", tmp_path, DATABASE_URL="postgresql://personne:secret@127.0.0.1:1/rien", **given)
    assert tried.returncode == 1 and tried.stderr.startswith("DATABASE_URL : la base ne répond pas")
    assert "secret" not in tried.stderr and len(tried.stderr.splitlines()) == 1


NUMBERS = {"PORT", "WORKERS", "SOCKET", "METRICS_PORT", "MAIL_CONNECTIONS", "MOST_STREAMS", "SMS_DAILY_LIMIT"}
"""All that an operator gives as a number. Two are limits of theirs: open pages of a process, SMS of an agent a day."""
LIMITS = (
    *("audit/attempt_counts", "rate_limit", "authentication/login_rate_limit", "authentication/known_browser"),
    *("authentication/password_hash", "authentication/pending_login", "cases/attachments/quota"),
)
COUNTING = {"count_attempt", "read_limited_address", "consume_rate_limit", "consume_rate_limit_of", "_count_try"}
COUNTING |= {"reserve_hash_slot", "limit_mailbox_invitations"}


def test_no_setting_lifts_a_limit() -> None:
    """With DEMO=0 or 1: what counts reads no setting, and no setting decides whether something is counted."""
    found = {one.metadata["name"] for one in list_settings() if one.type is int}
    assert found == NUMBERS, "say here what a new number changes"
    for name in LIMITS:
        nodes = [ast.unparse(node) for node in ast.walk(_read(ROOT / f"app/domain/{name}.py")) if hasattr(node, "ctx")]
        read = {node for node in nodes if re.match(r"(settings|os|environ|getenv)\b", node)}
        assert read <= {"settings", "settings.var_folder", "settings.var_folder.absolute"}, (name, read)

    counting = {path: tree for path in _code() if (tree := _read(path)) and _calls(tree) & COUNTING}
    assert len(counting) >= 15, "they are found"
    for path, tree in counting.items():
        chosen = [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp | ast.BoolOp)]
        by_settings = [node for node in chosen if "settings" in ast.unparse(getattr(node, "test", node))]
        assert not any(_calls(node) & COUNTING for node in by_settings), path


def _code() -> list[Path]:
    """Those that may count: the others need not be parsed."""
    return [path for path in list_product_files("app") if any(f"{name}(" in path.read_text() for name in COUNTING)]


def _read(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _calls(tree: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {call.id for call in calls if isinstance(call, ast.Name)}
