"""RowWindow: counts, ratios and reasons over the last 15 minutes of record time.

The window is half-open and exact to the second: `to` is the second after the newest record,
`from` 900 s before it. Ratios cover the window; a ratio with fewer than 10 attempts is None and its
counts stand beside it. Rows are appended to their second and summed only when somebody asks.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf

from pmtatop.analysis.attempts import ATTEMPTS, REFUSED, counters_of, is_greeting_bounce
from pmtatop.analysis.cells import (
    ALL,
    SOURCE_IP_ISP,
    TIMED,
    Cell,
    Names,
    ReasonKey,
    Totals,
    most_first,
)
from pmtatop.analysis.latency import bin_of
from pmtatop.analysis.minutes import MinuteBook
from pmtatop.analysis.ratios import counts_of, reasons_of, source_ips_of, tls_of
from pmtatop.analysis.sample import BUCKET_S, Sample
from pmtatop.model.event import AccountingRow
from pmtatop.model.focus import Subject
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Classification, ReasonClass
from pmtatop.model.rows import Counts, Reason, SourceIp, Tls
from pmtatop.model.text import SafeText
from pmtatop.model.view import Window

SPAN_S = 900
LATE_S = 5
"""A minute is closed this long after its end: rows of parallel files arrive a little late."""
SAME_GREETING_S = 60
"""Bounces of one reply in one queue within this time come from one 5xx greeting."""
MAX_CELLS = 60_000
MAX_REPLIES = 50_000
_BIN_BITS = 6
_BIN_MASK = (1 << _BIN_BITS) - 1
_REFUSAL_TYPES = frozenset({"t", "b", "tq"})


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Rows of the window a minute; None: the record type is not logged."""

    delivered: float | None = None
    deferred: float | None = None
    bounced: float | None = None
    sessions_refused: float | None = None
    lost: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One name's part in an operator's window, for attribution."""

    name: str
    attempts: int
    refused: int
    by_class: Mapping[ReasonClass, int]
    """Refusals by class: deferrals and bounces, and refused sessions."""


class RowWindow:
    """Mutable accumulator of accounting rows; rows may come a little out of order."""

    def __init__(self) -> None:
        self.horizon: float = inf
        """Rows logged at or after this time are dropped: the engine sets it against wrong dates."""
        self.dropped = 0
        """Rows that came too late for the window, or lay beyond the horizon."""
        self._types: set[str] = set()
        self._newest: int | None = None
        self._oldest = 0
        self._closed = 0
        self._cells: list[Cell] = []
        self._crowded = MAX_CELLS
        self._cell_of: dict[tuple[object, ...], int] = {}
        self._seconds: dict[int, array[int]] = {}
        self._summed: dict[int, int] = {}
        self._dirty: set[int] = set()
        self._gone: list[array[int]] = []
        self._totals: dict[tuple[str, object], Totals] = {}
        self._live: Counter[int] = Counter()
        self._reasons: dict[int, tuple[Classification, ReasonKey]] = {}
        self._interned: dict[ReasonKey, ReasonKey] = {}
        self._greetings: dict[tuple[str, str, str], float] = {}
        self._minutes = MinuteBook()

    def add(self, row: AccountingRow, verdict: Classification, isp: str) -> None:
        """Take one row in; `verdict` is `classify` of its reply, `isp` its `isp_of`."""
        second = int(row.logged)
        if self._newest is None or second > self._newest:
            if row.logged >= self.horizon:
                self.dropped += 1
                return
            self._roll(second)
        elif second < self._oldest:
            self.dropped += 1
            return
        self._types.add(row.type_)
        cell = self._cell(row, verdict, isp)
        bin_ = 0
        if row.type_ == "d" and row.queued is not None:
            bin_ = bin_of(row.logged - row.queued)
        rows = self._seconds.get(second)
        if rows is None:
            rows = self._seconds[second] = array("Q")
        rows.append(cell << _BIN_BITS | bin_)
        self._dirty.add(second)

    def _cell(self, row: AccountingRow, verdict: Classification, isp: str) -> int:
        reason = self._reason(verdict) if row.type_ in _REFUSAL_TYPES else None
        counters = counters_of(row, verdict, self._is_repeated(row, verdict))
        # A plain tuple: a named one costs more to make than the rest of this function.
        key = (isp, row.domain, row.vmta, row.source_ip, row.sender_domain, row.job, row.mx,
               row.pool, row.tls_protocol, row.tls_cipher, counters, id(reason))  # fmt: skip
        index = self._cell_of.get(key)
        if index is None:
            index = self._cell_of[key] = len(self._cells)
            self._cells.append(_new_cell(row, isp, counters, reason))
        return index

    def _reason(self, verdict: Classification) -> ReasonKey:
        known = self._reasons.get(id(verdict))
        if known is None:
            # The verdict is kept beside its key, so that its id is not given to another.
            if len(self._reasons) > MAX_REPLIES:
                self._reasons.clear()
            key = ReasonKey.of(verdict)
            known = self._reasons[id(verdict)] = (verdict, self._interned.setdefault(key, key))
        return known[1]

    def _is_repeated(self, row: AccountingRow, verdict: Classification) -> bool:
        if row.type_ != "b" or not is_greeting_bounce(row, verdict):
            return False
        key = (row.queue, row.source_ip, row.diagnostic)
        if len(self._greetings) > MAX_REPLIES:
            self._greetings.clear()
        last = self._greetings.get(key, -inf)
        self._greetings[key] = row.logged
        return row.logged - last <= SAME_GREETING_S

    def _roll(self, second: int) -> None:
        """Move the window's end: close minutes, drop seconds, forget what is out of use."""
        if self._newest is None:
            self._oldest, self._closed = second - SPAN_S + 1, second // BUCKET_S
        self._newest = second
        if (second - LATE_S) // BUCKET_S > self._closed:
            self._close_minutes((second - LATE_S) // BUCKET_S)
        self._expire(second + 1 - SPAN_S)

    def _close_minutes(self, until: int) -> None:
        held = sorted({s // BUCKET_S for s in self._seconds if s // BUCKET_S < until})
        for minute in held:
            if minute >= self._closed:
                self._minutes.close(minute, self._rows_of(minute), "t" in self._types)
        self._closed = until
        if len(self._cells) > self._crowded:
            self._compact()

    def _rows_of(self, minute: int) -> Iterator[tuple[Cell, int]]:
        counted: Counter[int] = Counter()
        for second in range(minute * BUCKET_S, (minute + 1) * BUCKET_S):
            counted.update(packed >> _BIN_BITS for packed in self._seconds.get(second, ()))
        return ((self._cells[index], count) for index, count in counted.items())

    def _expire(self, oldest: int) -> None:
        if oldest - self._oldest > SPAN_S:
            expired: Iterable[int] = [s for s in self._seconds if s < oldest]
        else:
            expired = range(self._oldest, oldest)
        for second in expired:
            rows = self._seconds.pop(second, None)
            summed = self._summed.pop(second, 0)
            self._dirty.discard(second)
            if rows is not None and summed:
                self._gone.append(rows[:summed])
        self._oldest = oldest

    def _compact(self) -> None:
        """Forget cells that no row of the window uses: jobs and domains come and go."""
        self._sum()
        used = sorted(self._live)
        place = {old: new for new, old in enumerate(used)}
        for second, rows in self._seconds.items():
            moved = (place[p >> _BIN_BITS] << _BIN_BITS | p & _BIN_MASK for p in rows)
            self._seconds[second] = array("Q", moved)
        self._crowded = max(MAX_CELLS, 2 * len(used))
        self._cell_of = {k: place[i] for k, i in self._cell_of.items() if i in place}
        self._cells = [self._cells[old] for old in used]
        self._live = Counter({place[i]: n for i, n in self._live.items()})
        self._reasons.clear()
        self._greetings.clear()

    def _sum(self) -> None:
        """Bring the totals up to date: new rows in, expired rows out."""
        if not self._dirty and not self._gone:
            return
        change: Counter[int] = Counter()
        for second in self._dirty:
            rows = self._seconds[second]
            change.update(rows[self._summed.get(second, 0) :])
            self._summed[second] = len(rows)
        for rows in self._gone:
            change.subtract(rows)
        self._dirty.clear()
        self._gone.clear()
        by_cell: dict[int, dict[int, int]] = {}
        for packed, count in change.items():
            if count:
                by_cell.setdefault(packed >> _BIN_BITS, {})[packed & _BIN_MASK] = count
        for index, bins in by_cell.items():
            self._enter(index, bins)

    def _enter(self, index: int, bins: dict[int, int]) -> None:
        """Add one cell's change (rows by latency bin) to every total that it belongs to."""
        cell, count = self._cells[index], sum(bins.values())
        self._live[index] += count
        if not self._live[index]:
            del self._live[index]
        for subject in cell.subjects:
            totals = self._totals.get(subject)
            if totals is None:
                totals = self._totals[subject] = Totals()
            totals.add(cell, count)
            if subject[0] in TIMED and cell.delivered:
                totals.add_latencies(bins)
            if subject[0] == "isp":
                totals.add_detail(cell, count)
            if not totals.rows:
                del self._totals[subject]

    def types_seen(self) -> frozenset[str]:
        """Record types that have ever been read: the others are unknown, not zero."""
        return frozenset(self._types)

    def window(self) -> Window | None:
        """The stretch that counts cover; None before the first row."""
        if self._newest is None:
            return None
        to = float(self._newest + 1)
        return Window(Instant(to - SPAN_S), Instant(to))

    def names(self, subject: Subject | str) -> tuple[SafeText, ...]:
        """Names of this kind with rows in the window, most attempts first."""
        self._sum()
        kind = str(subject)
        found = [(str(name), t.counters[ATTEMPTS]) for (k, name), t in self._totals.items()
                 if k == kind]  # fmt: skip
        return tuple(SafeText(name) for name, _ in most_first(found))

    def counts(self, subject: Subject | str, name: str) -> Counts:
        """Outcomes of one object; all None before the first row."""
        self._sum()
        if self._newest is None:
            return Counts()
        return counts_of(self._totals.get((str(subject), name), Totals()), self._types, SPAN_S)

    def outcomes_per_min(self) -> Outcomes:
        """The node's outcomes a minute over the window."""
        c, minutes = self.counts(ALL, ""), SPAN_S / 60.0
        rates = [None if n is None else n / minutes for n in
                 (c.delivered, c.deferred, c.bounced, c.sessions_refused, c.lost)]  # fmt: skip
        return Outcomes(*rates)

    def domains_of(self, isp: str) -> tuple[SafeText, ...]:
        """The operator's recipient domains in the window, most rows first."""
        self._sum()
        return tuple(name for name, _ in most_first(self._of(isp).domains.items()))

    def reasons(self, name: str, subject: Subject | str = Subject.ISP) -> tuple[Reason, ...]:
        """Why mail was refused, most frequent first."""
        self._sum()
        return reasons_of(self._totals.get((str(subject), name), Totals()))

    def tls(self, isp: str) -> Tls:
        """Transport security of the operator's deliveries."""
        self._sum()
        return tls_of(self._of(isp))

    def source_ips(self) -> tuple[SourceIp, ...]:
        """Local addresses with how each ISP treats them."""
        self._sum()
        found = {name: t for (kind, name), t in self._totals.items() if kind == SOURCE_IP_ISP}
        return source_ips_of(found, self._types)

    def breakdown(self, isp: str) -> dict[str, tuple[Part, ...]]:
        """The operator's window by VMTA, source IP, sender domain, job, MX and pool."""
        self._sum()
        sums: dict[tuple[str, object], Totals] = {}
        for index, count in self._live.items():
            cell = self._cells[index]
            for subject in cell.subjects if cell.isp == isp else ():
                sums.setdefault(subject, Totals()).add(cell, count)
        parts: dict[str, tuple[Part, ...]] = {}
        for (kind, name), totals in sums.items():
            if kind not in ("isp", ALL, SOURCE_IP_ISP) and name:
                parts[kind] = (*parts.get(kind, ()), _part(str(name), totals))
        return parts

    def _of(self, isp: str) -> Totals:
        return self._totals.get(("isp", isp), Totals())

    def minute_samples(self) -> tuple[tuple[str, Sample], ...]:
        """(ISP, completed minute) since the last call, oldest first; gaps give no sample."""
        return self._minutes.collect()

    def trend(self, isp: str, minutes: int = 30) -> tuple[float | None, ...]:
        """Deferral ratio of each closed minute, oldest first; None: no attempts, or not logged."""
        return tuple(
            None if s is None or s.deferred is None or not s.attempts else s.deferred / s.attempts
            for s in self._minutes.of(isp, minutes)
        )

    def delivered_trend(self, isp: str, minutes: int = 30) -> tuple[float | None, ...]:
        """Deliveries of each closed minute, oldest first; None: nothing was read."""
        return tuple(
            None if s is None else float(s.delivered) for s in self._minutes.of(isp, minutes)
        )


def _new_cell(
    row: AccountingRow, isp: str, counters: tuple[int, ...], reason: ReasonKey | None
) -> Cell:
    logged = row.type_ == "d" and "dlvTlsProtocol" in row.columns
    return Cell(
        names=Names(isp, row.domain, row.vmta, row.source_ip, row.sender_domain, row.job, row.mx,
                    row.pool),
        counters=counters,
        reason=reason,
        sample=row.diagnostic or row.status,
        tls=(row.tls_protocol, row.tls_cipher) if logged else None,
    )  # fmt: skip


def _part(name: str, totals: Totals) -> Part:
    by_class: dict[ReasonClass, int] = {}
    for key, count in totals.reasons.items():
        by_class[key.class_] = by_class.get(key.class_, 0) + count
    attempts = totals.counters[ATTEMPTS] or totals.counters[REFUSED]
    return Part(name, attempts, sum(by_class.values()), by_class)
