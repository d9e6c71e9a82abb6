"""What one accounting row counts as: attempt, first try, delivery, deferral, bounce, loss.

An attempt is one recipient in one real SMTP dialogue: rows `d`, `t`, and `b` that carry a remote
reply. Not attempts: expiry, suppression, admin delete, `bounce-queue`, discard. `tq` rows
(connect, greeting, DNS) never enter the ratios: they are sessions refused.
"""

import re

from pmtatop.model.event import AccountingRow
from pmtatop.model.reason import BLOCKS, THROTTLES, Classification, ReasonClass, Stage, Whose

RETRY_RECIPIENTS_AFTER_S = 600.0
"""PMTA's default `retry-recipients-after`: an older recipient is not on its first try."""

_REMOTE_REPLY = re.compile(r"\s*(?:smtp;\s*)?[2-5]\d\d(?:[\s\-]|$)", re.IGNORECASE)
_NOT_REMOTE = re.compile(
    r"suppression list|delivery time expired|message expired|deleted by|administrat\w+ (delet|"
    r"bounc)|bounce-queue|operator", re.IGNORECASE,
)  # fmt: skip
_REMOTE_COLUMNS = frozenset({"dsnDiag", "dsnMta", "dlvSourceIp"})

(ATTEMPTS, DELIVERED, DEFERRED, BOUNCED, LOST, REFUSED, FIRST, FIRST_DEFERRED, THROTTLED,
 COMPLAINTS, UNSURE_FIRST) = range(11)  # fmt: skip
COUNTERS = 11
"""How many counters a cell can raise; the names above are their places."""


def carries_remote_reply(row: AccountingRow) -> bool:
    """Whether a `b` row comes from a receiver's own words, not from PMTA's patience or ours."""
    if not _REMOTE_REPLY.match(row.diagnostic):
        return False
    expired = row.status.startswith(("4.4.7", "5.4.7")) or row.category == "message-expired"
    return not expired and _NOT_REMOTE.search(f"{row.status} {row.diagnostic[:200]}") is None


def is_discarded(row: AccountingRow) -> bool:
    """A `d` row of a queue of type discard: nobody was spoken to."""
    if row.diagnostic or row.mx or row.source_ip:
        return False
    return columns_known(row)


def columns_known(row: AccountingRow) -> bool:
    """Whether the file has the columns that a dialogue would have filled."""
    return row.columns >= _REMOTE_COLUMNS


def is_first_try(row: AccountingRow) -> bool | None:
    """First attempt of its recipient; None when the row has neither of the two times.

    `timeFirstAttempt` within a second of `timeLogged` decides; without that column an age under
    `retry-recipients-after` (approximate).
    """
    if row.first_attempt is not None:
        return abs(row.logged - row.first_attempt) <= 1.0
    if row.queued is not None:
        return row.logged - row.queued < RETRY_RECIPIENTS_AFTER_S
    return None


def counters_of(row: AccountingRow, verdict: Classification, repeated: bool) -> tuple[int, ...]:
    """Places of the counters that this row raises by one.

    `repeated`: the row belongs to a 5xx greeting that has been counted; only its loss counts.
    """
    match row.type_:
        case "d":
            return _DELIVERY[is_first_try(row)] if not is_discarded(row) else ()
        case "t":
            return _deferral(row, verdict)
        case "b":
            return _bounce(row, verdict, repeated)
        case "tq":
            return () if verdict.class_ is ReasonClass.OWN_LIMIT else (REFUSED,)
        case "f":
            return (COMPLAINTS,)
    return ()


_DELIVERY = {
    True: (ATTEMPTS, DELIVERED, FIRST),
    False: (ATTEMPTS, DELIVERED),
    None: (ATTEMPTS, DELIVERED, UNSURE_FIRST),
}
"""By whether the delivery was a first try."""


def _first(row: AccountingRow, deferred: bool) -> tuple[int, ...]:
    first = is_first_try(row)
    if first is None:
        return (UNSURE_FIRST,)
    if not first:
        return ()
    return (FIRST, FIRST_DEFERRED) if deferred else (FIRST,)


def _throttled(verdict: Classification) -> tuple[int, ...]:
    counted = verdict.class_ in THROTTLES and verdict.whose is not Whose.RECIPIENT
    return (THROTTLED,) if counted else ()


def _deferral(row: AccountingRow, verdict: Classification) -> tuple[int, ...]:
    if verdict.class_ is ReasonClass.OWN_LIMIT:
        return ()
    return (ATTEMPTS, DEFERRED, *_first(row, True), *_throttled(verdict))


def _bounce(row: AccountingRow, verdict: Classification, repeated: bool) -> tuple[int, ...]:
    if not carries_remote_reply(row) or verdict.class_ is ReasonClass.OWN_LIMIT:
        return ()
    lost = (LOST,) if verdict.class_ in BLOCKS and (verdict.code or "5")[0] == "5" else ()
    if repeated:
        return lost
    return (ATTEMPTS, BOUNCED, *lost, *_first(row, False), *_throttled(verdict))


def is_greeting_bounce(row: AccountingRow, verdict: Classification) -> bool:
    """A row of a queue that a 5xx greeting bounced at once (`bounce-upon-5xx-greeting`)."""
    return row.type_ == "b" and verdict.stage in (Stage.GREETING, Stage.EHLO, Stage.CONNECT)
