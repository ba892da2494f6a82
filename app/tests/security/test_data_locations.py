"""Each place where the code stores data has a row in docs/security.md, and each row has its place and its check."""

import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path, PurePath
from uuid import UUID

import pytest
from piccolo.columns import Bytea, Text, Varchar

from app.cast import Cast
from app.cli.backup.work_folder import RESTORE_FOLDER
from app.cli.backup.write import PIECES
from app.domain.accounts.actor import Actor
from app.gateways.files.store import EncryptedFileStore
from app.settings import OWN_FILE_PATTERNS, ROOT
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.browser import Browser
from app.tests.support.data_locations import (
    CLEAR_TEXT,
    ENCRYPTED_COLUMNS,
    REST,
    SEARCH_TOKENS,
    find_location_of_file,
    load_data_locations,
)
from db.encryption import format_column_name
from db.piccolo_app import APP_CONFIG
from db.tables.encrypted_columns import ENCRYPTED_CITIZEN_COLUMNS

SignIn = Callable[[Actor], Awaitable[Browser]]
CODES = {
    *("cases.status", "cases.status_before_closing", "cases.mode", "cases.outcome", "cases.next_side"),
    "recipient.next_side",
    *("message.audience", "message.key", "event.kind", "event.audience", "search_token.key_id", "form_save.form_name"),
    *("form_save.page", "mandate.kind", "sms.state", "attachment.audience", "attachment.media_type"),
    *("attachment.scan", "attachment.cleaning", "case_field.label"),
}
"""Columns whose values the platform chooses, in tables with words of a citizen."""
CONSTANTS = {"PIECES": PIECES, "RESTORE_FOLDER": RESTORE_FOLDER}


def test_each_row_says_until_when_and_names_a_check() -> None:
    assert len(load_data_locations()) > 20
    assert not [place.name for place in load_data_locations().values() if not (place.until.strip() and place.checks)]


def test_each_table_and_each_column_of_text_has_its_row() -> None:
    tables = {table._meta.tablename: table for table in APP_CONFIG.table_classes}
    listed = {name: load_data_locations()[name].names for name in (ENCRYPTED_COLUMNS, CLEAR_TEXT, SEARCH_TOKENS)}
    columns = frozenset().union(*listed.values())
    of_citizens = {name.partition(".")[0] for name in columns}

    assert listed[ENCRYPTED_COLUMNS] == {format_column_name(column) for column, *_ in ENCRYPTED_CITIZEN_COLUMNS}
    assert of_citizens | load_data_locations()[REST].names == set(tables), (
        "a new table says here what it holds of a citizen"
    )
    assert not of_citizens & load_data_locations()[REST].names
    texts = {
        format_column_name(column)
        for name in of_citizens
        for column in tables[name]._meta.columns
        if isinstance(column, Varchar | Text | Bytea)
    }
    assert texts - columns == CODES, "a new column of text says here what it holds"
    assert columns - texts == {"search_token.token", "sms.phone_token"}


def test_each_folder_and_file_of_the_var_folder_has_its_row() -> None:
    sources = [path.read_text() for path in (ROOT / "app").rglob("*.py") if "test" not in path.name]
    found = [name for text in sources for name in re.findall(r'var_folder(?:\(\))? / ("[^"]+"|\'[^\']+\'|\w+)', text)]
    names = {name.strip("\"'") if name[0] in "\"'" else CONSTANTS[name] for name in found}

    assert names >= {"pieces", "courrier", "secret.key", "seed.lock"}
    assert not [name for name in names if not find_location_of_file(PurePath(name, "un"))]
    listed = frozenset().union(*(place.names for place in load_data_locations().values()))
    files = {
        name for name in listed if PurePath(name).suffix[1:] in {"sqlite", "key", "lock", "vide", "partiel", "tmp"}
    }
    assert names | files <= set(OWN_FILE_PATTERNS) | {"aplus.sqlite"}, "or a folder with it in it is not tightened"


def test_each_thing_that_a_browser_keeps_has_its_row() -> None:
    kept = [path for path in (ROOT / "app/static").glob("*.js") if not path.name.startswith("htmx")]
    scripts = re.sub(r"//.*", "", "\n".join(path.read_text() for path in kept))
    routes = "\n".join(path.read_text() for path in (ROOT / "app/routes").rglob("*.py"))
    found = {f"sessionStorage.{name}" for name in re.findall(r"sessionStorage\.(\w+)", scripts)}
    found |= {f"indexedDB.{name}" for name in re.findall(r'const NAME = "(\w+)"', scripts) if "indexedDB" in scripts}
    found |= set(re.findall(r'cookie_name\("(\w+)"\)', routes))
    listed = [place.names for place in load_data_locations().values() if place.name.startswith("navigateur")]

    assert found == frozenset().union(*listed) and len(found) > 6
    assert scripts.count("indexedDB.open(") == 1
    assert not re.search(r"localStorage|document\.cookie|caches\.|serviceWorker|sessionStorage(\[|\.setItem)", scripts)


async def test_no_field_about_a_citizen_is_suggested_again(
    cast: Cast, case_id: UUID, draft_id: UUID, sign_in: SignIn
) -> None:
    """A browser suggests what was typed in a one-line field to the next person at the same computer."""
    agent = await sign_in(cast.agent_lot)
    started = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer")
    draft = started.path.rpartition("/")[0]
    paths = ["/demandes", f"/demandes/{case_id}/complement", f"/demandes/{case_id}/identite"]
    paths += [f"{draft}/{step}" for step in ("usager", "blocage", "mandat")]
    asked = 0
    for path in paths:
        page = await agent.get(path)
        assert page.status == 200, path
        for field in page.soup.select("main input"):
            if field.get("type", "text") in {"text", "search", "tel"}:
                own = field.has_attr("form")
                form = page.soup.find("form", id=str(field["form"])) if own else field.find_parent("form")
                off = {field.get("autocomplete"), form and form.get("autocomplete")}
                assert "off" in off, f"{path}: « {field.get('name')} »"
                asked += 1
    assert asked > 8


async def test_a_form_with_files_leaves_no_named_file_in_tmpdir(
    cast: Cast, case_id: UUID, sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, seen, write = tmp_path / "tmp", list[tuple[int, int]](), EncryptedFileStore._write
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def looked(files: EncryptedFileStore, place: Path, offset: int, piece: bytes) -> None:
        links = [link for one in Path("/proc/self/fd").iterdir() if (link := _target(one)).startswith(str(folder))]
        seen.append((len(list(folder.iterdir())), len(links)))
        write(files, place, offset, piece)

    monkeypatch.setattr(EncryptedFileStore, "_write", looked)
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    large = PDF + b"%" * 2 * 1024 * 1024
    sent = await agent.press_with([("relevé.pdf", large)], page, "Envoyer le message", message="Voici.")
    assert sent.status == 200 and set(seen) == {(0, 1)}, "it has no name, and is there"


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""
