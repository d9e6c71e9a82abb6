"""Simulator: a world, its files and its web monitor, driven by a clock or by hand."""

import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pmtatop.simulator.files import Writer
from pmtatop.simulator.fleet import VMTAS
from pmtatop.simulator.pages import PAGES, envelope
from pmtatop.simulator.scenarios import SCENARIOS
from pmtatop.simulator.server import Monitor
from pmtatop.simulator.world import World

TURN_S = 0.1
"""Real seconds between two turns of the clock."""

LATER = ("pmta", "proc_root", "smtp_port", "api_key", "fingerprint")
"""What the ready line names but this simulator does not have: null."""


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
        self._fault: str | None = None
        self._bodies: dict[tuple[str, ...], bytes] = {}
        self._bodies_at = -1
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
                    self._render(path, {})
            self._fault = value
            if self._monitor is not None:
                self._monitor.fault = None if value == "frozen" else value

    def start(self) -> dict[str, object]:
        """Live the history, serve on loopback, start the clock; the line for who waits."""
        self._live_until(self._start)
        self.resume_http()
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
            "url": f"http://127.0.0.1:{self._port}",
            "dir": str(folder),
            "acct": str(folder / "acct-*.csv"),
            "log": str(folder / "pmta.log"),
            **dict.fromkeys(LATER),
            "pid": os.getpid(),
            "vmtas": vmtas,
        }

    def advance(self, seconds: float) -> None:
        """Live `seconds` more; in one step or in many, the same bytes come of it."""
        with self._lock:
            self._time = max(self._time, self._world.now) + seconds
            self._live_until(int(self._time))

    def _live_until(self, second: int) -> None:
        with self._lock:
            self._world.advance(second)
            self._writer.flush(second)

    def stop(self) -> None:
        """Stop serving and ticking, close everything; a second call does nothing."""
        self._stopping.set()
        self.pause_http()
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
            self._monitor = Monitor(self._port, self._render, lambda: float(self._world.now))
            self._monitor.fault = None if self._fault == "frozen" else self._fault
            self._port = self._monitor.port
            self._monitor.serve()

    def _render(self, path: str, query: Mapping[str, str]) -> bytes | None:
        """A page's body; within one simulated second it is the same, hence made once."""
        page = PAGES.get(path)
        if page is None:
            return None
        with self._lock:
            if self._bodies_at != self._world.now and self._fault != "frozen":
                self._bodies_at = self._world.now
                self._bodies.clear()
            key = path, query.get("queue", "")
            if key not in self._bodies:
                data = page(self._world, self._options.max_items, query)
                self._bodies[key] = json.dumps(envelope(data), separators=(",", ":")).encode()
            return self._bodies[key]

    def _tick(self) -> None:
        """Follow the host's clock at `speed`; a host that stalls is caught up with at once."""
        begun = time.monotonic()
        while not self._stopping.wait(TURN_S):
            due = self._start + int((time.monotonic() - begun) * self._options.speed)
            if due > self._world.now:
                self._live_until(due)
