"""The View's sections about the node itself: state, sources, traffic, connections, queue."""

from collections.abc import Sequence

from pmtatop.engine.knowledge import Knowledge, SourceRecord
from pmtatop.model.frame import POLLED, Fault, FaultKind, SourceName
from pmtatop.model.instant import Instant
from pmtatop.model.polls import ConnectionCount, Flow, StatusPage
from pmtatop.model.rows import Queue
from pmtatop.model.text import SafeText
from pmtatop.model.totals import (
    Connections,
    ConnectionTotal,
    FlowRate,
    QueueTotal,
    Resolver,
    Traffic,
)
from pmtatop.model.view import Node, SourceState
from pmtatop.sources.poll import LISTS_EVERY

STALE_INTERVALS = 3.0
"""Data older than so many intervals are stale even when nothing has failed yet."""

TREND_CELLS = 60
"""Cells of a trend; a face shows as many of them as it has columns."""

_DAY_S = 86400.0

_LISTS = frozenset(POLLED) - {SourceName.STATUS}


def node_section(known: Knowledge, now: Instant, monotonic: float) -> Node:
    """The node's identity and state."""
    setup, status = known.setup, known.status
    record = known.record(SourceName.STATUS)
    started = known.utc(status.local_startup) if status else None
    return Node(
        name=setup.name,
        url=setup.url,
        version=status.version if status else None,
        state=_node_state(known, record, monotonic),
        uptime_s=now - started if started is not None else None,
        started_at=started,
        restarts_24h=_restarts(known, now) if status else None,
        clock_skew_s=known.skew_s,
        detail=known.failure or (record.fault.text if record.fault else ""),
        way=known.access.way if known.access else None,
        format=known.access.format if known.access else None,
        offered=known.access.offered if known.access else None,
    )


def _node_state(known: Knowledge, record: SourceRecord, monotonic: float) -> str:
    if record.fault is not None:
        return "denied" if record.fault.kind is FaultKind.DENIED else "unreachable"
    if record.good_monotonic is None:
        return "starting"
    if (
        known.failure
        or _is_old(known, SourceName.STATUS, record, monotonic)
        or known.frozen_since is not None
    ):
        return "stale"
    down = known.status is not None and known.status.shutting_down
    return "shutting-down" if down else "running"


def _restarts(known: Knowledge, now: Instant) -> int:
    return sum(1 for c in known.changes if c.kind == "restart" and now - c.at < _DAY_S)


def _is_old(known: Knowledge, name: SourceName, record: SourceRecord, monotonic: float) -> bool:
    if record.good_monotonic is None:
        return False
    every = LISTS_EVERY if name in _LISTS else 1
    return monotonic - record.good_monotonic > STALE_INTERVALS * every * known.setup.interval_s


def sources_section(known: Knowledge, monotonic: float) -> tuple[SourceState, ...]:
    """Every source by name: those that were not asked for are `off`."""
    return tuple(_source_state(known, name, monotonic) for name in SourceName)


def _source_state(known: Knowledge, name: SourceName, monotonic: float) -> SourceState:
    record = known.sources.get(name)
    if record is None:
        asked = name in known.setup.expected
        return SourceState(name, "learning" if asked else "off", None, SafeText(_absence(name)))
    age = None if record.good_monotonic is None else monotonic - record.good_monotonic
    if record.fault is not None:
        return SourceState(name, _fault_state(record.fault), age, SafeText(record.fault.text))
    return _delivering(known, name, record, age, monotonic)


def _delivering(
    known: Knowledge, name: SourceName, record: SourceRecord, age: float | None, monotonic: float
) -> SourceState:
    if name in (SourceName.ACCT, SourceName.LOG):
        # A file that does not grow is no failure of ours: its age is the age of its last look.
        state = "ok" if record.caught_up else "learning"
        return SourceState(name, state, age, SafeText(_reading(known, name, record)))
    if name is SourceName.DETAILS:
        return SourceState(name, "ok", age, SafeText(""))  # asked for on demand: it has no rhythm
    if name is SourceName.STATUS and known.frozen_since is not None:
        since = monotonic - known.frozen_since
        text = SafeText(f"PMTA's timeNow has stood still for {since:.0f} s")
        return SourceState(name, "stale", age, text)
    state = "stale" if _is_old(known, name, record, monotonic) else "ok"
    return SourceState(name, state, age, SafeText(""))


