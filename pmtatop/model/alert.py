"""Alert: one incident from pending to resolved, as commands.md's JSON has it."""

from dataclasses import dataclass
from enum import StrEnum

from pmtatop.model.instant import Instant
from pmtatop.model.reason import Confidence, ReasonClass, Stage, Whose
from pmtatop.model.text import SafeText


class AlertState(StrEnum):
    """Where an alert stands."""

    PENDING = "pending"
    FIRING = "firing"
    QUIET = "quiet"
    """No attempts to judge by: not calm."""
    RESOLVED = "resolved"
    HELD = "held"
    """A suppression window holds it; still hot at the window's end, it fires."""
    SUPPRESSED = "suppressed"


class Severity(StrEnum):
    """How loud."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class AlertReason:
    """The reply class that explains most of the excess."""

    class_: ReasonClass
    enhanced: str | None
    stage: Stage
    share: float | None
    """Share of the excess, 0..1."""
    sample: SafeText | None
    """One reply, verbatim."""


@dataclass(frozen=True, slots=True)
class Affected:
    """What waits because of it."""

    queued: int | None = None
    oldest_age_s: float | None = None
    drain_eta_s: float | None = None
    expiring: int | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Recipients bounced for good, and since when."""

    recipients: int
    since: Instant


@dataclass(frozen=True, slots=True)
class Advice:
    """What to consider; never an order."""

    text: str
    check: str
    """The first, read-only check."""
    action: str | None = None
    """Name of an action of the catalogue."""
    directive: str | None = None
    value: str | None = None
    """The directive's present value."""
    proposed: str | None = None
    risk: str | None = None
    undo: str | None = None
    not_: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact behind a statement."""

    at: Instant
    text: SafeText


@dataclass(frozen=True, slots=True)
class Suppression:
    """What keeps an alert quiet."""

    kind: str
    """`window|silence|maintenance|inhibited|ignore`."""
    name: str
    until: Instant | None


@dataclass(frozen=True, slots=True)
class Alert:
    """One incident. `id` is rule:node:key:time of pending and stable over a restart."""

    id: str
    rule: str
    node: str
    key: str
    """What it is about: name of the ISP, domain, queue or VMTA."""
    severity: Severity
    page: bool
    state: AlertState
    pending_at: Instant
    text: SafeText
    """One line of at most 120 columns that stands alone on a pager."""
    reason: AlertReason | None
    whose: Whose
    scope: str
    """`isp|domain|source-ip|vmta|pool|sender-domain|smtp-user|job|mx|node`."""
    confidence: Confidence
    confidence_why: str
    fired_at: Instant | None = None
    resolved_at: Instant | None = None
    isp: SafeText | None = None
    domain: SafeText | None = None
    vmta: SafeText | None = None
    source_ip: SafeText | None = None
    pool: SafeText | None = None
    sender_domain: SafeText | None = None
    smtp_user: SafeText | None = None
    job: SafeText | None = None
    mx: SafeText | None = None
    not_: tuple[str, ...] = ()
    """Classes ruled out, each with its evidence."""
    observed: float | None = None
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = "ratio"
    """`ratio|s|count|bytes`: the unit of observed, usual, low and high."""
    n: int | None = None
    """Attempts behind `observed`."""
    excess: float | None = None
    """Refusals above the usual."""
    affected: Affected = Affected()
    loss: Loss | None = None
    evidence: tuple[Evidence, ...] = ()
    """Frozen at firing."""
    timeline: tuple[Evidence, ...] = ()
    members: tuple[str, ...] = ()
    group: str | None = None
    advice: tuple[Advice, ...] = ()
    acked_by: str | None = None
    acked_at: Instant | None = None
    notes: tuple[str, ...] = ()
    config_line: str | None = None
    suppressed_by: Suppression | None = None
