"""Finding: what one analysis says of one object now, hot or calm; the alert machine's only food."""

from dataclasses import dataclass

from pmtatop.model.alert import Advice, Affected, AlertReason, Evidence, Loss
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Confidence, Whose
from pmtatop.model.text import SafeText

CALM_MINUTES = 10
"""Calm minutes in a row that end an alert."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's judgement of one object at one time."""

    rule: str
    """Name of a rule, stable for ever: `deferral`, `sessions`, `block` ..."""
    key: str
    """What it is about: name of the ISP, domain, queue or VMTA."""
    at: Instant
    hot: bool
    hot_minutes: float = 0.0
    """For how long it has been hot without a break, minutes."""
    quiet: bool = False
    """There are no attempts to judge by: neither hot nor calm."""
    calm: bool = False
    """Calm long enough, and mail is accepted again."""
    observed: float | None = None
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = "ratio"
    n: int | None = None
    excess: float | None = None
    delivered: int | None = None
    """Deliveries of the last 15 minutes: the evidence that ends an alert."""
    reason: AlertReason | None = None
    whose: Whose = Whose.UNKNOWN
    scope: str = "isp"
    cause: str | None = None
    """Name of the source IP, VMTA, job ... when one holds most of the excess."""
    not_: tuple[str, ...] = ()
    """Classes ruled out, each with its evidence."""
    excludes: str = ""
    """What the line says of throttling: `not throttling`, `throttling not excluded`, or nothing."""
    confidence: Confidence = Confidence.LOW
    confidence_why: str = ""
    affected: Affected = Affected()  # noqa: RUF009 (frozen)
    loss: Loss | None = None
    advice: tuple[Advice, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    isp: SafeText | None = None
    domain: SafeText | None = None
    vmta: SafeText | None = None
    text: str = ""
    """What the reason is called in the alert's line: `content`, `421 handshake`."""
    label: str = ""
    """`no baseline yet (37 min of 6 h)` while it is so."""
    retry_at: Instant | None = None