def _reading(known: Knowledge, name: SourceName, record: SourceRecord) -> str:
    if not record.caught_up:
        return f"reading what was written before, {record.lag_bytes:,} bytes to go"
    if name is SourceName.ACCT:
        return missing_records(known)
    return ""


def missing_types(known: Knowledge) -> list[str]:
    """Record types without which nobody knows who defers."""
    return [t for t in ("t", "tq") if t not in known.window.types_seen()]


def missing_records(known: Knowledge) -> str:
    """Which line of PMTA's configuration would light what the accounting files do not tell."""
    missing = missing_types(known)
    if not missing:
        return ""
    listed = ",".join(missing)
    return f"no records of type {listed} seen: `records {listed}` in an <acct-file> shows them"


def _fault_state(fault: Fault) -> str:
    return "denied" if fault.kind is FaultKind.DENIED else "failed"


def _absence(name: SourceName) -> str:
    wanted = {
        SourceName.ACCT: "no accounting files given: --acct GLOB gives reasons and ratios",
        SourceName.LOG: "no log given: --log FILE",
    }
    return wanted.get(name, "")


def traffic_section(known: Knowledge, now: Instant, span_s: float) -> Traffic:
    """Rates by PMTA's counters, outcomes by accounting rows."""
    status, rates = known.status, known.rates
    outcome = known.window.outcomes_per_min()
    begin = Instant(now - span_s)
    return Traffic(
        in_=rates.in_ if rates else _total_only(status.total_in if status else None),
        out=rates.out if rates else _total_only(status.total_out if status else None),
        delivered_per_min=outcome.delivered,
        deferred_per_min=outcome.deferred,
        bounced_per_min=outcome.bounced,
        sessions_refused_per_min=outcome.sessions_refused,
        lost_per_min=outcome.lost,
        out_trend=known.series.levels("out", begin, now, TREND_CELLS),
        in_trend=known.series.levels("in", begin, now, TREND_CELLS),
    )


def _total_only(flow: Flow | None) -> FlowRate:
    """A first poll, or one after a reset, has a total and no rate."""
    return FlowRate(rcp_total=flow.recipients if flow else None)


def connections_section(status: StatusPage | None) -> Connections:
    """`status.conn`."""
    if status is None:
        return Connections()
    return Connections(_connection(status.connections_in), _connection(status.connections_out))


def _connection(count: ConnectionCount) -> ConnectionTotal:
    return ConnectionTotal(count.cur, count.max_, count.top)


def resolver_section(status: StatusPage | None) -> Resolver:
    """`status.resolver`."""
    if status is None:
        return Resolver()
    return Resolver(status.names_cached, status.queries_pending, status.queries_active)


def queue_section(
    known: Knowledge, queues: Sequence[Queue], now: Instant, span_s: float
) -> QueueTotal:
    """Depth by `status.queue.smtp` and `status.spool`; held from the queue list."""
    status = known.status
    trend = known.series.levels("queue", Instant(now - span_s), now, TREND_CELLS)
    if status is None:
        return QueueTotal(trend=trend)
    spooled, maximum = status.spool_recipients, status.spool_max
    return QueueTotal(
        recipients=status.queue_recipients,
        domains=status.queue_domains,
        bytes_=status.queue_bytes,
        held=held_recipients(known, queues),
        spool_recipients=spooled,
        spool_max=maximum,
        spool_ratio=spooled / maximum if spooled is not None and maximum else None,
        trend=trend,
    )


_HOLDS = frozenset({"paused", "all-sources-disabled", "dns"})
"""Verdicts that are a hold; scheduled mail is none."""


def held_recipients(known: Knowledge, queues: Sequence[Queue]) -> int | None:
    """Recipients on hold; unknown while the list shows fewer queues than there are."""
    page = known.queues
    if page is None or page.total is None or page.total > len(page.rows):
        return None
    return sum(q.recipients or 0 for q in queues if q.verdict and q.verdict.kind in _HOLDS)
