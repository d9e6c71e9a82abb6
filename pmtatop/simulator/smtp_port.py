"""The simulated PMTA's SMTP port: it greets, knows EHLO, MAIL, RSET, QUIT, and can fall ill."""

import socketserver
import threading
from collections.abc import Callable
from typing import Any

GREETING = "220 mta1.meadow-mail.example ESMTP service ready"
TOO_MANY = "421 mta1.meadow-mail.example too many connections"
NO_MEMORY = "452 4.3.2 Server resources temporarily exhausted"

NO_ROOM = "452 4.3.1 Insufficient system storage"
"""The standard's words; PMTA's own are not public."""

IDLE_S = 60.0

_REPLIES = {
    "EHLO": "250-mta1.meadow-mail.example says hello\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME",
    "HELO": "250 mta1.meadow-mail.example says hello",
    "MAIL": "250 2.1.0 MAIL ok",
    "RSET": "250 2.0.0 RSET ok",
    "QUIT": "221 2.0.0 closing",
}

_AT_MAIL = {"memory": NO_MEMORY, "disk": NO_ROOM}


class SmtpPort(socketserver.ThreadingTCPServer):
    """Serves on loopback; `illness`: what ails it: "", `silent`, `full`, `memory`, `disk`."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, illness: Callable[[], str]) -> None:
        self.illness = illness
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def serve(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def close(self) -> None:
        """Close the port; who is kept waiting is let go."""
        self.closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no event of the simulation."""


class _Handler(socketserver.StreamRequestHandler):
    server: SmtpPort
    timeout = IDLE_S

    def handle(self) -> None:
        illness = self.server.illness()
        if illness == "silent":
            self.server.closing.wait(IDLE_S)
            return
        if illness == "full":
            self._say(TOO_MANY)
            return
        self._say(GREETING)
        while raw := self.rfile.readline(1000):
            verb = raw[:4].decode("latin-1").upper()
            refused = _AT_MAIL.get(self.server.illness()) if verb == "MAIL" else None
            self._say(refused or _REPLIES.get(verb, "500 5.5.1 unknown command"))
            if verb == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
