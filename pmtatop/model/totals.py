"""The node's totals in a View: traffic, connections, queue, memory, disk, inbound."""

from dataclasses import dataclass

from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText


@dataclass(frozen=True, slots=True)
class FlowRate:
    """One direction of traffic, from differences of `traffic.total.*` over `timeNow`."""

    rcp_per_min: float | None = None
    """Recipients a minute; None until two polls agree, and for one tick after a counter reset."""
    msg_per_min: float | None = None
    bytes_per_min: float | None = None
    rcp_total: int | None = None
    """`traffic.total.*.rcp`: since start or `reset counters`."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """In and out by PMTA's counters; outcomes a minute by accounting rows of the window."""

    in_: FlowRate = FlowRate()
    out: FlowRate = FlowRate()
    delivered_per_min: float | None = None
    """Rows d of the window, a minute."""
    deferred_per_min: float | None = None
    """Rows t, a minute; None where record type t is not logged."""
    bounced_per_min: float | None = None
    """Rows b that are attempts, a minute."""
    sessions_refused_per_min: float | None = None
    """Rows tq, a minute."""
    lost_per_min: float | None = None
    """5xx of block classes, a minute."""
    out_trend: tuple[float | None, ...] = ()
    """Recipients out a minute, oldest first, one value a tick of the chart; None is a gap."""
    in_trend: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectionTotal:
    """`conn.smtpIn` or `conn.smtpOut`."""

    cur: int | None = None
    max_: int | None = None
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Connections:
    """Connections of the whole node."""

    in_: ConnectionTotal = ConnectionTotal()
    out: ConnectionTotal = ConnectionTotal()


@dataclass(frozen=True, slots=True)
class Resolver:
    """`status.resolver.*`."""

    cached: int | None = None
    pending: int | None = None
    active: int | None = None


@dataclass(frozen=True, slots=True)
class QueueTotal:
    """Depth of the SMTP queues, from `status.queue.smtp` and `status.spool`, never from a list."""

    recipients: int | None = None
    domains: int | None = None
    bytes_: float | None = None
    held: int | None = None
    """Recipients in queues that are paused, or have no source or no DNS."""
    drain_eta_s: float | None = None
    expiring: int | None = None
    spool_recipients: int | None = None
    spool_max: int | None = None
    spool_ratio: float | None = None
    """Can pass 1: PMTA counts beyond `spool.maxRcp`."""
    trend: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of the pmtad process and its host; PMTA itself tells only the host's RAM."""

    resident_bytes: float | None = None
    virtual_bytes: float | None = None
    host_bytes: float | None = None
    """`mta.ram.real` times 1024."""
    limit_ratio: float | None = None
    """`max-memory-usage-percent` / 100, where known."""
    used_ratio: float | None = None
    slope_per_hour: float | None = None
    eta_s: float | None = None
    unexplained_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Disk:
    """One file system of PMTA."""

    path: SafeText
    free_ratio: float | None = None
    """Of bytes, as available to others than root."""
    free_inodes_ratio: float | None = None
    """None also where a file system has no fixed number of them."""
    detail: SafeText = SafeText("")  # noqa: RUF009 - a string
    """Why it could not be looked at."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """The probe of PMTA's own SMTP port."""

    state: str = "not-checked"
    """`accepting|refusing|silent|not-checked`."""
    stage: str | None = None
    banner_ms: float | None = None
    certificate_expires_at: Instant | None = None
    text: SafeText = SafeText("")  # noqa: RUF009 - a string
    """The host and its last reply."""


@dataclass(frozen=True, slots=True)
class License:
    """PMTA's licence."""

    expires_at: Instant | None = None
