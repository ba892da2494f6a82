"""What `python -m app serve` says, and that it says it once it listens."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app import serving
from app.cast import PEOPLE, address_of
from app.settings import ROOT, settings


def said(monkeypatch: pytest.MonkeyPatch, **changes: object) -> str:
    monkeypatch.setattr(serving, "settings", replace(settings, **changes))  # type: ignore[arg-type]
    return serving.welcome()


def test_a_demonstration_says_so_and_names_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    told = said(monkeypatch, demo=True, host="127.0.0.1", smtp_url="", public_url="http://127.0.0.1:8000")

    assert "http://127.0.0.1:8000/login" in told and "Version de démonstration" in told
    assert "http://127.0.0.1:8000/demo/courrier" in told
    assert all(address_of(login) in told for login in PEOPLE)


def test_a_real_installation_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    told = said(monkeypatch, demo=False)

    assert "@" not in told and "démonstration" not in told


def test_the_mailbox_is_not_promised_where_it_is_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/demo/courrier" not in said(monkeypatch, demo=True, host="0.0.0.0", smtp_url="")  # noqa: S104
    assert "/demo/courrier" not in said(monkeypatch, demo=True, host="127.0.0.1", smtp_url="smtp://localhost")


def test_a_port_already_taken_is_said_in_french_and_welcomes_nobody(tmp_path: Path) -> None:
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
