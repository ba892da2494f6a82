"""A small IMAP server on a socket of its own: one mailbox, with the commands that bounce_mailbox.py uses (RFC 3501)."""

from __future__ import annotations

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

PASSWORD = "p@ss mot"


class ImapServer(socketserver.ThreadingTCPServer):
    """emails: uid -> its bytes. seen: the uids that were marked. folder: the only one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.emails, self.seen, self.folder, self.logins = dict[int, bytes](), set[int](), "Retours", list[str]()

    @property
    def url(self) -> str:
        return f"imap://retours%40exemple.fr:p%40ss%20mot@127.0.0.1:{self.server_address[1]}/{self.folder}"

    def add(self, raw: bytes) -> None:
        self.emails[len(self.emails) + 1] = raw


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            done = self._answer(command)
            self._say(f"{tag} {done}")
            if command == "LOGOUT":
                return

    def _answer(self, command: str) -> str:
        if command == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif command.startswith("LOGIN"):
            self.server.logins.append(command)
            return "OK done" if command == f'LOGIN retours@exemple.fr "{PASSWORD}"' else "NO wrong password"
        elif command.startswith("SELECT"):
            return "OK done" if command == f'SELECT "{self.server.folder}"' else "NO no such folder"
        elif command == "UID SEARCH UNSEEN":
            self._say("* SEARCH " + " ".join(str(uid) for uid in sorted(self.server.emails.keys() - self.server.seen)))
        elif found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            raw = self.server.emails[int(found[1])][: int(found[2])]
            self._say(f"* {found[1]} FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}")
            self.wfile.write(raw + b")\r\n")
        elif found := re.fullmatch(r"UID STORE ([\d,]+) \+FLAGS\.SILENT \(\\Seen\)", command):
            self.server.seen |= {int(uid) for uid in found[1].split(",")}
        elif command != "LOGOUT":
            return "BAD unknown command"
        return "OK done"

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def run_imap_server() -> Iterator[Any]:
    with ImapServer() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
