"""Page and Ask: what PMTA can be asked, before it is known over which wire and in which format."""

from dataclasses import dataclass
from enum import StrEnum


class Page(StrEnum):
    """Everything that is read from PMTA; each has a web page, a command line, or both."""

    STATUS = "status"
    """`/status`, `show status`."""
    QUEUES = "queues"
    """`/queues`, `show topqueues --errors --no-rcpt-events`."""
    DOMAINS = "domains"
    """`/domains`, `show topdomains --errors`."""
    VMTAS = "vmtas"
    """`/vmtas`, `show vmtas`."""
    JOBS = "jobs"
    """`/jobs`, `show jobs`."""
    QUEUE_DETAIL = "queue-detail"
    """`/queueDetail?queue=D/V`; about a queue."""
    DOMAIN_DETAIL = "domain-detail"
    """`/domainDetail?domain=D`; about a domain."""
    JOB_DETAIL = "job-detail"
    """`/jobDetail?jobid=J`; about a job."""
    LOGS = "logs"
    """`/logs`: names, dates and sizes of log and accounting files."""
    LIST_QUEUE = "list-queue"
    """`/listqueue?queue=D/V`, `list --queue=D/V`: one row a recipient; about a queue."""
    OLDER_THAN = "older-than"
    """`list --queue=D/V --older-than=AGE --maxitems=1` (5.0): is anybody in it that old?"""
    SETTINGS = "settings"
    """`show settings D/V`: effective settings of a queue and of its VMTA (4.5 and later)."""
    VMTA_SETTINGS = "vmta-settings"
    """`show vmta-settings V` (later 5.0)."""
    DISABLED_SOURCES = "disabled-sources"
    """`show disabled sources D/V`; the output's shape is in no document."""
    LICENSE = "license"
    """`show license`."""
    VERSION = "version"
    """`show version`."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to PMTA."""

    page: Page
    about: str = ""
    """The queue (`domain/vmta`), domain, job or VMTA; empty for the node's own pages."""
    older_than: str = ""
    """OLDER_THAN: the age as PMTA writes intervals, such as `15m`, `1h`, `24h`."""
    most: int | None = None
    """Rows wanted, where the interface takes a number; None: what it gives by itself."""
