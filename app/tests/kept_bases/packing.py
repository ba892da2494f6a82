"""A kept base as files: one archive for each database, with the attachments, and the dump or the database itself.

They hold nothing of the machine that made them: no name, no path, no file time.
"""

import io
import lzma
import tarfile
from pathlib import Path

from app.cli.backup.postgres_tools import run_tool
from app.settings import ROOT

FOLDER = ROOT / "db" / "kept_bases"
FACTS = "facts.json"
SQLITE_FILE, DUMP = "aplus.sqlite", "base.sql"
_HEAD = """SET client_encoding = 'UTF8';
SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
"""


def list_past_databases() -> list[Path]:
    return sorted(path.parent for path in FOLDER.glob(f"*/{FACTS}"))


def find_archive(folder: Path, kind: str) -> Path:
    """`kind` is sqlite or postgresql."""
    return folder / f"{kind}.tar.xz"


def pack(source: Path, archive: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(path.relative_to(source).as_posix())
            entry.size, entry.mode = path.stat().st_size, 0o600
            tar.addfile(entry, io.BytesIO(path.read_bytes()))
    archive.write_bytes(lzma.compress(packed.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def unpack(archive: Path, folder: Path) -> None:
    """Readable by this account alone, as the server leaves them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        for entry in tar:
            read, place = tar.extractfile(entry), folder / entry.name
            assert read
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_bytes(read.read())
            place.chmod(0o600)


def load_dump(folder: Path, url: str) -> None:
    """Loads an unpacked folder’s dump into the empty database at `url`, as an operator would. SQLite needs none."""
    if url.startswith("postgresql"):
        run_tool("psql", url, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file", str(folder / DUMP))


def write_dump(url: str, path: Path) -> None:
    """Plain SQL for any later PostgreSQL and any owner, without its head: settings of the server that wrote it."""
    options = ("--no-owner", "--no-privileges", "--no-comments", "--inserts", "--rows-per-insert=500")
    run_tool("pg_dump", url, *options, "--file", str(path))
    head, first, rest = path.read_text().partition("\nCREATE ")
    assert head.count("\nSET ") > 5 and "INSERT" not in head
    path.write_text(_HEAD + first + _without_end(rest))


def _without_end(dump: str) -> str:
    r"""Without psql’s \unrestrict, on the last lines of recent versions."""
    return dump.rpartition("\n\\unrestrict ")[0] or dump
