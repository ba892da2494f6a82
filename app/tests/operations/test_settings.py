"""Every invalid setting is refused by a line in French, all at once, before anything is written."""

import asyncio
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from app.__main__ import _run
from app.settings import ROOT, Settings, SmsSettings, settings
from app.settings.values import BadSettingError
from app.tests.operations.test_operations_page import find_names, read_first_cells
from app.tests.support.setting_values import RIGHT_VALUES, SECRET, WRONG_FORMATS, WRONG_VALUES, list_settings
from db.engine import build_engine


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Removes the settings of the machine that runs the tests."""
    monkeypatch.chdir(ROOT)
    for name in WRONG_VALUES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))


def read_setting_errors(monkeypatch: pytest.MonkeyPatch, **given: str) -> list[str]:
    """The lines of the refusal; none for valid settings."""
    with monkeypatch.context() as changed:
        for name, value in given.items():
            changed.setenv(name, value)
        try:
            Settings()
        except BadSettingError as refused:
            return str(refused).splitlines()
    return []


def test_every_setting_of_the_page_is_tried() -> None:
    """A new setting must be tried here with invalid values."""
    names = [str(one.metadata["name"]) for one in list_settings()]
    assert len(names) == len(set(names)) > 40
    assert (
        set(names)
        == find_names(read_first_cells("Réglages (variables d’environnement)"))
        == set(WRONG_VALUES)
        == set(RIGHT_VALUES)
    )


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_what_cannot_be_is_one_line_that_names_it_and_repeats_no_secret(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = [wrong.format(RIGHT_VALUES[name][0].strip()) for wrong in WRONG_FORMATS]
    for value in (*WRONG_VALUES[name], *around):
        lines = read_setting_errors(monkeypatch, **{name: value})
        assert len(lines) == 1 and lines[0].startswith(f"{name} : "), (value, lines)
        assert re.search(r"écri|donnez|retirez|choisissez|il faut", lines[0]) and lines[0].endswith((".", ").")), lines
        assert SECRET not in lines[0] and "\x1b" not in lines[0] and lines[0].isprintable(), (value, lines)


def test_every_secret_is_tried_with_a_wrong_value_that_may_not_be_repeated() -> None:
    names = {str(one.metadata["name"]) for one in list_settings() if not one.repr}
    assert len(names) == 9 and all(SECRET in "".join(WRONG_VALUES[name]) for name in names), names


def test_a_folder_where_our_account_may_not_write_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, who may write anywhere."""
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    (line,) = read_setting_errors(monkeypatch, VAR_DIR="/srv/aplus")
    assert line.startswith("VAR_DIR : le compte qui démarre n’a pas le droit d’écrire")
    (line,) = read_setting_errors(monkeypatch, VAR_DIR="/etc/passwd")
    assert line.startswith("VAR_DIR : écrivez un dossier")


@pytest.mark.parametrize("name", RIGHT_VALUES)
def test_what_can_be_is_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in RIGHT_VALUES[name]:
        assert read_setting_errors(monkeypatch, **{name: value}) == [], value
    assert read_setting_errors(monkeypatch, **{name: " "}) == [], "as if it were not given"


def test_all_that_is_wrong_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {name: values[0] for name, values in WRONG_VALUES.items()}
    lines = read_setting_errors(monkeypatch, **wrong)
    assert len(lines) == len(WRONG_VALUES) and {line.partition(" : ")[0] for line in lines} == set(WRONG_VALUES)


def test_a_setting_that_another_one_fills_is_not_reported_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """PUBLIC_URL defaults to HOST and PORT, DATABASE_URL to VAR_DIR, SECURITY_CONTACT to CONTACT_ADDRESS."""
    lines = read_setting_errors(monkeypatch, HOST="a b", PORT="abc", VAR_DIR="/etc/passwd", CONTACT_ADDRESS="aide")
    assert {line.partition(" : ")[0] for line in lines} == {"HOST", "PORT", "VAR_DIR", "CONTACT_ADDRESS"}
    assert len(lines) == 4


def test_ports_of_measures_are_apart_from_each_other_and_from_that_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ({"METRICS_PORT": "65533", "WORKERS": "4"}, {"METRICS_PORT": "7999", "WORKERS": "2"}):
        (line,) = read_setting_errors(monkeypatch, **wrong)
        assert line.startswith("METRICS_PORT : ")
    assert read_setting_errors(monkeypatch, METRICS_PORT="65532", WORKERS="4") == []
    assert read_setting_errors(monkeypatch, METRICS_PORT="8000", METRICS_HOST="10.0.0.7") == [], "another address"


def test_code_is_refused_like_the_environment() -> None:
    for wrong in ({"database_url": "postgress://hote/base"}, {"port": 0}, {"host": "a b"}, {"workers": 65}):
        with pytest.raises(BadSettingError):
            Settings(**wrong)
    with pytest.raises(BadSettingError, match="SMS_URL : "):
        SmsSettings(url="exemple.fr")
    with pytest.raises(BadSettingError, match="DATABASE_URL : "):
        build_engine("postgress://hote/base")


def test_values_are_what_the_rest_of_the_code_compares_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://A.exemple.fr:443/")
    monkeypatch.setenv("HOST", "::1")
    assert Settings().public_url == "https://a.exemple.fr", "as a browser writes it in Origin"
    assert Settings(public_url="").public_url == "http://[::1]:8000"
    assert Settings(contact_address="a@b.fr").security_contact == "a@b.fr"


BROKEN = {"PORT": "abc", "WORKERS": "beaucoup", "DEMO_PUBLIC": "oui", "SMTP_URL": f"smtp://moi:{SECRET}@hote:port"}
COMMANDS = {
    "0": ["-m", "app", "serve"],
    "1": ["-m", "piccolo.main", "migrations", "check"],
}


