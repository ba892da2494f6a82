"""`python -m app serve` prints its address once it listens."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.cast import PEOPLE, build_address
from app.gateways.files import confinement
from app.main import build_provider
from app.server import serve
from app.settings import ROOT, ProConnectSettings, Settings, SmsSettings, settings


def said(monkeypatch: pytest.MonkeyPatch, **changes: object) -> str:
    monkeypatch.setattr(serve, "settings", replace(settings, **changes))  # type: ignore[arg-type]
    return serve.format_welcome()


def test_a_demonstration_says_so_and_names_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    found = said(monkeypatch, demo=True, host="127.0.0.1", smtp_url="", public_url="http://127.0.0.1:8000")

    assert "http://127.0.0.1:8000/login" in found and "Version de démonstration" in found
    assert "http://127.0.0.1:8000/demo/mails" in found and "http://127.0.0.1:8000/demo/sms" in found
    assert all(build_address(login) in found for login in PEOPLE)


def test_a_real_installation_names_no_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = said(monkeypatch, demo=False)

    assert "@" not in found and "démonstration" not in found


def test_the_mailbox_is_not_promised_where_it_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/demo/mails" not in said(monkeypatch, demo=True, host="0.0.0.0", smtp_url="")  # noqa: S104
    assert "/demo/mails" not in said(monkeypatch, demo=True, host="127.0.0.1", smtp_url="smtp://localhost")


def test_a_public_demonstration_says_where_its_mailbox_is(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://essai.exemple.fr"
    welcome = said(monkeypatch, demo=True, open_demo=True, host="0.0.0.0", smtp_url="", public_url=url)  # noqa: S104
    assert f"{url}/demo/mails" in welcome and f"{url}/demo/sms" in welcome


def test_a_provider_of_texts_whose_answers_cannot_come_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SMS_ANSWERS_SECRET" in said(monkeypatch, sms=SmsSettings(url="https://textos.exemple.fr/"))
    assert "SMS_" not in said(monkeypatch, sms=SmsSettings(url="https://textos.exemple.fr/", answers_secret="x" * 40))


def test_a_template_of_the_mandate_that_cannot_be_drawn_stops_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "mandat.typ"
    broken.write_text("#set document(title: [Mandat)")
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": "", "MANDATE_TEMPLATE": str(broken)}
    tried = subprocess.run(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30
    )

    assert tried.returncode != 0 and tried.stdout == ""
    assert f"MANDATE_TEMPLATE ({broken}) ne se laisse pas imprimer" in tried.stderr and "unclosed" in tried.stderr


def test_keys_that_cannot_be_used_stop_the_start_without_being_shown(tmp_path: Path) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": "", "ENCRYPTION_KEYS": "2026:trop-courte"}
    tried = subprocess.run(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30
    )

    assert tried.returncode != 0 and tried.stdout == ""
    assert "ENCRYPTION_KEYS" in tried.stderr and "trop-courte" not in tried.stderr and "Traceback" not in tried.stderr


def test_what_the_kernel_lacks_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for demo in (True, False):
        monkeypatch.setattr(confinement, "list_missing_features", list)
        assert "Pièces jointes" not in said(monkeypatch, demo=demo)
        monkeypatch.setattr(confinement, "list_missing_features", lambda: ["Landlock", "seccomp"])
        found = said(monkeypatch, demo=demo)
        assert "Pièces jointes : Landlock n’est pas offert" in found and "seccomp n’est pas offert" in found


def test_a_port_already_taken_is_said_in_french_and_welcomes_no_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "PORT": port, "HOST": "127.0.0.1", "VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
        tried = subprocess.run(
            [sys.executable, "-m", "app", "serve"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
        )

    assert tried.returncode != 0 and tried.stdout == ""
    assert f"Le serveur n’a pas pu démarrer sur 127.0.0.1:{port}" in tried.stderr


@pytest.mark.parametrize("missing", ["issuer", "client_id", "client_secret"])
def test_proconnect_is_offered_with_all_three_settings(missing: str) -> None:
    given = {"issuer": "https://a.fr", "client_id": "us", "client_secret": "secret"}
    assert build_provider(Settings(proconnect=ProConnectSettings(**given)))
    assert build_provider(Settings(proconnect=ProConnectSettings(**given | {missing: ""}))) is None
