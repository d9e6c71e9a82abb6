"""Sample: what one operator did with our mail in one completed minute of record time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pmtatop.model.instant import Instant
from pmtatop.model.reason import ReasonClass

BUCKET_S = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """Deltas over one bucket of 60 s; `queued` is a level at its end."""

    at: Instant
    """The bucket's end."""
    attempts: int = 0
    deferred: int | None = 0
    """Rows t; None where record type t is not logged: no ratio can be judged."""
    delivered: int = 0
    bounced: int = 0
    lost: int = 0
    refused: int = 0
    """Rows tq: sessions, not attempts."""
    first_attempts: int | None = None
    """First tries; None where the files do not tell them from retries."""
    first_deferred: int | None = None
    by_class: Mapping[ReasonClass, int] = field(default_factory=dict)
    """Deferrals and bounces of the judged attempts, by class."""
    lost_by_class: Mapping[ReasonClass, int] = field(default_factory=dict)
    """Recipients lost (5xx of block classes), by class."""
    queued: int | None = None

    @property
    def judged(self) -> tuple[int, int]:
        """Attempts and deferrals that alerts judge: first tries where they are known."""
        if self.deferred is None:
            return 0, 0
        if self.first_attempts is None or self.first_deferred is None:
            return self.attempts, self.deferred
        return self.first_attempts, self.first_deferred
