"""What PMTA's pages say: status and the four lists, as read, with None for what a page lacks."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText

Row = TypeVar("Row")
"""One of QueuePoll, DomainPoll, VmtaPoll, JobPoll."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A pair of counters `{rcp, msg, kb}` of `status.traffic.*`."""

    recipients: int | None
    messages: int | None
    bytes_: float | None
    """`kb` times 1024."""


@dataclass(frozen=True, slots=True)
class ConnectionCount:
    """`status.conn.smtpIn` or `.smtpOut`."""

    cur: int | None
    max_: int | None
    """Limit of licence and configuration."""
    top: int | None
    """Peak since start."""


@dataclass(frozen=True, slots=True)
class StatusPage:
    """`/status`."""

    local_now: Instant | None
    """`status.timeNow`, read as if it were UTC: PMTA writes server-local time with no zone."""
    local_startup: Instant | None
    """`status.startupTime`, read the same way."""
    state: SafeText | None
    """`status.status`, `running` in the documented sample."""
    shutting_down: bool | None
    version: SafeText | None
    """`mta.product.version`."""
    host: SafeText | None
    """`mta.fullHostName`."""
    host_ram_bytes: float | None
    """`mta.ram.real` (KB) times 1024."""
    total_in: Flow
    """`traffic.total.in`, since start or `reset counters`."""
    total_out: Flow
    connections_in: ConnectionCount
    connections_out: ConnectionCount
    names_cached: int | None
    queries_pending: int | None
    queries_active: int | None
    queue_recipients: int | None
    """`queue.smtp.rcp`."""
    queue_domains: int | None
    queue_bytes: float | None
    spool_recipients: int | None
    """`spool.totalRcp`."""
    spool_max: int | None
    """`spool.maxRcp`."""


@dataclass(frozen=True, slots=True)
class QueueError:
    """One entry of `errors[]`: the last recorded ones, which may be days old."""

    local_at: Instant | None
    """`time`, server-local read as if UTC."""
    text: SafeText


@dataclass(frozen=True, slots=True)
class QueuePoll:
    """One entry of `/queues`."""

    name: SafeText
    """`domain/vmta`."""
    recipients: int | None
    bytes_: float | None
    connections: int | None
    paused: bool | None
    mode: SafeText | None
    """`normal` or `backoff`."""
    local_retry_at: Instant | None
    """`retryTime`, server-local read as if UTC."""
    errors: tuple[QueueError, ...]


@dataclass(frozen=True, slots=True)
class DomainPoll:
    """One entry of `/domains`."""

    name: SafeText
    recipients: int | None
    bytes_: float | None
    connections: int | None
    errors: tuple[QueueError, ...]


@dataclass(frozen=True, slots=True)
class VmtaPoll:
    """One entry of `/vmtas`: only VMTAs that hold mail are listed."""

    name: SafeText
    recipients: int | None
    bytes_: float | None
    connections: int | None
    domains: int | None
    share: float | None
    """`pctOfTotal` / 100."""


@dataclass(frozen=True, slots=True)
class JobPoll:
    """One entry of `/jobs`."""

    name: SafeText
    """`name`, on old versions `id`."""
    recipients: int | None
    bytes_: float | None
    connections: int | None
    paused: bool | None


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """A list page: its rows and how many there are in all, for "top 10 of 1,428"."""

    rows: tuple[Row, ...]
    total: int | None
    """Footer such as `totalQueuesWithRcp`; None where the page does not say."""
