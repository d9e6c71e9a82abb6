"""The web monitor: PMTA's pages over HTTP, and the faults that a client must survive."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pmtatop.simulator.site import form_of
from pmtatop.simulator.web import DENIED, Answer, Request

HTML = b"<html><body>It works!</body></html>"

LONGEST_FORM = 65536
"""Bytes of a POST that are read."""

LEAVE_S = 2.0
"""Seconds that a thread gets to leave when the port is closed."""

SILENCE_S = 600.0
"""Seconds for which the fault `silent` keeps a connection."""

Respond = Callable[[Request], Answer]


class Monitor(ThreadingHTTPServer):
    """Serves on loopback, in threads of its own, from `serve()` until `close()`.

    `fault` makes it misbehave: `silent` (accepts, never answers), `refuse-403`, `html` (a page
    with 200), `truncated`.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(
        self,
        port: int,
        respond: Respond,
        now: Callable[[], float],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`now` gives the `Date` header; with `tls` it speaks https."""
        self.respond = respond
        self.clock = now
        self.fault: str | None = None
        self.closing = threading.Event()
        self._tls = tls
        self._guard = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._answering: set[threading.Thread] = set()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def serve(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def close(self) -> None:
        """Close the port and every connection: who asks from now on is refused."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._guard:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            answering = list(self._answering)
        for thread in answering:
            thread.join(LEAVE_S)

    def get_request(self) -> tuple[socket.socket, Any]:
        """A connection; the TLS handshake is left to the thread that answers."""
        connection, address = super().get_request()
        if self._tls is not None:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        with self._guard:
            self._connections.add(connection)
        return connection, address

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """One connection in a thread of its own."""
        thread = threading.current_thread()
        with self._guard:
            self._answering.add(thread)
        super().process_request_thread(request, client_address)
        with self._guard:
            self._answering.discard(thread)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._guard:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in mid-reply is no event of the simulation."""


class _Handler(BaseHTTPRequestHandler):
    server: Monitor
    protocol_version = "HTTP/1.1"
    server_version = "PowerMTA"
    sys_version = ""
    # Buffered: head and body leave in one packet instead of waiting for each other's ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: standard error belongs to the command."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """PMTA and its web monitor share a clock: the `Date` header is simulated time."""
        return formatdate(self.server.clock() if timestamp is None else timestamp, usegmt=True)

    def do_GET(self) -> None:
        """A page; parameters in the address."""
        self._answer("GET", dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        """Read pages answer a POST too; parameters may stand in a form."""
        length = max(0, min(LONGEST_FORM, int(self.headers.get("Content-Length") or 0)))
        form, kind = self.rfile.read(length), self.headers.get("Content-Type") or ""
        address = dict(parse_qsl(urlsplit(self.path).query))
        if kind.lower().startswith("multipart/form-data"):
            self._answer("POST", address | form_of(kind, form))
        else:
            self._answer("POST", address | dict(parse_qsl(form.decode("latin-1"))))

    def _answer(self, method: str, query: Mapping[str, str]) -> None:
        if self.server.fault is not None:
            self._misbehave(self.server.fault)
            return
        path, key = urlsplit(self.path).path, self.headers.get("X-API-Key") or ""
        answer = self.server.respond(Request(method, path, query, key))
        if answer.location:
            self.send_response(answer.code)
            self.send_header("Location", answer.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send(answer.code, answer.body, answer.kind)

    def _send(self, code: int, body: bytes, kind: str, missing: int = 0) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) + missing))
        self.end_headers()
        self.wfile.write(body)

    def _misbehave(self, fault: str) -> None:
        if fault == "silent":
            self.server.closing.wait(SILENCE_S)
            self.close_connection = True
        elif fault == "refuse-403":
            self._send(403, DENIED, "text/html")
        elif fault == "truncated":
            self._send(200, b'{"data":{"status":', "application/json", missing=500)
            self.close_connection = True
        else:
            self._send(200, HTML, "text/html")
