"""The tables as data: columns of ISPs, domains, queues and VMTAs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pmtatop.model.rows import Counts, Domain, Isp, Queue, Vmta
from pmtatop.ui.lines import Piece
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.palette import Role
from pmtatop.ui.phrases import STATE_GLYPHS, fairness_words, verdicts_by_isp, why
from pmtatop.ui.widgets.keyed_table import Column, Table
from pmtatop.wording.bars import bar, sparkline
from pmtatop.wording.numbers import UNKNOWN, count, per_minute, percent
from pmtatop.wording.times import age_bracket, age_rank, clock_time, duration

TROUBLED = frozenset({"firing", "pending", "quiet"})
"""States of an ISP that `n` jumps to."""


@dataclass(frozen=True, slots=True)
class IspRow:
    """An ISP and why it is in trouble."""

    isp: Isp
    why: str


def isp_table(look: Look) -> Table[IspRow]:
    """All ISPs, most unusual first."""
    return Table(
        "ISP",
        _isp_rows,
        lambda r: r.isp.name,
        _isp_columns(look),
        lambda r: f"{r.isp.name} {' '.join(r.isp.domains)} {r.isp.state} {r.why}",
        lambda r: r.isp.state in TROUBLED,
        "no ISP has mail waiting or attempts yet",
    )


def _isp_rows(scene: Scene) -> Sequence[IspRow]:
    verdicts = verdicts_by_isp(scene.view)
    return [IspRow(isp, why(isp, verdicts)) for isp in scene.view.isps]


def _isp_columns(look: Look) -> tuple[Column[IspRow], ...]:
    def counts(row: IspRow) -> Counts:
        return row.isp.counts

    def trend(row: IspRow) -> Piece:
        return _deferral_trend(row.isp, 16, look.ascii_only), "info"

    return (
        Column("", 1, lambda r: STATE_GLYPHS.get(r.isp.state, (" ", "plain"))),
        Column("ISP", 12, lambda r: (r.isp.name, _role_of(r.isp.state)),
               lambda r: r.isp.name.lower(), right=False, falling=False),
        Column("QUEUED", 6, lambda r: (count(r.isp.queued), "plain"), lambda r: r.isp.queued),
        Column("OLDEST", 7, lambda r: (age_bracket(r.isp.age), "plain"),
               lambda r: age_rank(r.isp.age)),
        Column("DEFER", 5, _defer_cell, lambda r: counts(r).deferral_ratio),
        Column("usual", 5, lambda r: (percent(r.isp.usual.deferral_ratio), "dim"),
               lambda r: r.isp.usual.deferral_ratio),
        _ratio("THROT", 5, lambda r: counts(r).throttle_ratio),
        _ratio("1sTRY", 5, lambda r: counts(r).first_try_ratio, 150),
        _ratio("BOUNC", 5, lambda r: counts(r).bounce_ratio, 100),
        _loss("LOST", 5, lambda r: counts(r).lost, 100),
        _loss("SESS!", 5, lambda r: counts(r).sessions_refused, 110),
        Column("DLV/MIN", 7, lambda r: (_rate(counts(r).delivered_per_min), "plain"),
               lambda r: counts(r).delivered_per_min, from_width=140),
        Column("CONN", 8, lambda r: _used(r.isp.connections, r.isp.connections_max),
               lambda r: r.isp.connections, from_width=66),
        Column("TLS", 4, lambda r: (percent(_encrypted(r.isp)), "plain"),
               lambda r: _encrypted(r.isp), from_width=130),
        Column("DOM", 4, lambda r: (count(len(r.isp.domains)), "dim"),
               lambda r: float(len(r.isp.domains)), from_width=140),
        Column("p95", 5, lambda r: (duration(counts(r).latency_p95_s), "dim"),
               lambda r: counts(r).latency_p95_s, from_width=150),
        Column("DEFERRAL TREND", 16, trend, from_width=118),
        Column("WHY", 0, lambda r: (r.why, _role_of(r.isp.state)), right=False),
    )  # fmt: skip


def _deferral_trend(isp: Isp, width: int, ascii_only: bool) -> str:
    """The newest ratios against twice the usual band: 1% steady must not look like a wall."""
    top = max(0.1, 2 * (isp.usual.high or 0.0))
    return sparkline((*isp.trend[-width:], top), width + 1, ascii_only)[:-1]


def _role_of(state: str) -> Role:
    return {"firing": "bad", "pending": "warn", "quiet": "warn"}.get(state, "plain")  # type: ignore[return-value]


def _ratio(
    title: str, width: int, value: Callable[[IspRow], float | None], from_width: int = 0
) -> Column[IspRow]:
    return Column(
        title, width, lambda r: (percent(value(r)), "plain"), value, from_width=from_width
    )


def _loss(
    title: str, width: int, value: Callable[[IspRow], float | None], from_width: int = 0
) -> Column[IspRow]:
    """A count that is bad as soon as it is not zero."""

    def cell(row: IspRow) -> Piece:
        return count(value(row)), "bad" if value(row) else "dim"

    return Column(title, width, cell, value, from_width=from_width)


def _defer_cell(row: IspRow) -> Piece:
    """The ratio, with a mark where it leaves the usual band upwards."""
    ratio, high = row.isp.counts.deferral_ratio, row.isp.usual.high
    above = ratio is not None and high is not None and ratio > high
    return percent(ratio) + ("▲" if above else " "), "bad" if above else "plain"


def _encrypted(isp: Isp) -> float | None:
    plain = isp.tls.plaintext_share
    return None if plain is None else 1 - plain


def _used(connections: int | None, limit: int | None) -> Piece:
    if connections is None and limit is None:
        return UNKNOWN, "dim"
    full = connections is not None and limit is not None and connections >= limit > 0
    text = count(connections) if limit is None else f"{count(connections)}/{count(limit)}"
    return text, "warn" if full else "plain"


def _rate(value: float | None) -> str:
    return per_minute(value).removesuffix("/m")


def queue_table(rows: Callable[[Scene], Sequence[Queue]], look: Look) -> Table[Queue]:
    """Queues with mode, retry and verdict."""
    return Table(
        "queues",
        rows,
        lambda q: q.name,
        _queue_columns(look),
        lambda q: f"{q.name} {q.mode} {_queue_why(q)}",
        lambda q: bool(q.paused) or q.mode == "backoff",
        "no queue with mail is listed",
    )


def _queue_columns(look: Look) -> tuple[Column[Queue], ...]:
    def retry(queue: Queue) -> str:
        return UNKNOWN if queue.retry_at is None else clock_time(queue.retry_at, look.zone)

    return (
        Column("QUEUE", 26, lambda q: (q.name, "plain"), lambda q: q.name.lower(), False, 0, False),
        Column("QUEUED", 6, lambda q: (count(q.recipients), "plain"), lambda q: q.recipients),
        Column("OLDEST", 7, lambda q: (age_bracket(q.age), "plain"), lambda q: age_rank(q.age)),
        Column("MODE", 7, _mode_cell, _mode, right=False, falling=False),
        Column("CONN", 7, lambda q: _used(q.connections, q.connections_max),
               lambda q: q.connections),
        Column("RETRY", 8, lambda q: (retry(q), "dim"), lambda q: q.retry_at, from_width=66,
               falling=False),
        Column("WHY", 0, lambda q: (_queue_why(q), "plain"), right=False),
    )  # fmt: skip


def _mode(queue: Queue) -> str:
    return "PAUSED" if queue.paused else (queue.mode or UNKNOWN).upper()


def _mode_cell(queue: Queue) -> Piece:
    mode = _mode(queue)
    return mode, "plain" if mode in ("NORMAL", UNKNOWN) else "warn"


def _queue_why(queue: Queue) -> str:
    if queue.verdict is not None:
        return queue.verdict.text
    return f'last error "{queue.last_error.text}"' if queue.last_error else ""


def domain_table(rows: Callable[[Scene], Sequence[Domain]]) -> Table[Domain]:
    """Domains of an ISP."""
    return Table("domains", rows, lambda d: d.name, _DOMAIN_COLUMNS,
                 lambda d: d.name, empty="no domain is listed")  # fmt: skip


_DOMAIN_COLUMNS: tuple[Column[Domain], ...] = (
    Column("DOMAIN", 26, lambda d: (d.name, "plain"), lambda d: d.name, right=False, falling=False),
    Column("QUEUED", 6, lambda d: (count(d.queued), "plain"), lambda d: d.queued),
    Column("OLDEST", 7, lambda d: (age_bracket(d.age), "plain"), lambda d: age_rank(d.age)),
    Column("DEFER", 6, lambda d: (percent(d.counts.deferral_ratio), "plain"),
           lambda d: d.counts.deferral_ratio),
    Column("TRIED", 6, lambda d: (count(d.counts.attempts), "plain"), lambda d: d.counts.attempts),
    Column("WHY", 0, lambda d: (d.reasons[0].sample if d.reasons else "", "quote"), right=False),
)  # fmt: skip


def vmta_table(look: Look) -> Table[Vmta]:
    """VMTAs with their connections against `max-smtp-out`."""
    return Table("VMTA", lambda s: s.view.vmtas, lambda v: v.name, _vmta_columns(look),
                 lambda v: f"{v.name} {v.pool} {v.stream} {v.fairness.state}",
                 lambda v: v.fairness.state == "starved", "no VMTA holds mail")  # fmt: skip


def _vmta_columns(look: Look) -> tuple[Column[Vmta], ...]:
    return (
        Column("VMTA", 16, lambda v: (v.name, "plain"), lambda v: v.name, False, 0, False),
        Column("QUEUED", 6, lambda v: (count(v.recipients), "plain"), lambda v: v.recipients),
        Column("DLV/MIN", 7, lambda v: (_rate(v.delivered_per_min), "plain"),
               lambda v: v.delivered_per_min),
        Column("CONN", 8, lambda v: _used(v.connections, v.connections_max),
               lambda v: v.connections),
        Column("OF max-smtp-out", 15, lambda v: (bar(v.used_ratio, 15, look.ascii_only), "info"),
               lambda v: v.used_ratio),
        Column("SHARE", 0, lambda v: (fairness_words(v), _fairness_role(v)), right=False),
    )  # fmt: skip


def _fairness_role(vmta: Vmta) -> Role:
    return "bad" if vmta.fairness.state == "starved" else "dim"
