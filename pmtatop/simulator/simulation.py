"""Simulator: a world, its files and its web monitor, driven by a clock or by hand."""

import os
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from pmtatop.simulator.certificate import self_signed
from pmtatop.simulator.fake_pmta import FakePmta, outcome
from pmtatop.simulator.files import Writer
from pmtatop.simulator.fleet import VMTAS
from pmtatop.simulator.pages import PAGES
from pmtatop.simulator.proc_tree import ProcTree
from pmtatop.simulator.scenarios import SCENARIOS
from pmtatop.simulator.server import Monitor
from pmtatop.simulator.site import Site
from pmtatop.simulator.smtp_port import SmtpPort
from pmtatop.simulator.versions import BUILDS
from pmtatop.simulator.web import Answer, Request, Web
from pmtatop.simulator.world import World

TURN_S = 0.1
"""Real seconds between two turns of the clock."""


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """What to simulate."""

    directory: Path
    """Accounting files and log go here; it is made when it is missing."""
    port: int = 0
    scenario: str = "calm"
    speed: float = 1.0
    """Simulated seconds per second; 0: time stands still, and `advance` moves it."""
    seed: int = 1
    start: datetime | None = None
    """Simulated time at which live operation begins; None: the host's now."""
    history_s: float = 0.0
    """Seconds lived and written before `start`, at once."""
    queues: int | None = None
    """At least so many queues hold mail."""
    domains: int | None = None
    """So many recipient domains; None: those of the table."""
    max_items: int = 10
    """`http-default-max-items`: rows of a list page."""
    version: str = "5.0"
    """Which PMTA: `5.0`, `4.5` or `4.0`."""
    https: bool = False
    """Serve https with a self-signed certificate; plain http then redirects, as 5.0 does."""
    api_key: str | None = None
    access: str = "monitor"
    """`http-access` of loopback."""
    max_size: int = 20_000_000
    """`max-size` of an accounting file, bytes."""
    move_to: bool = False
    """Rename finished accounting files into `archive/`."""


