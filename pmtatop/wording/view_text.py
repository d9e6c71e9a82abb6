"""The View as text for a terminal's scrollback, a chat or a ticket: `pmtatop snapshot`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo

from pmtatop.model.alert import Alert, AlertState
from pmtatop.model.rows import Isp, Reason
from pmtatop.model.totals import ConnectionTotal
from pmtatop.model.view import View
from pmtatop.wording.numbers import UNKNOWN, count, per_minute, percent, size
from pmtatop.wording.times import age_bracket, clock_time, duration, zone_name

STATE_ORDER = (
    AlertState.FIRING,
    AlertState.PENDING,
    AlertState.QUIET,
    AlertState.HELD,
    AlertState.SUPPRESSED,
    AlertState.RESOLVED,
)
"""Alerts as they are listed, loudest first."""

_ISP_TITLES = ("ISP", "QUEUED", "OLDEST", "ATTEMPTS", "DEFER", "usual", "THROT", "BOUNCE", "WHY")


def view_text(view: View, top: int = 10, zone: tzinfo = UTC) -> str:
    """The whole View in some forty lines, worst first."""
    parts = [
        headline(view, zone),
        totals_line(view),
        *alert_lines(view.alerts),
        "",
        *_table(_ISP_TITLES, [_isp_cells(isp) for isp in view.isps[:top]]),
        *_rest(len(view.isps), top, "ISPs"),
        "",
        *dark_sources(view),
    ]
    return "\n".join(parts).rstrip() + "\n"


def headline(view: View, zone: tzinfo = UTC) -> str:
    """One line: node, version, state, uptime, time with its zone, age of the data."""
    node = view.node
    status = view.source("status")
    age = duration(status.age_s) if status else UNKNOWN
    parts = (
        node.name,
        f"PMTA {node.version or UNKNOWN}",
        node.state,
        f"up {duration(node.uptime_s)}",
        f"{clock_time(view.at, zone)} {zone_name(zone, view.at)}",
        f"data {age}",
    )
    line = "  ".join(parts)
    return f"{line}\n{node.detail}" if node.detail else line


def totals_line(view: View) -> str:
    """One line: traffic, queue, connections, memory."""
    traffic, queue = view.traffic, view.queue
    return (
        f"OUT {per_minute(traffic.out.rcp_per_min)}  IN {per_minute(traffic.in_.rcp_per_min)}  "
        f"QUEUE {count(queue.recipients)} in {count(queue.domains)} domains  "
        f"CONN {_pair(view.connections.out)}  HOST RAM {size(view.memory.host_bytes)}  "
        f"lost {per_minute(traffic.lost_per_min)}"
    )


def _pair(total: ConnectionTotal) -> str:
    return f"{count(total.cur)}/{count(total.max_)}"


def alert_lines(alerts: Sequence[Alert]) -> list[str]:
    """A line per alert, loudest first; one sentence when there is none."""
    listed = sorted(alerts, key=lambda alert: STATE_ORDER.index(alert.state))
    return [f"{a.state.value.upper():8} {a.text}" for a in listed] or ["no alerts"]


def why(reasons: Sequence[Reason]) -> str:
    """The first reason in few words: `they refuse: 421 rate-throttling 38%`."""
    if not reasons:
        return ""
    first = reasons[0]
    who = {"theirs": "they refuse", "ours": "ours", "recipient": "recipients"}
    spoken = who.get(first.whose.value, "refused")
    code = f"{first.code} " if first.code else ""
    return f"{spoken}: {code}{first.class_.value} {percent(first.share)}"


def _isp_cells(isp: Isp) -> tuple[str, ...]:
    counts = isp.counts
    return (
        isp.name,
        count(isp.queued),
        age_bracket(isp.age),
        count(counts.attempts),
        percent(counts.deferral_ratio),
        percent(isp.usual.deferral_ratio),
        percent(counts.throttle_ratio),
        percent(counts.bounce_ratio),
        why(isp.reasons),
    )


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Columns as wide as their widest cell; the first and last stand left, numbers right."""
    widths = [max(len(row[i]) for row in (titles, *rows)) for i in range(len(titles))]
    last = len(titles) - 1
    for row in (titles, *rows):
        cells = (
            cell.ljust(width) if i in (0, last) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _rest(total: int, shown: int, what: str) -> list[str]:
    return [f"... and {total - shown} more {what}"] if total > shown else []


def dark_sources(view: View) -> list[str]:
    """A line per source that was asked for and does not deliver, with the reason."""
    return [
        f"{source.name}: {source.state}: {source.detail}"
        for source in view.sources
        if source.state not in ("ok", "off")
    ]
