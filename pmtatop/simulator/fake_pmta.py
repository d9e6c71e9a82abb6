"""The fake `pmta` command: an executable in the simulation's folder, and who answers it."""

import json
import socketserver
import stat
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pmtatop.simulator.commands import CommandError, run
from pmtatop.simulator.render import as_dom, as_json, as_text, as_xml
from pmtatop.simulator.versions import Build
from pmtatop.simulator.world import World

FORMATS = ("--xml", "--dom", "--json")
LONGEST_LINE = 65536

SCRIPT = """#!{python} -IS
import json, socket, sys
try:
    connection = socket.create_connection(("127.0.0.1", {port}), 10)
except OSError:
    sys.exit("pmta: cannot connect to the PowerMTA daemon; is it running?")
with connection, connection.makefile("rwb") as line:
    line.write(json.dumps(sys.argv[1:]).encode() + b"\\n")
    line.flush()
    code, out, err = json.loads(line.readline())
sys.stdout.buffer.write(out.encode())
sys.stderr.write(err)
sys.exit(code)
"""


def outcome(world: World, build: Build, argv: Sequence[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `pmta ARGV`."""
    words = list(argv)
    shape = words.pop(0) if words and words[0] in FORMATS else ""
    if shape == "--json" and not build.json:
        return 1, "", "pmta: unknown option: --json\n"
    try:
        said = run(world, build, words)
    except CommandError as error:
        return 1, "", f"pmta: {error}\n"
    if shape == "--json":
        return 0, as_json(said.data, said.message).decode(), ""
    if shape == "--xml":
        return 0, as_xml(said.data, said.message).decode(), ""
    if shape == "--dom" and not isinstance(said.data, str):
        return 0, as_dom(said.data).decode(), ""
    return 0, as_text(said.data).decode() + said.message, ""


class FakePmta:
    """Listens on loopback for the script, from `serve()` to `close()`."""

    def __init__(self, folder: Path, answer: Callable[[Sequence[str]], tuple[int, str, str]]):
        self.path = folder / "pmta"
        self._server = _Server(("127.0.0.1", 0), answer)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def serve(self) -> None:
        """Write the script and answer it."""
        port = self._server.server_address[1]
        self.path.write_text(SCRIPT.format(python=sys.executable, port=port))
        self.path.chmod(stat.S_IRWXU)
        self._thread.start()

    def close(self) -> None:
        """Answer no more; the script then says that it cannot connect."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, address: tuple[str, int], answer: Callable[[Sequence[str]], tuple[int, str, str]]
    ) -> None:
        self.answer = answer
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A script that is killed is no event of the simulation."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        argv = json.loads(self.rfile.readline(LONGEST_LINE))
        self.wfile.write(json.dumps(self.server.answer(argv)).encode() + b"\n")
