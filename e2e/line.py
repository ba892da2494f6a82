"""A connection to the server that a test can really cut: the browser’s own « offline » leaves open streams alone.

Also proxies that buffer each answer to its end, or that end streams at once.
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from enum import Enum

Pump = Callable[[socket.socket, socket.socket], None]


class StreamHandling(Enum):
    """What the proxy does to a stream."""

    PASSED_ON = "as it comes"
    HELD = "never: it waits for the end"
    ENDED = "its first words, then nothing more"


class CuttableLine:
    """A TCP relay on its own port. cut() drops every connection and accepts no new one until mend().

    `received`, `sent`: bytes from the server, and to it, framing included.
    """

    def __init__(self, target_port: int, streams: StreamHandling = StreamHandling.PASSED_ON) -> None:
        self._target, self._streams = target_port, streams
        self._open: set[socket.socket] = set()
        self.received = self.sent = 0
        self._whole = threading.Event()
        self._whole.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._whole.clear()
        for end in list(self._open):
            _close(end)

    def restore(self) -> None:
        self._whole.set()

    def close(self) -> None:
        self.cut()
        _close(self._listener)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._whole.is_set():
                    self._relay(near)
                else:
                    _close(near)

    def _relay(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self._target))
        self._open |= {near, far}
        for pump in (self._send, self._receive):
            threading.Thread(target=self._pump, args=(pump, near, far), daemon=True).start()

    def _pump(self, pump: Pump, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            pump(near, far)
        _close(near)
        _close(far)
        self._open -= {near, far}

    def _send(self, near: socket.socket, far: socket.socket) -> None:
        while piece := near.recv(65536):
            far.sendall(piece)
            self.sent += len(piece)

    def _receive(self, near: socket.socket, far: socket.socket) -> None:
        stream = False
        while piece := far.recv(65536):
            stream = stream or b"text/event-stream" in piece
            if stream and self._streams == StreamHandling.HELD:
                continue
            near.sendall(piece)
            self.received += len(piece)
            if stream and self._streams == StreamHandling.ENDED and b"event: p" in piece:
                return


class HeaderStrippingProxy(CuttableLine):
    """A firewall that drops HX-* headers and all headers that it does not know, both ways.

    It serves one exchange for each connection, so that the head is what arrives first.
    """

    def _send(self, near: socket.socket, far: socket.socket) -> None:
        head, _, body = _until_body(near)
        far.sendall(_strip_headers(head) + b"\r\nConnection: close\r\n\r\n" + body)
        super()._send(near, far)

    def _receive(self, near: socket.socket, far: socket.socket) -> None:
        head, _, body = _until_body(far)
        near.sendall(_strip_headers(head) + b"\r\n\r\n" + body)
        super()._receive(near, far)


def _until_body(end: socket.socket) -> tuple[bytes, bytes, bytes]:
    come = b""
    while b"\r\n\r\n" not in come and (piece := end.recv(65536)):
        come += piece
    return come.partition(b"\r\n\r\n")


def _strip_headers(head: bytes) -> bytes:
    unknown = (b"hx-", b"upload-", b"connection:", b"content-security-policy:")
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(unknown))


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
