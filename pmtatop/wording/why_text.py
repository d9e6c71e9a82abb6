"""The verdict on one ISP, domain or queue in ten lines, for a chat or a ticket."""

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo

from pmtatop.model.alert import Alert, AlertState
from pmtatop.model.reason import Stage
from pmtatop.model.rows import Counts, Domain, Isp, Queue, Reason
from pmtatop.model.view import View
from pmtatop.wording.masked import masked
from pmtatop.wording.numbers import UNKNOWN, percent, whole
from pmtatop.wording.times import age_bracket, clock_time, duration, zone_name

LINES = 10
REASONS = 3
SAMPLE = 90
"""Columns of a reply: its begin says what it is."""

_TOLD = (AlertState.FIRING, AlertState.QUIET, AlertState.PENDING, AlertState.HELD)

Found = Isp | Domain | Queue


def found_in(view: View, name: str) -> Found | None:
    """The object of that name, whatever its case: an ISP first, then a domain, then a queue."""
    wanted = name.lower()
    rows: tuple[Sequence[Found], ...] = (view.isps, view.domains, view.queues)
    return next((row for each in rows for row in each if row.name.lower() == wanted), None)


def why_text(view: View, found: Found, zone: tzinfo = UTC) -> str:
    """At most ten lines: how it stands, since when, why, whose, what binds, what to consider."""
    lines = [line for line in _lines(view, found, zone) if line]
    return "\n".join(lines[:LINES])


def _lines(view: View, found: Found, zone: tzinfo) -> Iterator[str]:
    alerts = _alerts_of(view, found)
    status = view.source("status")
    age = duration(status.age_s) if status else UNKNOWN
    when = f"{clock_time(view.at, zone)} {zone_name(zone, view.at)}, data {age} old"
    yield f"{found.name} on {view.node.name}: {_state(view, found, alerts)} ({when})"
    yield from (alert.text for alert in alerts[:1])
    if isinstance(found, Queue):
        yield from _queue_lines(found, zone)
    else:
        yield _counts_line(found.counts, found)
        yield from map(_reason_line, found.reasons[:REASONS])
        yield _largest(view, found, zone)
    yield from (f"not {text}" for alert in alerts[:1] for text in alert.not_[:1])
    yield from _advice(alerts)
    if not alerts and not isinstance(found, Queue) and not found.reasons:
        yield _blind(view)


def _alerts_of(view: View, found: Found) -> list[Alert]:
    """Alerts about it, or about its operator; the loudest first, as the View has them."""
    names = {found.name}
    if isinstance(found, Domain):
        names.add(found.isp)
    elif isinstance(found, Queue):
        domain = next((d for d in view.domains if d.name == found.domain), None)
        names |= {found.domain, *((domain.isp,) if domain else ())}
    told = [a for a in view.alerts if a.state in _TOLD]
    node = [a for a in told if a.scope == "node"]
    return [a for a in told if {a.key, a.isp or "", a.domain or ""} & names] or node


def _state(view: View, found: Found, alerts: Sequence[Alert]) -> str:
    if view.node.state != "running":
        return f"{view.node.state}: what follows is the last that was known"
    if alerts:
        return str(alerts[0].state.value)
    if isinstance(found, Isp):
        return found.state
    return "no alert"


def _counts_line(counts: Counts, found: Isp | Domain) -> str:
    age, how = age_bracket(found.age), found.age.method
    usual = f", usual {percent(found.usual.deferral_ratio)}" if isinstance(found, Isp) else ""
    parts = (
        f"queued {whole(found.queued)}",
        f"oldest {age}{f' ({how})' if how else ''}",
        f"deferred {percent(counts.deferral_ratio)} of {whole(counts.attempts)} attempts{usual}",
        f"first tries {percent(counts.first_try_ratio)}",
        f"lost {whole(counts.lost)}",
        f"sessions refused {whole(counts.sessions_refused)}",
    )
    return "; ".join(parts)


def _reason_line(reason: Reason) -> str:
    what = " ".join(filter(None, (reason.class_.value, reason.code, reason.enhanced)))
    stage = f"at {reason.stage.value}, " if reason.stage is not Stage.UNKNOWN else ""
    where = f"{stage}{reason.level.value} level, {reason.whose.value}"
    return f"{percent(reason.share)} {what} {where}: {masked(reason.sample)[:SAMPLE]}"


def _largest(view: View, found: Isp | Domain, zone: tzinfo) -> str:
    """The verdict on its queue with the most mail, where the list has one."""
    names = set(found.domains) if isinstance(found, Isp) else {found.name}
    held = [q for q in view.queues if q.domain in names and q.recipients]
    if not held:
        return ""
    return "largest queue " + next(_queue_lines(max(held, key=_depth), zone))


def _depth(queue: Queue) -> int:
    return queue.recipients or 0


def _queue_lines(queue: Queue, zone: tzinfo) -> Iterator[str]:
    verdict = queue.verdict
    said = f"{verdict.kind}: {verdict.text}" if verdict else "no verdict"
    yield f"{queue.name}: {whole(queue.recipients)} queued; {said}; {_limits(queue, zone)}"
    if verdict is not None:
        yield from (f"evidence: {masked(line)}" for line in verdict.evidence[:REASONS])
    error = queue.last_error
    if error is not None:
        yield f"last error: {error.class_.value}: {masked(error.text)[:SAMPLE]}"


def _limits(queue: Queue, zone: tzinfo) -> str:
    used = f"{whole(queue.connections)} of {whole(queue.connections_max)} connections"
    binds = f"our {queue.binds} limit binds" if queue.binds else "no limit of ours is known to bind"
    retry = f"; next try {clock_time(queue.retry_at, zone)}" if queue.retry_at else ""
    return f"{used}, {binds}{retry}"


def _advice(alerts: Sequence[Alert]) -> Iterator[str]:
    for advice in [a for alert in alerts[:1] for a in alert.advice[:1]]:
        yield f"check: {advice.check}" if advice.check else ""
        yield f"consider: {advice.text}" + (f"; {advice.not_}" if advice.not_ else "")


def _blind(view: View) -> str:
    """Why there is no reason to show, where a line of configuration would give one."""
    dark = [pane for pane in view.panes if not pane.lit and pane.name in ("reasons", "accounting")]
    return f"no refusal in the window; {dark[0].missing}" if dark else "no refusal in the window"