class Simulator:
    """A PMTA that never was. The same seed, start and options give the same bytes."""

    def __init__(self, options: SimulationOptions) -> None:
        self._options = options
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._ticking: threading.Thread | None = None
        self._monitor: Monitor | None = None
        self._port = options.port
        self._site = Site(options.directory.absolute())
        self._web = Web(
            *(BUILDS[options.version], options.max_items, options.access, options.api_key),
            self._site,
        )
        self._tls: ssl.SSLContext | None = None
        self._fingerprint: str | None = None
        self._redirect: Monitor | None = None
        self._command: FakePmta | None = None
        self._smtp: SmtpPort | None = None
        leak = SCENARIOS[options.scenario].leak_kb_per_s
        self._fills_at = SCENARIOS[options.scenario].disk_fills_at
        self.illness = SCENARIOS[options.scenario].smtp_illness
        """What ails the SMTP port: nothing, `silent`, `full`, `memory` or `disk`."""
        self._proc = ProcTree(options.directory.absolute() / "proc", leak)
        self._fault: str | None = None
        self._answers: dict[tuple[object, ...], Answer] = {}
        self._answers_at = -1
        start = options.start or datetime.now(UTC)  # noqa: TID251 - the default of `--start`
        self._start = int(start.timestamp())
        self._time = float(self._start)
        self._writer = Writer(options.directory, options.max_size, options.move_to)
        self._world = World(
            *(options.seed, self._start - int(options.history_s), self._start),
            *(SCENARIOS[options.scenario], self._writer.rows, self._writer.log),
            *(options.domains, options.queues),
        )

    @property
    def now(self) -> datetime:
        """Simulated time."""
        return datetime.fromtimestamp(self._world.now, UTC)

    @property
    def world(self) -> World:
        """The world itself, for tests that count independently of files and pages."""
        return self._world

    @property
    def fault(self) -> str | None:
        """How the web monitor misbehaves: None, `silent`, `refuse-403`, `html`, `truncated`.

        `frozen`: the pages stand still, as of the moment at which it is set.
        """
        return self._fault

    @fault.setter
    def fault(self, value: str | None) -> None:
        with self._lock:
            self._fault = None
            if value == "frozen":
                for path in PAGES:
                    self._respond(Request("GET", path, {"format": "json"}))
            self._fault = value
            if self._monitor is not None:
                self._monitor.fault = None if value == "frozen" else value

    def start(self) -> dict[str, object]:
        """Live the history, serve on loopback, start the clock; the line for who waits.

        Raises OSError where a port is taken or https cannot be had.
        """
        if self._options.https:
            self._tls, self._fingerprint = self_signed(self._options.directory)
        self._proc.begin()
        self._site.begin()
        self._live_until(self._start)
        self.resume_http()
        if self._options.https:
            self._redirect = Monitor(0, self._redirected, lambda: float(self._world.now))
            self._redirect.serve()
        self._command = FakePmta(self._options.directory.absolute(), self._outcome)
        self._command.serve()
        self._smtp = SmtpPort(lambda: self.illness)
        self._smtp.serve()
        if self._options.speed > 0:
            self._ticking = threading.Thread(target=self._tick, daemon=True)
            self._ticking.start()
        return self._ready_line()

    def _ready_line(self) -> dict[str, object]:
        folder = self._options.directory.absolute()
        vmtas = [
            {"name": v.name, "pool": v.pool, "stream": v.stream, "max_smtp_out": v.max_smtp_out}
            for v in VMTAS
        ]
        return {
            "url": self._url,
            "dir": str(folder),
            "acct": str(folder / "acct-*.csv"),
            "log": str(folder / "pmta.log"),
            "pmta": str(folder / "pmta"),
            "proc_root": str(self._proc.root),
            "smtp_port": self._smtp.port if self._smtp else None,
            "api_key": self._options.api_key,
            "fingerprint": self._fingerprint,
            "pid": os.getpid(),
            "vmtas": vmtas,
            "df": str(folder / "df"),
            "redirect_url": f"http://127.0.0.1:{self._redirect.port}" if self._redirect else None,
        }

    @property
    def _url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    def _redirected(self, request: Request) -> Answer:
        """`http-redirect-to-https`, 5.0's default."""
        return Answer(302, b"", location=f"{self._url}{request.path}?{urlencode(request.query)}")

    def _outcome(self, argv: Sequence[str]) -> tuple[int, str, str]:
        with self._lock:
            return outcome(self._world, self._web.build, argv)

    def advance(self, seconds: float) -> None:
        """Live `seconds` more; in one step or in many, the same bytes come of it."""
        with self._lock:
            self._time = max(self._time, self._world.now) + seconds
            self._live_until(int(self._time))

    def _live_until(self, second: int) -> None:
        with self._lock:
            self._world.advance(second)
            self._writer.flush(second)
            self._proc.update(second, second - self._start, self._world.ledger.queued)
            self._fill(second - self._start)

    def _fill(self, since: float) -> None:
        """The file system, and what becomes of the SMTP port when it is full."""
        self._site.update(since, self._fills_at)
        if self._fills_at is not None and since >= self._fills_at:
            self.illness = "disk"

    def stop(self) -> None:
        """Stop serving and ticking, close everything; a second call does nothing."""
        self._stopping.set()
        self.pause_http()
        for extra in (self._redirect, self._command, self._smtp):
            if extra is not None:
                extra.close()
        self._redirect = self._command = self._smtp = None
        if self._ticking is not None:
            self._ticking.join()
        with self._lock:
            self._writer.close()

    def pause_http(self) -> None:
        """Close the port: connections are refused, those that are open end."""
        monitor, self._monitor = self._monitor, None
        if monitor is not None:
            monitor.close()

    def resume_http(self) -> None:
        """Serve, on the same port as before."""
        if self._monitor is None:
            self._monitor = Monitor(
                self._port, self._respond, lambda: float(self._world.now), self._tls
            )
            self._monitor.fault = None if self._fault == "frozen" else self._fault
            self._port = self._monitor.port
            self._monitor.serve()

    def _respond(self, request: Request) -> Answer:
        """The web's answer; a list page within one simulated second is made once."""
        with self._lock:
            if self._answers_at != self._world.now and self._fault != "frozen":
                self._answers_at = self._world.now
                self._answers.clear()
            key = (request.path, request.key, tuple(sorted(request.query.items())))
            if request.path not in PAGES:
                return self._web.answer(self._world, request)
            if key not in self._answers:
                self._answers[key] = self._web.answer(self._world, request)
            return self._answers[key]

    def _tick(self) -> None:
        """Follow the host's clock at `speed`; a host that stalls is caught up with at once."""
        begun = time.monotonic()
        while not self._stopping.wait(TURN_S):
            due = self._start + int((time.monotonic() - begun) * self._options.speed)
            if due > self._world.now:
                self._live_until(due)