def start(folder: Path, *command: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Runs in its own process and an empty folder, where the files that it makes show."""
    environment = {name: value for name, value in os.environ.items() if name not in WRONG_VALUES}
    own = {"PYTHONPATH": str(ROOT), "PICCOLO_CONF": "db.piccolo_conf", **given}
    typed = [sys.executable, *command]
    return subprocess.run(typed, cwd=folder, env={**environment, **own}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("demo", COMMANDS)
def test_nothing_starts_and_nothing_is_made(demo: str, tmp_path: Path) -> None:
    address = f"postgress://moi:{SECRET}@hote/base"
    tried = start(tmp_path, *COMMANDS[demo], DEMO=demo, DATABASE_URL=address, VAR_DIR=str(tmp_path / "var"), **BROKEN)
    names = [line.partition(" : ")[0] for line in tried.stderr.splitlines()]
    assert (tried.returncode, tried.stdout) == (1, "") and sorted(names) == sorted({*BROKEN, "DATABASE_URL"})
    assert "Traceback" not in tried.stderr and SECRET not in tried.stderr and list(tmp_path.iterdir()) == []


def test_addresses_on_the_command_line_are_refused_before_either_is_touched(tmp_path: Path) -> None:
    typed = ("-m", "app", "move", f"sqlite://{SECRET}/a.sqlite", f"postgress://moi:{SECRET}@hote/base")
    tried = start(tmp_path, *typed, VAR_DIR=str(tmp_path / "var"))
    assert [line.partition(" : ")[0] for line in tried.stderr.splitlines()] == ["SOURCE", "CIBLE"]
    assert tried.returncode == 1 and SECRET not in tried.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file() or "sqlite" in path.name or "postg" in path.name]


@pytest.mark.parametrize("kept", [b"local:\xff", b"local:" + b"A" * 44, b""])
def test_a_kept_key_that_was_damaged_is_refused(kept: bytes, tmp_path: Path) -> None:
    """The refusal names the file: a new key in ENCRYPTION_KEYS would decrypt nothing of what is there."""
    (tmp_path / "encryption.key").write_bytes(kept)
    with pytest.raises(BadSettingError, match=r"^VAR_DIR/encryption\.key : la clé n’y est plus entière ; remettez"):
        _ = replace(settings, configured_encryption_keys="", var_folder=tmp_path).encryption_keys


def test_an_empty_key_signs_nothing(tmp_path: Path) -> None:
    """A full disk leaves an empty file."""
    (tmp_path / "secret.key").touch()
    with pytest.raises(BadSettingError, match=r"^VAR_DIR/secret\.key : la clé n’y est plus entière ; remettez"):
        _ = replace(settings, configured_secret_key="", var_folder=tmp_path).secret_key


def test_a_base_of_another_account_is_not_called_no_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", Mock(side_effect=PermissionError))
    (line,) = read_setting_errors(monkeypatch, DATABASE_URL=f"sqlite:///{tmp_path}/aplus.sqlite")
    assert line.startswith("DATABASE_URL : le compte qui démarre n’a pas le droit de lire et d’écrire cette base")


ANOTHER = "import sqlite3, sys; a = sqlite3.connect(sys.argv[1]); a.execute('SELECT b FROM a'); a.close()"


async def test_reading_the_address_again_ends_no_lock_of_the_base(tmp_path: Path) -> None:
    """Otherwise, the last connection of another process deletes the log that this one writes to."""
    address = f"sqlite:///{tmp_path}/aplus.sqlite"
    engine = build_engine(address)
    await engine.start()
    try:
        await engine.run_ddl("CREATE TABLE a (b INTEGER)")
        build_engine(address)
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", ANOTHER, str(tmp_path / "aplus.sqlite"))
        assert await other.wait() == 0
        assert (tmp_path / "aplus.sqlite-wal").exists()
    finally:
        await engine.stop()


def test_a_command_that_meets_a_bad_setting_on_the_way_says_it_and_ends() -> None:
    def read_key() -> None:
        raise BadSettingError("ENCRYPTION_KEYS : donnez à chaque clé un nom à elle.")

    with pytest.raises(SystemExit, match="ENCRYPTION_KEYS : donnez"):
        _run(read_key, [])


def test_a_file_of_another_account_is_named() -> None:
    """« migrate » made it as root, then the service runs as its own account."""

    def read_key() -> None:
        raise PermissionError(13, "Permission denied", "/srv/aplus/secret.key")

    with pytest.raises(SystemExit, match=r"^/srv/aplus/secret\.key : le compte qui démarre n’a pas le droit"):
        _run(read_key, [])


def test_a_command_without_its_base_is_one_line(tmp_path: Path) -> None:
    """The service migrates before it serves: this is what its operator reads first."""
    address = f"postgresql://moi:{SECRET}@127.0.0.1:1/base"
    tried = start(tmp_path, "-m", "app", "migrate", DATABASE_URL=address, VAR_DIR=str(tmp_path / "var"))
    assert (tried.returncode, tried.stdout) == (1, "") and SECRET not in tried.stderr
    assert tried.stderr.startswith("DATABASE_URL : la base ne répond pas (Conn") and tried.stderr.count("\n") == 1


@pytest.mark.parametrize("typed", [["--workers"], ["--workers", "4", "encore"], ["--port"]])
def test_a_word_that_bin_run_does_not_know_is_refused_before_anything_is_installed(typed: list[str]) -> None:
    tried = subprocess.run([ROOT / "bin/run", *typed], capture_output=True, text=True)
    assert tried.returncode == 2 and tried.stderr.startswith("Usage : bin/run") and tried.stderr.count("\n") == 1
