"""A server on loopback that answers in the odd way which a test asks for."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from types import TracebackType

Behaviour = Callable[["OddServer", socket.socket], None]


class OddServer:
    """Each connection in its own thread; `requests` holds the first lines of all that came."""

    def __init__(self, behave: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.behave = behave
        self.hangs_up_on_tls = False
        """Else a TLS greeting to a plain server is waited on, as for the end of a request."""
        self.requests: list[str] = []
        self.heads: list[str] = []
        self.connections = 0
        self.busy = 0
        self.most_busy = 0
        self.done = threading.Event()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self.port: int = self._listener.getsockname()[1]
        self.bare = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.bare}"

    def __enter__(self) -> "OddServer":
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.done.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self.done.is_set():
            connection, _ = self._listener.accept()
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(5)
        try:
            wired = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
        except OSError:
            plain.close()
            return
        with wired:
            try:
                while self._request(wired):
                    self.busy += 1
                    self.most_busy = max(self.most_busy, self.busy)
                    self.behave(self, wired)
                    self.busy -= 1
            except OSError:
                pass

    def _request(self, connection: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            connection.settimeout(0.05)
            try:
                part = connection.recv(65536)
            except TimeoutError:
                if self.done.is_set():
                    return False
                continue
            if not part or (part.startswith(b"\x16") and self.hangs_up_on_tls):
                return False
            data += part
        connection.settimeout(5)
        self.requests.append(data.partition(b"\r\n")[0].decode("latin-1"))
        self.heads.append(data.partition(b"\r\n\r\n")[0].decode("latin-1"))
        return True


def reply(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def answering(data: bytes) -> Behaviour:
    return lambda server, connection: connection.sendall(data)


def closing_after(data: bytes) -> Behaviour:
    def behave(server: OddServer, connection: socket.socket) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_RDWR)

    return behave


def silent(server: OddServer, connection: socket.socket) -> None:
    server.done.wait(5)


def dripping(quick: bytes, slow: bytes) -> Behaviour:
    """`quick` at once, then a byte of `slow` each tenth of a second."""

    def behave(server: OddServer, connection: socket.socket) -> None:
        connection.sendall(quick)
        for byte in slow:
            connection.sendall(bytes([byte]))
            if server.done.wait(0.1):
                return

    return behave


def resetting(data: bytes) -> Behaviour:
    def behave(server: OddServer, connection: socket.socket) -> None:
        connection.sendall(data)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return behave
