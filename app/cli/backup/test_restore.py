"""The written procedure, command by command: a backup during writes, restored on an empty machine, then served."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cast import Cast, load_cast
from app.cli.backup.encrypted_file import BackupError, UnreadableBackupError
from app.cli.backup.read import open_backup
from app.cli.backup.restore import restore
from app.cli.backup.snapshot import RowCounts
from app.cli.backup.work_folder import lock_work_folder
from app.cli.backup.write import DATABASE, PIECES, Manifest, create_backup
from app.domain.audit.log import write_audit
from app.domain.authentication.login_link import request_login_link
from app.domain.authentication.sessions import begin_session
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.test_erasure import CANARY, full_case
from app.domain.cases.thread.posting import post_message
from app.domain.files.file_digest import decrypt_digest
from app.domain.members.invitation import invite_to_team
from app.domain.operations.last_backup import find_backup_age
from app.settings import ROOT, Settings, settings
from app.settings.values import BadSettingError
from app.tests.support.backups_fixtures import BACKUP_SECRET, Machine
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fixtures import open_engine
from db.engine import build_engine, use_engine
from db.piccolo_app import APP_CONFIG
from db.tables.address_changes import AddressChange
from db.tables.attachments import Attachment
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.login import LoginLink, PendingLogin
from db.tables.members import Invitation
from db.tables.proconnect import ProviderIdentity, ProviderLogin
from db.tables.second_factor import RecoveryCode
from db.tables.sessions import Session
from db.tables.thread import Message

if TYPE_CHECKING:
    from app.gateways.files.store import EncryptedFileStore

EmptyMachine = Callable[[], Machine]
DRAWN = b"RIFF, a preview"


async def a_day_of_work(cast: Cast, files: EncryptedFileStore, now: datetime) -> None:
    """Leaves cases with files, a half-sent file, waiting emails, an open session, a login link and an invitation."""
    for _ in range(3):
        await full_case(cast, files, await make_draft(cast.agent_lot, now, "CAF", "MSA"), now)
    await files.write_chunk(uuid4(), 0, b"le debut d'un envoi")
    await begin_session(cast.agent_lot.id, remember=True, browser="tests", now=now)
    await request_login_link("agent.cher@exemple.fr", browser="b", network="n", remember=False, next_path="", now=now)
    for row in await Attachment.select(Attachment.id):
        files.save_preview(row["id"], DRAWN)
    team = cast.manager_caf_lot.seats[0].team_id
    await invite_to_team(cast.manager_caf_lot, team, "nouvelle@exemple.fr", now)


async def write_until(stop: asyncio.Event, cast: Cast, now: datetime, case_id: UUID) -> int:
    """Number of messages posted until `stop`, at the pace of the rate limit (app/domain/rate_limit.py)."""
    written = 0
    while not stop.is_set():
        at = now + timedelta(seconds=6 * written)
        await post_message(cast.agent_lot, case_id, f"Message {written}", key=str(written), now=at)
        written += 1
    return written


async def rows_now() -> RowCounts:
    tables = APP_CONFIG.table_classes
    return {table._meta.tablename: await table.count() for table in tables}


def backed_up(machine: Machine, folder: Path) -> tuple[Path, Manifest]:
    found = machine.run_ok("backup", str(machine.folder))
    (place,) = machine.folder.glob("*.sauvegarde")
    assert str(place) in found and place.stat().st_mode & 0o777 == 0o600
    assert CANARY.encode() not in place.read_bytes() and b"SQLite format" not in place.read_bytes()
    folder.mkdir()
    return place, open_backup(place, BACKUP_SECRET, folder)


async def backed_up_here(machine: Machine) -> Path:
    """The same backup as the command’s, without the two seconds of its start."""
    use_engine(build_engine(machine.database))
    return (await create_backup(settings_of(machine), machine.folder / "une.sauvegarde"))[0]


def settings_of(machine: Machine, key: str = BACKUP_SECRET) -> Settings:
    return replace(settings, var_folder=machine.folder, backup_key=key)


def same_files(found: Path, kept: Path) -> int:
    """Number of files; both sets are the same to the byte."""
    names, others = ({path.relative_to(top) for path in top.rglob("*") if path.is_file()} for top in (found, kept))
    assert names == others
    assert all((found / name).read_bytes() == (kept / name).read_bytes() for name in names)
    return len(names)


async def test_what_was_there_at_the_cut_is_there_again_and_acts_by_itself_no_more(
    new_database: str, machine: Machine, files: EncryptedFileStore, tmp_path: Path, empty_machine: EmptyMachine
) -> None:
    now, stop = datetime.now(UTC), asyncio.Event()
    async with open_engine(build_engine(new_database)):
        cast = await load_cast()
        await a_day_of_work(cast, files, now)
        case_id = await make_draft(cast.agent_lot, now, "CAF")
        await submit(cast.agent_lot, case_id, now)
        writing = asyncio.create_task(write_until(stop, cast, now, case_id))
        await asyncio.sleep(0.1)
        place, manifest = await asyncio.to_thread(backed_up, machine, tmp_path / "ouverte")
        stop.set()
        written, age = await writing, await find_backup_age(datetime.now(UTC))
        assert age is not None and timedelta() <= age < timedelta(minutes=2), "who watches knows of it"
        assert 0 < manifest.rows["message"] < await Message.count() and written > 20
    assert same_files(tmp_path / "ouverte" / PIECES, tmp_path / "pieces") == len(manifest.parts) - 1 > 5

    other = empty_machine()
    found = await asyncio.to_thread(other.run_ok, "restore", str(place))

    assert same_files(other.folder / PIECES, tmp_path / "pieces")
    async with open_engine(build_engine(other.database)):
        await check_quiet(manifest, found)
        await check_files(other.folder)
    await asyncio.to_thread(check_served, other)
    held = await asyncio.to_thread(other.run_ok, "emails", "held")
    released = await asyncio.to_thread(other.run_ok, "emails", "release")
    async with open_engine(build_engine(other.database)):
        waiting = await Email.count().where(Email.state == "waiting")
        assert waiting > 3 and released == f"{waiting} mails rendus à l’envoi.\n"
        assert held.startswith(f"{waiting} mails retenus, écrits du {now:%d/%m/%Y}")
    dropped = await asyncio.to_thread(other.run_ok, "letters", "drop")  # former name of « emails », for one release
    assert dropped.startswith("0 mails abandonnés"), "those have been released"


async def check_quiet(manifest: Manifest, told: str) -> None:
    """All rows of the backup are there, except what opened something; no email will leave."""
    rows, quiet = await rows_now(), {"session": 0, "login_link": 0, "pending_login": 0, "provider_login": 0}
    login_letters = manifest.rows["email"] - rows["email"]
    assert login_letters == manifest.rows["login_link"] == 1
    expected = {**manifest.rows, **quiet, "email": rows["email"], "audit_log": manifest.rows["audit_log"] + 1}
    assert rows == {name: count for name, count in expected.items() if name in rows}
    assert not await Email.exists().where(Email.state == "waiting")
    held = await Email.count().where(Email.state == "held")
    assert f"{held} mails retenus" in told and "1 sessions fermées" in told and held > 3
    assert not await Invitation.exists().where(Invitation.expires_at > datetime.now(UTC))
    assert await AuditEntry.count().where(AuditEntry.action == "platform.restored") == 1


async def check_files(folder: Path) -> None:
    from app.gateways.files.store import EncryptedFileStore

    kept = EncryptedFileStore(folder / PIECES, requires_scan=False)
    sent = await Attachment.select(Attachment.id, Attachment.digest).where(Attachment.posted_at.is_not_null())
    digests = {row["id"]: decrypt_digest(row["id"], row["digest"]) for row in sent}
    assert [kept.load_preview(row["id"]) for row in sent] == [DRAWN] * 6
    assert len(sent) == 6 and all([await kept.has_digest(one, digest) for one, digest in digests.items()])


def check_served(machine: Machine) -> None:
    """A server starts there, is ready, and sends none of the held emails."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    machine.overrides = {"PORT": port, "PUBLIC_URL": "", "HOST": "127.0.0.1", "DEMO": "1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env=machine.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout and "Administration+" in server.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            assert json.loads(answer.read()) == {"pret": True, "manque": []}
        time.sleep(0.5)
        assert not (machine.folder / "courrier").exists()
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture
async def small(machine: Machine, new_database: str, files: EncryptedFileStore) -> Path:
    """A backup of a database with one file, and its machine."""
    async with open_engine(build_engine(new_database)):
        cast, now = await load_cast(), datetime.now(UTC)
        await full_case(cast, files, await make_draft(cast.agent_lot, now, "CAF", "MSA"), now)
    return await backed_up_here(machine)


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_a_changed_bit_another_key_and_a_cut_are_refused_and_nothing_is_touched(
    small: Path, empty_machine: EmptyMachine
) -> None:
    whole, other, tried = small.read_bytes(), empty_machine(), small.with_name("essai")
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    for content in (bytes(changed), whole[:-1], whole[: len(whole) // 2], whole + b"\0", b"rien"):
        tried.write_bytes(content)
        with lock_work_folder(small.with_name("ouverte")) as folder, pytest.raises(UnreadableBackupError):
            open_backup(tried, BACKUP_SECRET, folder)
    tried.write_bytes(changed)
    assert "ne s’ouvre pas" in other.run_refused("restore", str(tried))
    with lock_work_folder(small.with_name("ouverte")) as folder, pytest.raises(UnreadableBackupError):
        open_backup(small, BACKUP_SECRET[::-1], folder)
    assert not list(other.folder.iterdir())


async def test_a_database_that_holds_something_is_replaced_only_when_told(
    small: Path, machine: Machine, new_database: str
) -> None:
    async with open_engine(build_engine(new_database)):
        await write_audit("login", now=datetime.now(UTC))
        before = await rows_now()
    use_engine(build_engine(new_database))
    with pytest.raises(BackupError, match="n’est pas vide"):
        await restore(settings_of(machine), small, replace=False)
    async with open_engine(build_engine(new_database)):
        assert await rows_now() == before
        assert "arrêtez le serveur" in await asyncio.to_thread(
            machine.run_refused, "restore", str(small), "--remplacer"
        )

    found = await asyncio.to_thread(machine.run_ok, "restore", str(small), "--remplacer")
    assert "remise en place" in found and "ATTENTION" not in found

    async with open_engine(build_engine(new_database)):
        after = await rows_now()
        assert after["audit_log"] == before["audit_log"] and after["message"] == before["message"]
        assert await AuditEntry.count().where(AuditEntry.action == "platform.restored") == 1


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_what_was_due_meanwhile_is_erased_before_anybody_reads_it(
    machine: Machine, new_database: str, files: EncryptedFileStore, empty_machine: EmptyMachine
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=400)
    async with open_engine(build_engine(new_database)):
        cast = await load_cast()
        await full_case(cast, files, await make_draft(cast.agent_lot, long_ago, "CAF", "MSA"), long_ago)
    place, other = await backed_up_here(machine), empty_machine()

    assert "\n1 demandes effacées" in await asyncio.to_thread(other.run_ok, "restore", str(place))

    assert not list((other.folder / PIECES).iterdir())
    async with open_engine(build_engine(other.database)):
        assert await Attachment.count() == 0 and not await Message.exists().where(Message.body != "")


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_keys_that_do_not_open_what_is_sealed_are_told(small: Path, empty_machine: EmptyMachine) -> None:
    other = empty_machine()
    other.overrides = {"ENCRYPTION_KEYS": "autre:" + "A" * 43 + "="}
    assert "ATTENTION : les clés d’ici" in other.run_ok("restore", str(small))


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
async def test_a_restore_that_stops_in_the_middle_leaves_what_was_there(
    small: Path, machine: Machine, new_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise BackupError("pg_restore n’a pas abouti")

    async with open_engine(build_engine(new_database)):
        before = await rows_now()
    use_engine(build_engine(new_database))
    monkeypatch.setattr("app.cli.backup.restore.run_tool", stop)
    with pytest.raises(BackupError, match="abouti"):
        await restore(settings_of(machine), small, replace=True)
    async with open_engine(build_engine(new_database)):
        assert await rows_now() == before


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_without_a_key_nothing_is_written_and_no_name_is_taken_twice(small: Path, machine: Machine) -> None:
    use_engine(build_engine(machine.database))
    with pytest.raises(BackupError, match="existe déjà"):
        await create_backup(settings_of(machine), small)
    with pytest.raises(BackupError, match="BACKUP_KEY"):
        await create_backup(settings_of(machine, ""), machine.folder / "autre")
    with pytest.raises(BadSettingError, match="BACKUP_KEY"):
        settings_of(machine, "courte")
    assert sorted(path.name for path in machine.folder.glob("*sauvegarde*")) == [small.name]
    assert "Usage" in await asyncio.to_thread(machine.run_refused, "backup")


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_the_manifest_must_say_what_is_there(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.backup.read._write_part", lambda *_: (0, ""))
    (tmp_path / "lue").mkdir()
    with pytest.raises((UnreadableBackupError, FileNotFoundError)):
        open_backup(small, BACKUP_SECRET, tmp_path / "lue")
    assert not (tmp_path / "lue" / DATABASE).exists()


def test_every_secret_of_the_database_is_among_those_that_open_nothing_any_more() -> None:
    secret = {
        table
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if (name := column._meta.name).endswith(("_hash", "_token")) and name not in {"password_hash", "phone_token"}
    }
    secret -= {RecoveryCode, ProviderIdentity}  # they belong to the person, as the password does
    closed = {Session, LoginLink, PendingLogin, ProviderLogin, Invitation, AddressChange}
    assert secret == closed, "app/domain/operations/after_restore.py: what opens a door is closed there"
