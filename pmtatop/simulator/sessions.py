"""Sessions: when one may open, what becomes of the recipients it carries, and when they retry."""

import math
import random
from collections.abc import Callable
from functools import lru_cache

from pmtatop.simulator.accounting import (
    DANE_MISMATCH,
    DNS_FAILED,
    EXPIRED,
    NO_ANSWER,
    OWN_FINDINGS,
    TLS_CUT,
    attempt_rows,
    session_row,
)
from pmtatop.simulator.clockwork import Calendar
from pmtatop.simulator.ledger import Ledger
from pmtatop.simulator.log_lines import mode_line, refused_trace, trace
from pmtatop.simulator.mail import RATE_S, Batch, Queue, Vmta
from pmtatop.simulator.places import Manner, Operator
from pmtatop.simulator.scenarios import Incident, Scenario

RETRY_AFTER = (600, 600, 1200, 2400, 3600, 7200, 14400)
"""`retry-recipients-after`, a list as 5.0 allows: seconds by number of deferrals, then the last."""

BACKOFF_RETRY_AFTER = 300
"""`backoff-retry-after` and `retry-after` of this site, seconds."""

JITTER_S = 120
"""A retry comes up to so many seconds late: the queue is looked through now and then."""

BOUNCE_AFTER = 4 * 86400 + 12 * 3600
"""`bounce-after`: PMTA's default of 4d12h."""

PER_SESSION = 20
"""Recipients that a connection takes in one go."""

IDLE_S = 20
"""`connection-idle-timeout`: seconds for which a session stays open behind its last message."""

TRACED = 40
"""One session in so many leaves a trace in the log, beside all that are refused."""

MESSAGE_RATE = "message rate limit reached (based on max-msg-rate in configuration)"
"""PMTA's own text (5.0) for a limit of our own."""

Rows = Callable[[int, str], None]
Log = Callable[[int, str], None]


