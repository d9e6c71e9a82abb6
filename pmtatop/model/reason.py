"""What a reply means: the closed lists of classes, stages and levels, and one classification."""

from dataclasses import dataclass
from enum import StrEnum

from pmtatop.model.text import SafeText


class ReasonClass(StrEnum):
    """Why a receiver said no (commands.md has the closed list)."""

    RATE = "rate-throttling"
    CONNECTION_LIMIT = "connection-limit"
    GREYLISTING = "greylisting"
    REPUTATION = "reputation-blocklist"
    AUTHENTICATION = "authentication"
    TLS = "tls"
    CONTENT = "content-spam"
    MAILBOX_FULL = "mailbox-full"
    UNKNOWN_USER = "unknown-user"
    DNS_MX = "dns-mx"
    REMOTE_FAULT = "remote-fault"
    TIMEOUT = "network-timeout"
    PTR_HELO = "sender-ptr-helo"
    INACTIVE = "inactive-mailbox"
    POLICY = "policy"
    OWN_LIMIT = "own-limit"
    SIZE = "message-size"
    RELAYING = "relaying"
    PROTOCOL = "protocol"
    VIRUS = "virus"
    EXPIRED = "expired"
    UNCLASSIFIED = "unclassified"


THROTTLES = frozenset({ReasonClass.RATE, ReasonClass.CONNECTION_LIMIT})
"""The classes of `throttle_ratio`, where the problem is not the recipient's."""

BLOCKS = frozenset(
    {
        ReasonClass.REPUTATION,
        ReasonClass.AUTHENTICATION,
        ReasonClass.POLICY,
        ReasonClass.CONTENT,
        ReasonClass.PTR_HELO,
    }
)
"""Classes whose 5xx is mail being lost now (`lost`)."""


class Stage(StrEnum):
    """Where in the dialogue a refusal came."""

    CONNECT = "connect"
    DNS = "dns"
    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """Whether a whole queue or one recipient was refused."""

    QUEUE = "queue"
    RECIPIENT = "recipient"


class Whose(StrEnum):
    """Whose problem it is."""

    THEIRS = "theirs"
    OURS = "ours"
    RECIPIENT = "recipient"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure a guess is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to check and consider for one class of refusals."""

    check: str
    """The first, read-only check."""
    text: str
    """What to consider, one line."""
    directive: str | None = None
    """PMTA's real directive, where one helps."""
    wait_s: float | None = None
    """Seconds to wait before judging again."""
    not_: str | None = None
    """What not to do."""
    url: str | None = None
    """The provider's own help page."""


@dataclass(frozen=True, slots=True)
class Classification:
    """One reply, understood."""

    class_: ReasonClass
    provider: str | None
    """Name from the provider table (as in `isps[].name`); None when the text does not tell."""
    code: str | None
    """Three-digit SMTP reply code."""
    enhanced: str | None
    """Enhanced status code as the reply (or dsnStatus) has it, such as `4.7.28`."""
    stage: Stage
    level: Level
    confidence: Confidence
    matched: SafeText
    """What in the text decided."""
    remedy: Remedy
    whose: Whose
