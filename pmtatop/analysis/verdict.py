"""Why is this queue not draining: one kind of answer with the evidence behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pmtatop.model.instant import Instant
from pmtatop.model.polls import QueuePoll
from pmtatop.model.reason import Level, Whose
from pmtatop.model.reason import ReasonClass as C
from pmtatop.model.rows import Counts, LastError, Reason, Verdict
from pmtatop.model.text import SafeText

LIVE_S = 1800.0
"""An error older than this may be history: the queue page keeps the last ones for days."""

_REFUSALS = {
    C.OWN_LIMIT: ("our-limit", "our own limit is reached: the receiver is not at fault"),
    C.TIMEOUT: ("cannot-connect", "no connection to the receiver"),
    C.DNS_MX: ("dns", "the receiver's name or MX cannot be resolved"),
    C.TLS: ("tls", "no agreement on TLS with the receiver"),
    C.REPUTATION: ("blocked", "the receiver blocks this source IP"),
    C.GREYLISTING: ("waiting-retry", "greylisted: the ordinary retry is the cure"),
}
"""Class of the newest live error -> kind and text; every other class is `they-refuse`."""


SPOKEN = 5
SPOKEN_SHARE = 0.3
"""So many refused attempts, and such a share of all, decide over connections that are open."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Recipient-level replies of 15 minutes from the queue's domain."""

    attempts: int
    refused: int
    """Deferred and bounced."""
    first: Reason
    """The most frequent one."""


def verdict_for(
    queue: QueuePoll,
    error: LastError | None,
    retry_at: Instant | None,
    now: Instant,
    limit: int | None = None,
    spoken: Spoken | None = None,
) -> Verdict:
    """The verdict on one entry of `/queues`.

    `error` is its newest error, classified; `retry_at` its retry time and `now` PMTA's time, both
    UTC; `limit` the effective `max-smtp-out`, where known; `spoken` what the receivers said to
    recipients of its domain. Without evidence it says so.
    """
    if queue.paused:
        return Verdict("paused", "the queue is paused", (SafeText("/queues: paused"),))
    live = error if _is_live(error, now) else None
    if live is not None and live.class_ is C.OWN_LIMIT:
        return _refused(live, now)
    if queue.mode == "backoff":
        return _backoff(live, now)
    if live is not None and not queue.connections:
        return _refused(live, now)
    said = _said(spoken)
    return said or _without_error(queue, live, retry_at, now, limit)


def _said(spoken: Spoken | None) -> Verdict | None:
    """What recipient-level refusals mean for the queue, where they are many."""
    if spoken is None or spoken.refused < max(SPOKEN, SPOKEN_SHARE * spoken.attempts):
        return None
    first = spoken.first
    if first.whose is Whose.RECIPIENT:
        kind, text = "recipient-side", f"the recipients' own mailboxes: {first.class_.value}"
    else:
        usual = ("they-refuse", f"the receiver refuses: {first.class_.value}")
        kind, text = _REFUSALS.get(first.class_, usual)
    counted = f"{spoken.refused} of {spoken.attempts} attempts of 15 min refused, most: "
    return Verdict(kind, text, (SafeText(counted + first.sample),))


def _is_live(error: LastError | None, now: Instant) -> bool:
    return error is not None and error.at is not None and now - error.at <= LIVE_S


def _refused(error: LastError, now: Instant) -> Verdict:
    kind, text = _REFUSALS.get(
        error.class_, ("they-refuse", f"the receiver refuses: {error.class_.value}")
    )
    return Verdict(kind, text, (_quoted(error, now),))


def _quoted(error: LastError, now: Instant) -> SafeText:
    minutes = max(0.0, now - (error.at or now)) / 60
    return SafeText(f"{minutes:.0f} min ago: {error.text}")


def _backoff(live: LastError | None, now: Instant) -> Verdict:
    evidence = (SafeText("/queues: mode backoff"), *((_quoted(live, now),) if live else ()))
    return Verdict("backoff", "the queue is in backoff mode: its backoff limits hold", evidence)


def _without_error(
    queue: QueuePoll,
    live: LastError | None,
    retry_at: Instant | None,
    now: Instant,
    limit: int | None,
) -> Verdict:
    if queue.connections:
        return _connected(queue, queue.connections, live, now, limit)
    if retry_at is not None and retry_at > now:
        minutes = (retry_at - now) / 60
        return Verdict("waiting-retry", f"next try in {minutes:.0f} min", ())
    if queue.recipients == 0:
        return Verdict("quiet", "nothing is queued")
    if queue.recipients is None:
        return Verdict("unknown", "the queue's depth is not known")
    return Verdict("no-evidence", "no connection, no error of the last 30 min, no retry time")


def _connected(
    queue: QueuePoll, connections: int, live: LastError | None, now: Instant, limit: int | None
) -> Verdict:
    held = SafeText(f"{connections} connections open" + (f" of {limit}" if limit else ""))
    quoted = (_quoted(live, now),) if live else ()
    if limit is not None and connections >= limit:
        return Verdict("our-limit", "all connections that max-smtp-out allows are in use", (held,))
    if live is not None and live.class_ in (C.RATE, C.CONNECTION_LIMIT):
        return Verdict("they-refuse", f"the receiver slows us down: {live.class_.value}",
                       (held, *quoted))  # fmt: skip
    return Verdict("draining", "mail is being handed over", (held, *quoted))


def spoken_of(counts: Counts, reasons: Sequence[Reason]) -> Spoken | None:
    """What a domain's counts and reasons of the window say; None: nothing was refused."""
    first = next((reason for reason in reasons if reason.level is Level.RECIPIENT), None)
    if first is None or counts.attempts is None:
        return None
    return Spoken(counts.attempts, (counts.deferred or 0) + (counts.bounced or 0), first)
