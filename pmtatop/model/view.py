"""View: everything that any face of the program sees, one per node and tick.

`pmtatop snapshot --json` prints it (`wording.view_json`). None is "unknown", with the reason
under `sources`; it is never a zero.
"""

from dataclasses import dataclass, field

from pmtatop.model.alert import Alert
from pmtatop.model.focus import Key
from pmtatop.model.instant import Instant
from pmtatop.model.pane import Pane
from pmtatop.model.rows import Angry, Domain, Isp, Job, Queue, SenderDomain, SourceIp, Vmta
from pmtatop.model.text import SafeText
from pmtatop.model.totals import (
    Connections,
    Disk,
    Inbound,
    License,
    Memory,
    QueueTotal,
    Resolver,
    Traffic,
)

SCHEMA = 1
"""Version of the View's JSON; grows only when a key changes its meaning."""


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of record time behind counts and ratios: from <= timeLogged < to."""

    from_: Instant
    to: Instant


@dataclass(frozen=True, slots=True)
class Node:
    """The watched PowerMTA."""

    name: str
    url: str
    version: SafeText | None = None
    """`mta.product.version`."""
    state: str = "starting"
    """`starting|running|shutting-down|stale|unreachable|denied`."""
    uptime_s: float | None = None
    """`timeNow - startupTime`."""
    started_at: Instant | None = None
    restarts_24h: int | None = None
    clock_skew_s: float | None = None
    """PMTA's clock minus this host's; None where the clock runs at another rate than 1."""
    detail: str = ""
    """The fault in words when the state is not running."""
    way: str | None = None
    """`https|http|local command|ssh`; None: nothing is polled."""
    format: str | None = None
    """`json|xml|dom`, as found at connect time."""
    offered: str | None = None
    """SHA-256 of an unknown certificate on loopback that one key press may pin."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source: whether it delivers, how old its last delivery is, and why not."""

    name: str
    state: str
    """`ok|stale|failed|denied|off|learning`."""
    age_s: float | None
    """Seconds since its last good delivery; None: never."""
    detail: SafeText


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened just before."""

    at: Instant
    kind: str
    """`restart|reload|config|job|ip-disabled|mode|act|reset`."""
    text: SafeText


@dataclass(frozen=True, slots=True)
class Own:
    """What pmtatop itself costs."""

    cpu_ratio: float | None = None
    """Share of one core since the last tick."""
    resident_bytes: float | None = None
    poll_ms: float | None = None
    """Duration of the last poll."""
    log_lag_bytes: int | None = None
    """Bytes of followed files that are written and not yet read."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of PMTA's log or one event of the accounting stream."""

    at: Instant | None
    origin: str
    """`log`, `acct`, `page` or `kernel`."""
    text: SafeText
    means: str = ""
    """What it means for mail, where it must not be missed; empty: an ordinary line."""


@dataclass(frozen=True, slots=True)
class Detail:
    """The answer to one key of Focus."""

    key: Key
    events: tuple[LogLine, ...]
    """Newest first: the last refusals and deliveries of this object."""
    settings: tuple[tuple[SafeText, SafeText], ...] = ()
    """A queue: directive and value in force (`show settings`)."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One tick of one node."""

    at: Instant
    """PMTA's time (carried forward); the host's before the first contact."""
    window: Window
    node: Node
    sources: tuple[SourceState, ...] = ()
    traffic: Traffic = Traffic()
    connections: Connections = Connections()
    resolver: Resolver = Resolver()
    queue: QueueTotal = QueueTotal()
    memory: Memory = Memory()
    disk: tuple[Disk, ...] = ()
    inbound: Inbound = Inbound()
    license: License = License()
    isps: tuple[Isp, ...] = ()
    """Most unusual first."""
    domains: tuple[Domain, ...] = ()
    queues: tuple[Queue, ...] = ()
    queues_total: int | None = None
    """`totalQueuesWithRcp`: the list above may be its top 10."""
    vmtas: tuple[Vmta, ...] = ()
    source_ips: tuple[SourceIp, ...] = ()
    jobs: tuple[Job, ...] = ()
    sender_domains: tuple[SenderDomain, ...] = ()
    alerts: tuple[Alert, ...] = ()
    angry: tuple[Angry, ...] = ()
    changes: tuple[Change, ...] = ()
    own: Own = Own()
    panes: tuple[Pane, ...] = ()
    """What each part of the screen lacks, and the one line that would light it."""
    log: tuple[LogLine, ...] = ()
    """Newest last: PMTA's log and refusals merged by time."""
    details: tuple[Detail, ...] = ()
    banners: tuple[str, ...] = ()
    """`DEMO`, `READ-ONLY`, `REPLAY`: what the screen must say at all times."""
    interval_s: float = 10.0
    """Seconds between two polls."""
    schema: int = field(default=SCHEMA)

    def source(self, name: str) -> SourceState | None:
        """The state of the source called `name`."""
        return next((s for s in self.sources if s.name == name), None)
