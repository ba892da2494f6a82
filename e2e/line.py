"""A line to the server that a test can cut for real: the browser's own « offline » leaves open streams alone."""

import contextlib
import socket
import threading


class Line:
    """A TCP relay on its own port. cut() drops every connection and takes no new one until mend().

    received: bytes that came from the server, framing included.
    """

    def __init__(self, target_port: int) -> None:
        self._target = target_port
        self._open: set[socket.socket] = set()
        self.received = 0
        self._whole = threading.Event()
        self._whole.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._whole.clear()
        for end in list(self._open):
            _close(end)

    def mend(self) -> None:
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
        threading.Thread(target=self._pump, args=(near, far), daemon=True).start()
        threading.Thread(target=self._pump, args=(far, near, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counted: bool = False) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
                self.received += len(piece) if counted else 0
        _close(source)
        _close(sink)
        self._open -= {source, sink}


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
