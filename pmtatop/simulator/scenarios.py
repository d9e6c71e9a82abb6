"""The scenarios as data: what goes wrong, where, when, and with which reply."""

from collections.abc import Mapping
from dataclasses import dataclass

from pmtatop.simulator.accounting import DANE_MISMATCH, DNS_FAILED, TLS_CUT
from pmtatop.simulator.fleet import VMTAS, Campaign
from pmtatop.simulator.places import OPERATORS

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True, eq=False)
class Incident:
    """One thing that goes wrong. Times are seconds relative to the simulation's start."""

    operator: str
    begin: float
    end: float
    probability: float
    """Of an attempt (level recipient) or a session (level session) to be refused."""
    reply: str
    """The operator's words; `{ip}` is our source address."""
    level: str = "recipient"
    """`recipient`: 4xx to RCPT or DATA; `session`: refused before a recipient is named."""
    minutes: tuple[int, int] | None = None
    """First and last minute of each hour in which it happens; None: all the time."""
    domain: str = ""
    """Only this recipient domain; empty: all of the operator's."""
    vmta: str = ""
    """Only this VMTA; empty: all."""

    def holds(self, since: float, minute: int, domain: str, vmta: str) -> bool:
        """Whether it happens `since` seconds after the start, in this minute of the hour."""
        return (
            self.begin <= since < self.end
            and (self.minutes is None or self.minutes[0] <= minute <= self.minutes[1])
            and self.domain in ("", domain)
            and self.vmta in ("", vmta)
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """Our own limits for each queue of an operator, in place of the usual ones."""

    operator: str
    max_smtp_out: int
    max_msg_rate: int | None
    """Attempted recipients a minute; None: unlimited."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named course of events."""

    name: str
    summary: str
    incidents: tuple[Incident, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    """Beside the daily ones; they begin relative to the start."""
    limits: tuple[Limit, ...] = ()
    leak_kb_per_s: float = 0.0
    """Growth of pmtad's resident size that no queue explains."""
    smtp_illness: str = ""
    """What ails the SMTP port: nothing, `silent`, `full` or `memory`."""
    mail_stops: float = float("inf")
    """Seconds after the start from which nobody can hand in mail."""
    closes_after: tuple[str, str] = ("", "")
    """(operator, its words) that closes each connection behind twenty messages."""
    carried: int = 160
    """Recipients with a full mailbox that wait since before the simulation."""
    restart_every: float = 0.0
    """Seconds between two restarts of pmtad from the start on; 0: it does not restart."""
    odd_names: bool = False
    """Queues and a VMTA with the names that break tools are there too."""
    spool_max: int = 500_000
    """`spool-max-recipients`; PMTA's totals may exceed it."""
    disk_fills_at: float | None = None
    """Seconds after the start at which the spool's file system is full; None: it never is."""


COMCAST_THROTTLE = (
    "421 4.1.0 {ip} Throttled - try again later. Please see "
    "http://postmaster.comcast.net/smtp-error-codes.php#RL000003"
)
YAHOO_TSS04 = (
    "421 4.7.0 [TSS04] Messages from {ip} temporarily deferred due to unexpected volume "
    "or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes"
)
MICROSOFT_S3140 = (
    "550 5.7.1 Unfortunately, messages from [{ip}] weren't sent. Please contact your Internet "
    "service provider since part of their network is on our block list (S3140)."
)
TONLINE_GREETING = (
    "554 IP={ip} - None/bad reputation. Ask your postmaster for help or to contact "
    "tosa@rx.t-online.de for reset. (NOWL)"
)
SPAM_REPLIES = {
    "Gmail": "550 5.7.1 Our system has detected that this message is likely unsolicited mail. "
    "To reduce the amount of spam, it has been blocked. - gsmtp",
    "Microsoft": "550 5.7.1 Message rejected as spam by content filtering.",
    "Yahoo": "554 5.7.9 Message not accepted for spam content. [PH01]",
    "GMX": "554 5.7.1 Message rejected: considered spam",
}
MICROSOFT_BUSY = "451 4.7.500 Server busy. Please try again later from [{ip}]. (AS77712344)"


def _comcast(begin: float, end: float) -> Incident:
    return Incident("Comcast", begin, end, 0.45, COMCAST_THROTTLE)


def _yahoo(begin: float, end: float) -> Incident:
    return Incident("Yahoo", begin, end, 1.0, YAHOO_TSS04, level="session")


MICROSOFT_HOURLY = Incident("Microsoft", -30 * DAY, 30 * DAY, 0.3, MICROSOFT_BUSY, minutes=(0, 9))
"""A habit, not an event: it was there on every day of the history."""

GMAIL_LIMIT = Limit("Gmail", max_smtp_out=2, max_msg_rate=30)


def _gmail_campaign(begin: float) -> Campaign:
    return Campaign("spring-sale", "news", begin, 10 * MINUTE, 12_000, operator="Gmail", chunk=20)


_ALL = (
    Scenario("calm", "an ordinary day: nothing to do"),
    Scenario(
        "comcast-450-flood",
        "Comcast throttles four of ten attempts from the first minute on",
        incidents=(_comcast(MINUTE, 6 * HOUR),),
    ),
    Scenario(
        "yahoo-421-handshake",
        "Yahoo refuses every session at the greeting; its queues back off",
        incidents=(_yahoo(MINUTE, 6 * HOUR),),
    ),
    Scenario(
        "microsoft-greylisting",
        "Microsoft defers a third in minutes 0 to 9 of each hour, as every day",
        incidents=(MICROSOFT_HOURLY,),
    ),
    Scenario(
        "gmail-limit-full",
        "a campaign to Gmail runs into our own max-smtp-out and max-msg-rate; nobody refuses",
        campaigns=(_gmail_campaign(MINUTE),),
        limits=(GMAIL_LIMIT,),
    ),
    Scenario(
        "inbound-silent",
        "PMTA runs and delivers, but its SMTP port greets nobody and no mail comes in",
        smtp_illness="silent",
        mail_stops=MINUTE,
    ),
    Scenario(
        "dns-hold",
        "the domains of one host resolve no more: their queues hold, nobody refuses anything",
        incidents=(Incident("Own server", MINUTE, 6 * HOUR, 1.0, DNS_FAILED, level="session"),),
    ),
    Scenario(
        "att-tls",
        "AT&T cuts every connection after STARTTLS (the error's text is the simulator's own)",
        incidents=(Incident("AT&T", MINUTE, 6 * HOUR, 1.0, TLS_CUT, level="session"),),
    ),
    Scenario(
        "dane-mismatch",
        "GMX's certificate does not match its TLSA records (the text is the simulator's own)",
        incidents=(Incident("GMX", MINUTE, 6 * HOUR, 1.0, DANE_MISMATCH, level="session"),),
    ),
    Scenario(
        "one-ip-blocked",
        "Microsoft refuses one source IP of four for good; the other three go on",
        incidents=(Incident("Microsoft", MINUTE, 6 * HOUR, 0.95, MICROSOFT_S3140, vmta="news-b"),),
    ),
    Scenario(
        "greeting-5xx",
        "T-Online greets with 554: each session loses its whole queue at once",
        incidents=(Incident("T-Online", MINUTE, 6 * HOUR, 1.0, TONLINE_GREETING, level="session"),),
    ),
    Scenario(
        "customer-spam",
        "one customer's mail is refused as spam wherever it goes; nobody else's is",
        incidents=tuple(
            Incident(operator, MINUTE, 6 * HOUR, 0.5, reply, vmta=place.name)
            for operator, reply in SPAM_REPLIES.items()
            for place in VMTAS
            if place.pool == "shop"
        ),
    ),
    Scenario(
        "resolver-half-dead",
        "every third look-up of our resolver fails, for all receivers alike",
        incidents=tuple(
            Incident(operator.name, MINUTE, 6 * HOUR, 0.35, DNS_FAILED, level="session")
            for operator in OPERATORS
        ),
    ),
    Scenario("old-tail", "nothing to do: many old recipients with full mailboxes", carried=2500),
    Scenario(
        "yahoo-closes-after-20",
        "nothing to do: Yahoo closes each connection after twenty messages, as always",
        closes_after=("Yahoo", "421 4.7.0 Max message per connection reached, closing connection"),
    ),
    Scenario(
        "restart-loop",
        "pmtad dies and is restarted every 90 seconds; all counters begin at zero",
        restart_every=90.0,
    ),
    Scenario(
        "disk-full",
        "the spool's file system is full after five minutes; mail is refused at MAIL FROM",
        mail_stops=5 * MINUTE,
        disk_fills_at=5 * MINUTE,
    ),
    Scenario(
        "odd-names",
        "nothing to do; {default}, a rollup, a queue-to name, an IDN, a total above its maximum",
        odd_names=True,
        spool_max=100,
    ),
    Scenario(
        "empty",
        "nobody sends and nothing waits: every list is empty",
        mail_stops=float("-inf"),
        carried=0,
    ),
    Scenario(
        "memory-leak",
        "pmtad grows by 2 MB a second, whatever the queue does",
        leak_kb_per_s=2000.0,
    ),
    Scenario(
        "night",
        "in mid-incident: Comcast since 25 min, Yahoo since 8 min, Microsoft hourly, then Gmail",
        incidents=(
            _comcast(-25 * MINUTE, 5 * HOUR),
            _yahoo(-8 * MINUTE, 40 * MINUTE),
            _yahoo(2 * HOUR, 4 * HOUR),
            MICROSOFT_HOURLY,
        ),
        campaigns=(_gmail_campaign(5 * MINUTE),),
        limits=(GMAIL_LIMIT,),
    ),
)

SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _ALL}
"""Every scenario by name."""
