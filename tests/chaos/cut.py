"""A network that can be cut: TCP on loopback, passed on to whichever replica answers."""

import contextlib
import itertools
import selectors
import socket
import threading
from collections.abc import Sequence


class Wire:
    """One address before several; while cut, nobody is let in and what is open is torn."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = itertools.cycle(ports)
        self._count = len(ports)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._cut = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut.set()
        with self._lock:
            torn, self._open = self._open, set()
        for one in torn:
            _close(one)

    def mend(self) -> None:
        self._cut.clear()

    def close(self) -> None:
        self.cut()
        _close(self._listener)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._cut.is_set():
                _close(client)
                continue
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _connect(self) -> socket.socket | None:
        for _ in range(self._count):
            with self._lock:
                port = next(self._ports)
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), timeout=1)
        return None

    def _pass_on(self, client: socket.socket) -> None:
        server = self._connect()
        if server is None:
            _close(client)
            return
        with self._lock:
            self._open |= {client, server}
        try:
            _pump(client, server)
        finally:
            with self._lock:
                self._open -= {client, server}
            _close(client)
            _close(server)


def _pump(one: socket.socket, other: socket.socket) -> None:
    with selectors.DefaultSelector() as selector, contextlib.suppress(OSError, ValueError):
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                piece = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not piece:
                    return
                key.data.sendall(piece)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()
