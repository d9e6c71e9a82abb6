"""Knowledge: what the engine has learned of one node; only the engine's thread touches it."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple

from pmtatop.alerts.machine import AlertBook, AlertRules
from pmtatop.analysis.detector import DetectorConfig, DetectorState
from pmtatop.analysis.memory import MemoryBook
from pmtatop.analysis.new_replies import ReplyBook
from pmtatop.analysis.providers import isp_of
from pmtatop.analysis.rates import Rates
from pmtatop.analysis.shared_cause import Shared
from pmtatop.analysis.unfinished import Unfinished
from pmtatop.analysis.windows import RowWindow
from pmtatop.engine.ages import Ages
from pmtatop.engine.answers import Answers
from pmtatop.model.event import AccountingRow
from pmtatop.model.focus import Focus
from pmtatop.model.frame import Fault, SourceName
from pmtatop.model.instant import Clock, Instant
from pmtatop.model.polls import (
    DomainPoll,
    JobPoll,
    ListPage,
    QueuePoll,
    StatusPage,
    VmtaPoll,
)
from pmtatop.model.process import ProcessReading
from pmtatop.model.reason import Classification, ReasonClass
from pmtatop.model.rows import Usual
from pmtatop.model.text import SafeText
from pmtatop.model.totals import Disk, Inbound
from pmtatop.model.view import Change, LogLine, View
from pmtatop.parsing.acct_csv import AcctReader
from pmtatop.settings.schema import VmtaTable
from pmtatop.sources.interface import Access
from pmtatop.store.recent import RecentSeries

KEPT_REFUSALS = 5000
"""Refused rows kept for the drill-down."""
KEPT_LINES = 400
KEPT_CHANGES = 200


class Hint(NamedTuple):
    """A queue's newest error of its own connections."""

    local_at: Instant
    """PMTA's local time, as the list has it."""
    verdict: Classification


@dataclass(frozen=True, slots=True)
class NodeSetup:
    """What the composition root knows of a node before the first byte."""

    name: str
    url: str
    interval_s: float
    rate: float = 1.0
    """PMTA seconds per host second (demo and simulator)."""
    zone: tzinfo | None = None
    """PMTA's zone; None: measured against the `Date` header of its replies."""
    expected: tuple[SourceName, ...] = ()
    """The sources that were asked for; all others are `off`."""
    since: Instant | None = None
    """Accounting rows before this do not count."""
    vmtas: Mapping[str, VmtaTable] = field(default_factory=dict)
    providers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    banners: tuple[str, ...] = ()
    memory_limit_ratio: float | None = None
    """`max-memory-usage-percent` / 100, where the settings say it."""


@dataclass(slots=True)
class SourceRecord:
    """One source's last good delivery and its present fault."""

    good_monotonic: float | None = None
    fault: Fault | None = None
    cost_s: float | None = None
    lag_bytes: int = 0
    caught_up: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the detector last said of one ISP, as its row shows it."""

    state: str = "learning"
    """`learning|normal|quiet|pending|firing`."""
    usual: Usual = Usual()
    excess: float = 0.0


@dataclass(slots=True)
class Knowledge:
    """All that frames have told, in the form in which the View's sections need it."""

    setup: NodeSetup
    rules: AlertRules
    detector: DetectorConfig
    book: AlertBook
    sources: dict[SourceName, SourceRecord] = field(default_factory=dict)
    clock: Clock | None = None
    zone_offset_s: float | None = None
    """Seconds that PMTA's local time is ahead of UTC."""
    skew_s: float | None = None
    status: StatusPage | None = None
    rates: Rates | None = None
    frozen_since: float | None = None
    """Monotonic time since which `timeNow` stands still; None: it moves."""
    queues: ListPage[QueuePoll] | None = None
    domains: ListPage[DomainPoll] | None = None
    vmtas: ListPage[VmtaPoll] | None = None
    jobs: ListPage[JobPoll] | None = None
    window: RowWindow = field(default_factory=RowWindow)
    readers: dict[bytes, AcctReader] = field(default_factory=dict)
    refusals: deque[AccountingRow] = field(default_factory=lambda: deque(maxlen=KEPT_REFUSALS))
    lines: deque[LogLine] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    changes: deque[Change] = field(default_factory=lambda: deque(maxlen=KEPT_CHANGES))
    unfinished: Unfinished = field(default_factory=Unfinished)
    columns: frozenset[str] = frozenset()
    """Columns of the accounting files read so far."""
    ages: Ages = field(default_factory=Ages)
    """What `unfinished` tells, as of a moment ago."""
    answers: Answers = field(default_factory=Answers)
    process: ProcessReading | None = None
    inbound: Inbound = Inbound()
    disks: tuple[Disk, ...] = ()
    memory: MemoryBook = field(default_factory=MemoryBook)
    access: Access | None = None
    """How PMTA is reached; None: nothing is polled (a recording)."""
    series: RecentSeries = field(default_factory=RecentSeries)
    detectors: dict[str, DetectorState] = field(default_factory=dict)
    replies: ReplyBook = field(default_factory=ReplyBook)
    refusing: set[str] = field(default_factory=set)
    """ISPs whose refused sessions are above their usual now."""
    shared: dict[ReasonClass, Shared] = field(default_factory=dict)
    """Classes met at several operators at once."""
    blocked_since: dict[str, Instant] = field(default_factory=dict)
    """By ISP: since when one source IP alone is refused for good."""
    hints: dict[str, Hint] = field(default_factory=dict)
    """By queue: what its newest connection error means, for rows that carry no text."""
    judgements: dict[str, Judgement] = field(default_factory=dict)
    """By ISP: what the detector last said."""
    mx_of: dict[str, str] = field(default_factory=dict)
    """By recipient domain: the MX host that last answered for it."""
    failure: str = ""
    """The engine's own failure in words, for the last View it can still publish."""
    seeded: bool = False
    """Whether the series have what accounting files tell of the time before the first poll."""
    view: View | None = None
    """The last View's rows, good until the next frame or Focus."""
    viewed_focus: Focus = Focus()
    changed: bool = False
    """Whether a frame came in since the last View."""

    def record(self, source: SourceName) -> SourceRecord:
        """The record of `source`, made at its first frame."""
        return self.sources.setdefault(source, SourceRecord())

    def isp_of(self, domain: str) -> SafeText:
        """The operator of a recipient domain, by the MX that last answered for it."""
        return SafeText(isp_of(domain, self.mx_of.get(domain, ""), self.setup.providers))

    def utc(self, local: Instant | None) -> Instant | None:
        """A time that PMTA wrote in its local zone, in UTC."""
        return None if local is None else Instant(local - (self.zone_offset_s or 0.0))

    def now(self, monotonic: float, host: Instant) -> Instant:
        """PMTA's time; the host's before the first contact."""
        return self.clock.at(monotonic) if self.clock else host
