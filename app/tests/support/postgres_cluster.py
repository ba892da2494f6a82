"""A private PostgreSQL cluster in a temporary folder, for tests: never as root, deleted at the end.

TEST_POSTGRES_URL names a server to use instead; its databases are created and dropped there.
"""

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg

_EACH_TABLE = """
DO $$ DECLARE each text; BEGIN
  FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('{}', each); END LOOP;
END $$;"""
_EACH_SEQUENCE = _EACH_TABLE.replace("tablename", "sequencename").replace("pg_tables", "pg_sequences")
_ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_QUICK = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60"),
    "track_commit_timestamp=on",  # may be on in production: tests look at what it would reveal
)


@dataclass(frozen=True)
class Cluster:
    """A running server; `url` ends in a slash, to which a database’s name is added."""

    url: str

    def create_database(self, name: str) -> str:
        """The new database’s URL; an existing one of the same name is dropped first."""
        self.drop_database(name)
        self._execute(f'CREATE DATABASE "{name}"')
        return self.url + name

    def drop_database(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def save_rows(self, name: str) -> None:
        """Copies every row aside for restore_rows(): ten times as quick as another database of the same template."""
        number = "CREATE TABLE kept.%1$I AS SELECT last_value, is_called FROM public.%1$I"
        self._execute("CREATE SCHEMA kept;" + _EACH_TABLE.format("CREATE TABLE kept.%1$I AS TABLE public.%1$I"), name)
        self._execute(_EACH_SEQUENCE.format(number), name)

    def restore_rows(self, name: str) -> None:
        """Restores the rows and sequences of save_rows(); other connections are closed."""
        self._execute(_ALONE, name)
        each = "DELETE FROM public.%1$I; INSERT INTO public.%1$I SELECT * FROM kept.%1$I"
        number = "SELECT setval(''public.%1$I'', last_value, is_called) FROM kept.%1$I"
        quiet = "SET session_replication_role = replica;"
        self._execute(quiet + _EACH_TABLE.format(each) + _EACH_SEQUENCE.format(number), name)

    def disconnect(self, name: str) -> None:
        """Closes our own connection: a restore refuses to work while another is connected."""
        _connections().close(self.url + name)

    def _execute(self, sql: str, database: str = "postgres") -> None:
        _connections().execute(self.url + database, sql)


class _Connections:
    """One open connection for each database, in its own loop: callable from inside a running loop, as fixtures are.

    A new connection reads the catalogue again: restore_rows() takes 80 ms on a new one, 17 ms on a used one.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._open: dict[str, asyncpg.Connection] = {}
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def execute(self, url: str, sql: str) -> None:
        asyncio.run_coroutine_threadsafe(self._execute(url, sql), self._loop).result()

    def close(self, url: str) -> None:
        if known := self._open.pop(url, None):
            asyncio.run_coroutine_threadsafe(known.close(), self._loop).result()

    async def _execute(self, url: str, sql: str) -> None:
        try:
            await (await self._connection(url)).execute(sql)
        except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError):  # a test ended it
            self._open.pop(url, None)
            await (await self._connection(url)).execute(sql)

    async def _connection(self, url: str) -> asyncpg.Connection:
        if url not in self._open or self._open[url].is_closed():
            self._open[url] = await asyncpg.connect(url)
        return self._open[url]


@cache
def _connections() -> _Connections:
    return _Connections()


@dataclass(frozen=True)
class OwnCluster(Cluster):
    """A cluster that the tests started, and may stop in the middle of its work."""

    folder: Path
    options: tuple[str, ...]

    def start(self) -> None:
        options = " ".join(f"-c {option}" for option in self.options)
        self._control("-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """« fast » ends every connection in order; « immediate » is a power cut."""
        self._control("-m", mode, "stop")

    def _control(self, *arguments: str) -> None:
        _run(_unprivileged(), "pg_ctl", "-D", str(self.folder / "data"), *arguments)


@contextmanager
def run_shared_cluster() -> Iterator[Cluster]:
    given = os.environ.get("TEST_POSTGRES_URL", "")
    if given:
        yield Cluster(given.rstrip("/") + "/")
    else:
        with run_own_cluster(*_QUICK) as cluster:
            yield cluster


@contextmanager
def run_own_cluster(*options: str) -> Iterator[OwnCluster]:
    """Without options, a commit is durable, as in production."""
    folder = Path(tempfile.mkdtemp(prefix="aplus-pg-"))
    try:
        cluster = _prepared(folder, options)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(folder: Path, options: tuple[str, ...]) -> OwnCluster:
    port, owner = find_free_port(), _unprivileged()
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    _run(owner, "initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    own = (*options, f"port={port}", f"unix_socket_directories={folder}")
    return OwnCluster(f"postgresql://postgres@127.0.0.1:{port}/", folder, own)


def _run(owner: pwd.struct_passwd | None, program: str, *arguments: str) -> None:
    user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    subprocess.run(
        [_binary(program), *arguments],
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        **user,  # type: ignore[call-overload]
    )


def _unprivileged() -> pwd.struct_passwd | None:
    """The user to run as when we are root, which PostgreSQL refuses."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _binary(program: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(program)
    if path is None:
        raise RuntimeError(f"{program} is missing: bin/test installs PostgreSQL")
    return path


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