class Sessions:
    """All connections outwards. Limits hold: of a queue, of its VMTA, and of a queue's rate."""

    def __init__(
        self,
        calendar: Calendar,
        chance: random.Random,
        ledger: Ledger,
        scenario: Scenario,
        start: int,
        rows: Rows,
        log: Log,
    ) -> None:
        """`start` is the second from which incidents count; `rows` and `log` hear of it all."""
        self._calendar = calendar
        self._chance = chance
        self._ledger = ledger
        self._start = start
        self._rows = rows
        self._log = log
        self._number = 0
        self._closes_after = scenario.closes_after
        self._incidents: dict[tuple[str, str], list[Incident]] = {}
        for incident in scenario.incidents:
            key = incident.operator, incident.level
            self._incidents.setdefault(key, []).append(incident)
        self.open = 0
        self.top = 0

    def accept(self, second: int, queue: Queue, batch: Batch) -> None:
        """Mail has come to a queue, new or for its retry."""
        if not batch.ids:
            return  # bounced meanwhile, with its whole queue
        queue.deferred.pop(id(batch), None)
        queue.waiting.append(batch)
        self.attempt(second, queue)

    def attempt(self, second: int, queue: Queue) -> None:
        """Open sessions for what waits, as far as backoff and our own limits let it."""
        while queue.waiting and self._may_open(second, queue):
            refusal = self._refusal(second, queue)
            if refusal:
                self._hold(second, queue, refusal)
                return
            self._open(second, queue)

    # --- before a session ------------------------------------------------------------------

    def _may_open(self, second: int, queue: Queue) -> bool:
        if second < queue.retry_at:
            return False
        if not queue.idle and queue.sessions >= queue.max_smtp_out:
            return False
        if not queue.idle and queue.vmta.full:
            if not queue.blocked:
                queue.blocked = True
                queue.vmta.blocked.append(queue)
            return False
        if queue.allowance(second) <= 0:
            queue.note_error(second, MESSAGE_RATE)
            self._wake(queue, _next_portion(second))
            return False
        return True

    def _wake(self, queue: Queue, second: int) -> None:
        """One appointment at a time is enough."""
        if queue.wake_at < second:
            queue.wake_at = second
            self._calendar.at(second, self.attempt, queue)

    def _refusal(self, second: int, queue: Queue) -> str:
        """The reply at connect or greeting that ends the session, if one does."""
        incident = self._incident(second, queue, "session")
        if incident is not None and self._chance.random() < incident.probability:
            return incident.reply
        unreachable = queue.operator.unreachable
        return NO_ANSWER if unreachable and self._chance.random() < unreachable else ""

    def _hold(self, second: int, queue: Queue, reply: str) -> None:
        """A refused session: a row tq for each MX, and no attempt before the retry."""
        vmta = queue.vmta.place
        reply = reply.replace("{ip}", vmta.ip)
        self._number += 1
        for mx in queue.operator.mx[: 1 if reply == DNS_FAILED else 2]:
            self._rows(second, session_row(second, queue, reply, mx))
            queue.note_error(second, _error_text(reply, queue, mx))
            refused_trace(self._log, second, self._number, queue, reply, mx)
        if reply[:1] == "5":
            self._bounce_all(second, queue, reply)
            return
        if reply not in OWN_FINDINGS:
            self._mode(second, queue, "backoff", reply)
        queue.retry_at = second + BACKOFF_RETRY_AFTER + self._chance.randrange(JITTER_S)
        self._wake(queue, queue.retry_at)

    def _bounce_all(self, second: int, queue: Queue, reply: str) -> None:
        """`bounce-upon-5xx-greeting yes`, PMTA's default: the whole queue is lost at once."""
        for batch in [*queue.waiting, *queue.deferred.values()]:
            self._bounce(second, queue, batch, reply)
        queue.waiting.clear()
        for batch in queue.deferred.values():
            batch.ids = []
        queue.deferred.clear()

    def _mode(self, second: int, queue: Queue, mode: str, reason: str) -> None:
        if queue.mode != mode:
            queue.mode = mode
            self._log(second, mode_line(queue, reason))

    # --- a session -------------------------------------------------------------------------

    def _open(self, second: int, queue: Queue) -> None:
        batches = queue.take(min(PER_SESSION, queue.allowance(second)))
        count = sum(len(batch.ids) for batch in batches)
        queue.used += count
        self._connect(queue)
        self._number += 1
        length = max(1, round(queue.operator.session_s * (1 + count / 4)))
        self._calendar.at(second + length, self._finish, queue, batches)
        if self._number % TRACED == 0:
            trace(self._log, second, self._number, queue)

    def _connect(self, queue: Queue) -> None:
        """Use a connection that idles, or make one."""
        if queue.idle:
            queue.idle -= 1
            return
        queue.sessions += 1
        queue.vmta.sessions += 1
        self.open += 1
        self.top = max(self.top, self.open)

    def _finish(self, second: int, queue: Queue, batches: list[Batch]) -> None:
        for batch in batches:
            if batch.first is None:
                batch.first = second
            self._outcomes(second, queue, batch)
        queue.idle += 1
        if self._closes_after and queue.operator.name == self._closes_after[0]:
            self._count_messages(second, queue, batches)
        self.attempt(second, queue)
        # A queue that is held by its rate keeps its connections until it may go on.
        idle_until = max(second + IDLE_S, _next_portion(second) if queue.waiting else 0)
        self._calendar.at(idle_until, self._close, queue)

    def _count_messages(self, second: int, queue: Queue, batches: list[Batch]) -> None:
        """A receiver that closes each connection behind so many messages; nothing is lost by it."""
        if sum(len(batch.ids) for batch in batches) >= PER_SESSION:
            mx = queue.operator.mx[0]
            self._log(second, f"({self._number:3d})>>> {self._closes_after[1]}")
            queue.note_error(second, _error_text(self._closes_after[1], queue, mx))

    def _close(self, second: int, queue: Queue) -> None:
        if not queue.idle:
            return  # it was taken into use again
        queue.idle -= 1
        queue.sessions -= 1
        queue.vmta.sessions -= 1
        self.open -= 1
        self.attempt(second, queue)
        self._next_in_line(second, queue.vmta)

    def _next_in_line(self, second: int, vmta: Vmta) -> None:
        while vmta.blocked and not vmta.full:
            queue = vmta.blocked.popleft()
            queue.blocked = False
            self.attempt(second, queue)

    # --- what becomes of the recipients ----------------------------------------------------

    def _outcomes(self, second: int, queue: Queue, batch: Batch) -> None:
        """Draw each recipient's fate and write its row."""
        if batch.stuck:
            self._defer(second, queue, batch, batch.stuck)
            return
        if queue.operator.greylist and not batch.tries:
            self._defer(second, queue, batch, queue.operator.greylist)
            return
        taken, others = self._fates(second, queue, batch)
        if taken:
            self._deliver(second, queue, batch if not others else batch.part(taken))
        for manner, ids in others.items():
            self._refuse(second, queue, batch.part(ids), manner)

    def _fates(
        self, second: int, queue: Queue, batch: Batch
    ) -> tuple[list[str], dict[Manner, list[str]]]:
        """Who is taken, and who meets which manner of refusal."""
        incident = self._incident(second, queue, "recipient")
        manners = _manners(queue.operator, incident)
        share, log_clean = _odds(manners)
        others: dict[Manner, list[str]] = {}
        taken: list[str] = []
        at, ids = 0, batch.ids
        while at < len(ids):
            # The run of recipients up to the next refused one, in one draw.
            run = int(math.log(1.0 - self._chance.random()) / log_clean)
            taken += ids[at : at + run]
            at += run
            if at < len(ids):
                manner = _drawn(manners, self._chance.random() * share)
                others.setdefault(manner, []).append(ids[at])
            at += 1
        return taken, others

    def _refuse(self, second: int, queue: Queue, part: Batch, manner: Manner) -> None:
        reply = manner.reply.replace("{ip}", queue.vmta.place.ip)
        if manner.kind == "b":
            self._bounce(second, queue, part, reply)
            return
        if manner.kind == "full":
            part.stuck = reply
        self._defer(second, queue, part, reply)

    def _deliver(self, second: int, queue: Queue, part: Batch) -> None:
        self._rows(second, attempt_rows("d", second, queue, part, queue.operator.ok))
        self._ledger.deliver(second, queue, part)
        # `backoff-to-normal-after-delivery yes`
        self._mode(second, queue, "normal", "delivery")

    def _bounce(self, second: int, queue: Queue, part: Batch, reply: str) -> None:
        self._rows(second, attempt_rows("b", second, queue, part, reply))
        self._ledger.bounce(queue, part)

    def _expire(self, second: int, queue: Queue, part: Batch) -> None:
        queue.deferred.pop(id(part), None)
        self._bounce(second, queue, part, EXPIRED)

    def _defer(self, second: int, queue: Queue, part: Batch, reply: str) -> None:
        self._rows(second, attempt_rows("t", second, queue, part, reply))
        pause = RETRY_AFTER[min(part.tries, len(RETRY_AFTER) - 1)]
        part.tries += 1
        queue.deferred[id(part)] = part
        again = second + pause + self._chance.randrange(JITTER_S)
        deadline = part.queued + BOUNCE_AFTER
        if again > deadline:
            self._calendar.at(deadline, self._expire, queue, part)
        else:
            self._calendar.at(again, self.accept, queue, part)

    def _incident(self, second: int, queue: Queue, level: str) -> Incident | None:
        candidates = self._incidents.get((queue.operator.name, level))
        if not candidates:
            return None
        since, minute = second - self._start, second // 60 % 60
        vmta = queue.vmta.place.name
        return next((i for i in candidates if i.holds(since, minute, queue.domain, vmta)), None)


