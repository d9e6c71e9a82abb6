"""The rows of a View: ISPs, domains, queues, VMTAs, source IPs, jobs, each under its own key."""

from dataclasses import dataclass

from pmtatop.model.instant import Instant
from pmtatop.model.reason import Level, ReasonClass, Stage, Whose
from pmtatop.model.text import SafeText


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of refusal inside the window."""

    class_: ReasonClass
    code: str | None
    enhanced: str | None
    stage: Stage
    level: Level
    whose: Whose
    share: float
    """Share of the ISP's deferrals and bounces; for level queue, of its refused sessions."""
    count: int
    sample: SafeText
    """One reply, verbatim."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Outcomes of the window by accounting rows; definitions in commands.md.

    An attempt is one recipient in one real SMTP dialogue: rows d, t, and b that carry a remote
    reply. A count is None when no accounting is read, or the record type is not logged.
    """

    attempts: int | None = None
    delivered: int | None = None
    deferred: int | None = None
    bounced: int | None = None
    lost: int | None = None
    """b rows of block classes: mail being lost now."""
    sessions_refused: int | None = None
    """tq rows; never part of a ratio."""
    deferral_ratio: float | None = None
    """t / (d + t + b) by attempt; None under 10 attempts."""
    first_try_ratio: float | None = None
    """The same over first attempts."""
    throttle_ratio: float | None = None
    """Attempts of class rate-throttling or connection-limit, not the recipient's, over attempts."""
    bounce_ratio: float | None = None
    complaint_ratio: float | None = None
    delivered_per_min: float | None = None
    latency_p50_s: float | None = None
    """Median of `timeLogged - timeQueued` of d rows, seconds."""
    latency_p95_s: float | None = None


@dataclass(frozen=True, slots=True)
class Age:
    """Age of the oldest message: a proven minimum, a bracket's upper end, and how it was found."""

    min_s: float | None = None
    max_s: float | None = None
    method: str | None = None
    """`ladder|listqueue|last-attempt|stuck`."""
    fresh_s: float | None = None
    """The oldest without recipients whose own mailbox refuses: those stay near `bounce-after`."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual here at this hour."""

    deferral_ratio: float | None = None
    low: float | None = None
    high: float | None = None
    hours_learned: float | None = None


@dataclass(frozen=True, slots=True)
class Tls:
    """Transport security of deliveries in the window."""

    plaintext_share: float | None = None
    protocols: tuple[tuple[SafeText, int], ...] = ()
    """Deliveries by protocol, most first."""
    ciphers: tuple[tuple[SafeText, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Isp:
    """One mailbox operator with all its domains."""

    name: SafeText
    domains: tuple[SafeText, ...]
    queued: int | None
    """Sum over the domains that `/domains` lists."""
    counts: Counts
    age: Age
    tls: Tls
    usual: Usual
    state: str
    """`learning|normal|quiet|pending|firing`."""
    reasons: tuple[Reason, ...]
    connections: int | None = None
    connections_max: int | None = None
    trend: tuple[float | None, ...] = ()
    """Deferral ratio a minute, oldest first; None where nothing was attempted."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One recipient domain."""

    name: SafeText
    isp: SafeText
    queued: int | None
    counts: Counts
    age: Age
    reasons: tuple[Reason, ...]
    connections: int | None = None


@dataclass(frozen=True, slots=True)
class LastError:
    """The newest error that the queue page records; it may be days old."""

    at: Instant | None
    text: SafeText
    class_: ReasonClass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a queue is not draining, with evidence."""

    kind: str
    text: str
    evidence: tuple[SafeText, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue, `domain/vmta`."""

    name: SafeText
    domain: SafeText
    vmta: SafeText
    recipients: int | None
    bytes_: float | None
    connections: int | None
    connections_max: int | None
    """Effective `max-smtp-out` of the queue, where known."""
    mode: str | None
    """`normal` or `backoff`."""
    mode_since: Instant | None
    backoff_reason: SafeText | None
    paused: bool | None
    paused_by: str | None
    retry_at: Instant | None
    age: Age
    last_error: LastError | None
    verdict: Verdict | None
    binds: str | None = None
    """The limit on connections that is used up: `queue|source-ip|vmta|total`; None: none known."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """Whether a VMTA gets its share."""

    state: str = "unknown"
    """`fair|starved|idle|warming|unknown`."""
    held_by: str | None = None
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Vmta:
    """One virtual MTA."""

    name: SafeText
    pool: SafeText | None
    recipients: int | None
    domains: int | None
    connections: int | None
    connections_max: int | None
    """VMTA `max-smtp-out`, where known (from the settings' `[[vmta]]`)."""
    used_ratio: float | None
    delivered_per_min: float | None
    stream: str | None
    fairness: Fairness


@dataclass(frozen=True, slots=True)
class SourceIpIsp:
    """How one ISP treats one source IP."""

    name: SafeText
    attempts: int
    deferral_ratio: float | None
    bounce_ratio: float | None
    lost: int


@dataclass(frozen=True, slots=True)
class SourceIp:
    """One local address."""

    ip: SafeText
    vmta: SafeText
    isps: tuple[SourceIpIsp, ...]
    disabled_for: tuple[SafeText, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One job (campaign)."""

    id: SafeText
    recipients: int | None
    paused: bool | None
    started_at: Instant | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class SenderDomain:
    """One domain of envelope senders."""

    name: SafeText
    counts: Counts


@dataclass(frozen=True, slots=True)
class Angry:
    """One of the five ISPs with the most refusals above their usual."""

    name: SafeText
    excess: float
    deferral_ratio: float | None
    reason: str
