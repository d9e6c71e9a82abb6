"""Frame: what a source hands over, whether it polls a server, follows a file or replays a tape."""

from dataclasses import dataclass
from enum import StrEnum

from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask


class SourceName(StrEnum):
    """Where a frame came from; the names of `sources[]` in the View."""

    STATUS = "status"
    QUEUES = "queues"
    DOMAINS = "domains"
    VMTAS = "vmtas"
    JOBS = "jobs"
    DETAILS = "details"
    """Pages about one object, and the node's settings: asked for on demand, not in turn."""
    ACCT = "acct"
    LOG = "log"
    KERNEL = "kernel"
    MEMORY = "memory"
    INBOUND = "inbound"
    DISK = "disk"
    HISTORY = "history"
    RECORDER = "recorder"


POLLED = (
    SourceName.STATUS,
    SourceName.QUEUES,
    SourceName.DOMAINS,
    SourceName.VMTAS,
    SourceName.JOBS,
)
"""The HTTP pages, in the order in which one poll asks for them."""


class FaultKind(StrEnum):
    """Why a source could not deliver."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    DENIED = "denied"
    INVALID = "invalid"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One line for the person at the screen: what failed, why, what to try."""

    kind: FaultKind
    text: str
    light: str = ""
    """The one line of configuration, right or option that would help; empty: nobody knows one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One delivery of raw bytes, or the fault that stands in their place."""

    source: SourceName
    at: Instant
    """Host time of arrival."""
    monotonic: float
    """The host's monotonic clock at arrival, seconds."""
    payload: bytes = b""
    """Raw bytes as received: one HTTP body, or whole complete rows of one file."""
    fault: Fault | None = None
    origin: str = ""
    """URL or command line of a page, path of a file."""
    ask: Ask | None = None
    """The question that this answers; None for what was not asked for (files, the kernel)."""
    offset: int = 0
    """Files: position of the first byte of `payload` in the file."""
    identity: str = ""
    """Files: names the file by how it begins, whatever it is called and wherever it lies."""
    header: bytes = b""
    """Accounting files: the header line that holds for these rows (without its line end)."""
    lag_bytes: int = 0
    """Files: bytes known to be in the file behind this frame and not yet read."""
    server_date: Instant | None = None
    """HTTP: the `Date` header, which tells PMTA's zone and skew."""
    cost_s: float = 0.0
    """HTTP: seconds from request to last byte."""