@lru_cache(maxsize=256)
def _manners(operator: Operator, incident: Incident | None) -> tuple[Manner, ...]:
    """The operator's usual manners, behind that of an incident."""
    if incident is None:
        return operator.manners
    kind = "b" if incident.reply[:1] == "5" else "t"
    return (Manner(incident.probability, kind, incident.reply), *operator.manners)


@lru_cache(maxsize=256)
def _odds(manners: tuple[Manner, ...]) -> tuple[float, float]:
    """(probability that a recipient is not taken, logarithm of its complement)."""
    share = min(0.999, sum(manner.share for manner in manners))
    return share, math.log(1.0 - share)


def _drawn(manners: tuple[Manner, ...], draw: float) -> Manner:
    for manner in manners:
        draw -= manner.share
        if draw < 0:
            return manner
    return manners[-1]


def _next_portion(second: int) -> int:
    return (second // RATE_S + 1) * RATE_S


def _error_text(reply: str, queue: Queue, mx: tuple[str, str]) -> str:
    """The queue's error event, in PMTA's wording."""
    if reply == DNS_FAILED:
        return f"StatusDnsQueryFailed resolving {queue.mailbox}"
    if reply == TLS_CUT:
        return f"EDISCON in connection to {mx[0]} ({mx[1]}) after STARTTLS"
    if reply == DANE_MISMATCH:
        return f"DANE: certificate of {mx[0]} ({mx[1]}) does not match its TLSA records"
    if reply == NO_ANSWER:
        return f"ETIMEDOUT connecting to {mx[0]} ({mx[1]})"
    vmta = queue.vmta.place
    return (
        f'skip of MX requested: "{reply}" received from {mx[0]} ({mx[1]}) while connected from '
        f"{vmta.host} ({vmta.ip}) to {mx[0]} ({mx[1]})"
    )
