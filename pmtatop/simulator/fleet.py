"""Our side as data: VMTAs and their pools, mail streams, campaigns, the shape of day and week."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class VmtaPlace:
    """One virtual MTA with its source address (RFC 5737) and host name."""

    name: str
    pool: str
    ip: str
    host: str
    max_smtp_out: int
    """Connections across all its queues (`max-smtp-out` in `<virtual-mta>`)."""
    stream: str


def _pool(pool: str, members: str, first_ip: int, limit: int, stream: str) -> tuple[VmtaPlace, ...]:
    return tuple(
        VmtaPlace(
            *(f"{pool}-{member}", pool, f"198.51.100.{first_ip + i}"),
            *(f"out{first_ip + i}.meadow-mail.example", limit, stream),
        )
        for i, member in enumerate(members)
    )


VMTAS = (
    *_pool("tx", "ab", 11, 20, "transactional"),
    *_pool("news", "abcd", 21, 30, "marketing"),
    *_pool("shop", "abcd", 31, 24, "marketing"),
    *_pool("warm", "ab", 41, 6, "warm-up"),
)


DEFAULT_VMTA = VmtaPlace(
    "{default}", "tx", "198.51.100.10", "out10.meadow-mail.example", 20, "transactional"
)
"""The virtual MTA of mail that names none."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends through a pool: what stands in `orig`, `header_From` and `rcvSmtpUser`."""

    bounce: str
    from_: str
    user: str


SENDERS = {
    "tx": Sender("bounce@tx.meadow-mail.example", "orders@meadow-mail.example", "tx-feeder"),
    "news": Sender("b@news.meadow-mail.example", "news@meadow-mail.example", "news-feeder"),
    "shop": Sender("bounce@shop.larkfield.example", "offers@larkfield.example", "shop-feeder"),
    "warm": Sender("b@hello.newbrand.example", "hello@newbrand.example", "warm-feeder"),
}


@dataclass(frozen=True, slots=True)
class Stream:
    """Mail that flows all day into one pool."""

    pool: str
    per_minute: float
    """Recipients a minute at the day's peak."""
    chunk: int
    """Mean number of recipients that are injected together for one domain."""
    size: int
    """Bytes of a message."""
    daily_job: bool
    """Whether each day has a job of its own."""


STREAMS = (
    Stream("tx", 20.0, 1, 18_000, daily_job=False),
    Stream("news", 36.0, 3, 52_000, daily_job=True),
    Stream("shop", 28.0, 3, 44_000, daily_job=True),
    Stream("warm", 4.0, 2, 30_000, daily_job=True),
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A job that is injected from a given time on."""

    job: str
    pool: str
    begin: float
    """Seconds after midnight UTC (daily), or after the simulation's start (scenario)."""
    over: float
    """Seconds until the last recipient is injected."""
    recipients: int
    operator: str = ""
    """Only to this operator's domains; empty: to all."""
    size: int = 56_000
    chunk: int = 8


DAILY_CAMPAIGNS = (
    Campaign("morning-letter", "news", 7.5 * 3600, 3600, 3600),
    Campaign("noon-offer", "shop", 11 * 3600, 3600, 2400),
    Campaign("evening-digest", "news", 17 * 3600, 4500, 3000),
    Campaign("night-owl", "shop", 21.25 * 3600, 3600, 1500),
)

HOURS = (
    *(0.55, 0.52, 0.50, 0.50, 0.52, 0.55, 0.62, 0.70, 0.82, 0.90, 0.94, 0.92),
    *(0.88, 0.88, 0.90, 0.94, 0.98, 1.00, 0.98, 0.92, 0.82, 0.72, 0.64, 0.57),
)
"""Mail by hour of the day (UTC), relative to the day's peak; between hours it is interpolated."""

WEEKDAYS = (0.96, 1.0, 1.0, 0.98, 0.94, 0.86, 0.84)
"""Mail by weekday, Monday first, relative to the week's peak."""


def volume(second: int) -> float:
    """How much mail this second sees beside the week's peak: the shape of day and week (UTC)."""
    moment = datetime.fromtimestamp(second, UTC)
    here, later = HOURS[moment.hour], HOURS[(moment.hour + 1) % 24]
    return (here + (later - here) * moment.minute / 60) * WEEKDAYS[moment.weekday()]
