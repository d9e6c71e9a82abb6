"""Mail and queues: what waits, what is in a session, and which limits hold it."""

from collections import deque
from dataclasses import dataclass, field

from pmtatop.simulator.fleet import VmtaPlace
from pmtatop.simulator.places import Operator

KEPT_ERRORS = 10
"""`max-events-recorded`: PMTA's default."""

RATE_S = 10
"""Seconds in which a rate's share of the minute may be used: no minute's burst at its turn."""

SAME_ERROR_S = 60
"""Seconds for which the same text is recorded once."""


@dataclass(slots=True, eq=False)
class Batch:
    """Recipients of one queue that were injected together and share their fate in time."""

    ids: list[str]
    """Numbers of the recipients, from which their addresses are made."""
    queued: int
    """Second of injection: `timeQueued`."""
    job: str
    size: int
    """Bytes of each message."""
    first: int | None = None
    """Second of the first attempt: `timeFirstAttempt`."""
    tries: int = 0
    """Attempts that were deferred."""
    stuck: str = ""
    """The reply to every attempt, where it cannot succeed (a full mailbox)."""

    def part(self, ids: list[str]) -> "Batch":
        """Some of its recipients, with the same past."""
        return Batch(ids, self.queued, self.job, self.size, self.first, self.tries, self.stuck)


@dataclass(slots=True, eq=False)
class Vmta:
    """One virtual MTA at work."""

    place: VmtaPlace
    sessions: int = 0
    """Connections of all its queues; never above the VMTA's `max-smtp-out`."""
    blocked: deque["Queue"] = field(default_factory=deque)
    """Queues that found no free connection, in the order in which they came."""

    @property
    def full(self) -> bool:
        """Whether `max-smtp-out` is reached."""
        return self.sessions >= self.place.max_smtp_out


@dataclass(slots=True, eq=False)
class Queue:
    """One queue, `domain/vmta`."""

    name: str
    domain: str
    operator: Operator
    vmta: Vmta
    max_smtp_out: int
    """Connections at once."""
    max_msg_rate: int | None
    """Attempted recipients a minute; None: unlimited."""
    mailbox: str
    """Domain of the recipients: the queue's, unless it is a rollup or a `queue-to` name."""
    waiting: deque[Batch] = field(default_factory=deque)
    deferred: dict[int, Batch] = field(default_factory=dict)
    """Batches that wait for their retry, by `id`."""
    recipients: int = 0
    """All that are not finished: waiting, in a session, or deferred."""
    bytes: int = 0
    sessions: int = 0
    """Open connections; never above `max_smtp_out`."""
    idle: int = 0
    """Those of them that wait for more mail."""
    mode: str = "normal"
    retry_at: int = 0
    """No session is opened before this second (backoff, or a host that did not answer)."""
    wake_at: int = 0
    """Second of the appointment that is already in the calendar."""
    blocked: bool = False
    """It stands in its VMTA's line for a free connection."""
    errors: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=KEPT_ERRORS))
    portion: int = 0
    used: int = 0
    """Recipients attempted in this `portion` of time."""

    def allowance(self, second: int) -> int:
        """Recipients that `max-msg-rate` still lets pass in this portion of the minute."""
        if self.max_msg_rate is None:
            return 1_000_000
        if second // RATE_S != self.portion:
            self.portion, self.used = second // RATE_S, 0
        return max(1, self.max_msg_rate * RATE_S // 60) - self.used

    def at_rest(self) -> list[Batch]:
        """Batches that are not in a session: what a list of recipients shows."""
        return [*self.waiting, *self.deferred.values()]

    def note_error(self, second: int, text: str) -> None:
        """Record an error event, newest first."""
        if any(known == text and second - at < SAME_ERROR_S for at, known in self.errors):
            return
        self.errors.appendleft((second, text))

    def take(self, most: int) -> list[Batch]:
        """The batches that one session carries: at most `most` recipients."""
        taken: list[Batch] = []
        while self.waiting and most > 0:
            batch = self.waiting.popleft()
            if len(batch.ids) > most:
                self.waiting.appendleft(batch.part(batch.ids[most:]))
                batch = batch.part(batch.ids[:most])
            most -= len(batch.ids)
            taken.append(batch)
        return taken
