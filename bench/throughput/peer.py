"""django-helpdesk for comparison: its own environment, its own database of the same kind, one gunicorn worker.

The environment is made once in the system’s temporary folder with the machine’s pip.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT
from app.tests.support.postgres_cluster import find_free_port
from bench.throughput.cores import SERVER, pin_to_core
from bench.throughput.wrk import Target, WrkRequest

_VENV = Path(tempfile.gettempdir()) / "aplus-bench-helpdesk"
_PARTS = ("django-helpdesk", "gunicorn", "psycopg[binary]")
_QUIET = ("--log-level", "error", "--no-control-socket")
_APPLICATION = "django.core.wsgi:get_wsgi_application()"


@dataclass(frozen=True)
class Peer:
    server: Target
    versions: str
    asked: dict[str, list[WrkRequest]]


@contextmanager
def run_helpdesk(folder: Path, database: str) -> Iterator[Peer]:
    """Serves two hundred tickets of ten follow-ups until the block ends. database: empty for SQLite."""
    _install()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "bench.helpdesk.settings",
        "HELPDESK_FOLDER": str(folder),
        "HELPDESK_DATABASE": database,
    }
    seeded = json.loads(_run("-m", "bench.helpdesk.seed", environment=environment).splitlines()[-1])
    port = find_free_port()
    with pin_to_core(SERVER):
        serving = subprocess.Popen(
            [_python(), "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port}", *_QUIET, _APPLICATION],
            env=environment,
            cwd=ROOT,
        )
    try:
        yield Peer(Target(port, serving.pid), _versions(environment), _asked(seeded["tickets"], seeded["sessions"]))
    finally:
        serving.terminate()
        serving.wait(30)


def _asked(tickets: list[str], sessions: list[str]) -> dict[str, list[WrkRequest]]:
    """Requests the page of its list only: a script loads the lines afterwards."""
    cookies = [f"sessionid={session}" for session in sessions]
    return {
        "login": [WrkRequest("/login/")],
        "list": [WrkRequest("/tickets/", cookie) for cookie in cookies],
        "case": [WrkRequest(f"/tickets/{tickets[turn % len(tickets)]}/", one) for turn, one in enumerate(cookies)],
    }


def _install() -> None:
    if not _VENV.exists():
        subprocess.run([sys.executable, "-m", "venv", str(_VENV)], check=True)
        _run("-m", "pip", "install", "-q", "--disable-pip-version-check", *_PARTS, environment=dict(os.environ))


def _versions(environment: dict[str, str]) -> str:
    asked = "from importlib.metadata import version as v;print(*(f'{n} {v(n)}' for n in %r), sep=', ')"
    return _run("-c", asked % (["django-helpdesk", "Django", "gunicorn"],), environment=environment).strip()


def _python() -> str:
    return str(_VENV / "bin" / "python")


def _run(*arguments: str, environment: dict[str, str]) -> str:
    run = subprocess.run(
        [_python(), *arguments], check=True, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return run.stdout
