"""Runs pg_dump and pg_restore with the settings’ connection. The password is on no command line."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit, urlunsplit

from app.cli.backup.encrypted_file import BackupError


def run_tool(name: str, url: str, *arguments: str, output: BinaryIO | None = None) -> None:
    """output: where the tool’s output goes. Raises BackupError with the tool’s message."""
    parts = urlsplit(url)
    shown = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)))
    secret = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    command = [find_newest_tool(name), "--no-password", *arguments, "--dbname", shown]
    environment, destination = {**os.environ, **secret}, output or subprocess.DEVNULL
    done = subprocess.run(command, env=environment, stdout=destination, stderr=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{name} n’a pas abouti :\n{done.stderr.strip()}")


def find_newest_tool(name: str) -> str:
    # a tool older than its server refuses to work with it
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise BackupError(f"Il manque {name} : installez postgresql-client.")
    return path
