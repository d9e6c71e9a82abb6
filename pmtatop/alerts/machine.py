"""The alert machine: pending -> firing -> quiet -> resolved, held or suppressed beside it.

Pure: `advance` takes the old book and this tick's findings and gives the new book. Its clock is
record time, so a day of history runs through it as it happened. Pending is invisible for three
minutes; an alert resolves only on evidence of delivery; one that comes back within an hour is the
same incident under the same id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from pmtatop.alerts.describe import described
from pmtatop.alerts.quiet import suppression_of
from pmtatop.alerts.rules import AlertRules
from pmtatop.analysis.finding import Finding
from pmtatop.model.alert import Alert, AlertState, Evidence, Suppression
from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText

__all__ = ["AlertBook", "AlertRules", "Entry", "advance"]

_OPEN = frozenset({AlertState.FIRING, AlertState.QUIET, AlertState.HELD, AlertState.SUPPRESSED})
_ORDER = {
    AlertState.FIRING: 0,
    AlertState.QUIET: 1,
    AlertState.HELD: 2,
    AlertState.PENDING: 3,
    AlertState.SUPPRESSED: 4,
    AlertState.RESOLVED: 5,
}
_EMPTY: Mapping[tuple[str, str, str], "Entry"] = MappingProxyType({})
UNSEEN_S = 900.0
"""An open alert of which nothing has been said for so long has no evidence: it is quiet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident and what the machine remembers of it."""

    alert: Alert
    hot_since: Instant | None
    """Since when it is hot without a break; None: not hot now."""
    seen_at: Instant
    """The last finding about it."""
    begun: Instant
    """Where its line counts minutes from: the first hot one since it last was resolved."""


@dataclass(frozen=True, slots=True)
class AlertBook:
    """All incidents, by (rule, node, key); closed ones are kept a day."""

    entries: Mapping[tuple[str, str, str], Entry] = field(default_factory=lambda: _EMPTY)
    closed: tuple[Alert, ...] = ()
    """Resolved incidents that a later one of the same key has replaced."""
    visible_s: float = 180.0
    now: Instant = Instant(0.0)  # noqa: RUF009 (a number)

    def alerts(self) -> tuple[Alert, ...]:
        """What a face shows: loudest state first, newest first; young pending ones left out."""
        shown = [e.alert for e in self.entries.values() if self._is_visible(e)]
        return tuple(sorted((*shown, *self.closed), key=_rank))

    def _is_visible(self, entry: Entry) -> bool:
        young = self.now - entry.alert.pending_at < self.visible_s
        return entry.alert.state is not AlertState.PENDING or not young

    def get(self, alert_id: str) -> Alert | None:
        """The alert of that id, visible or not."""
        everything = (*(e.alert for e in self.entries.values()), *self.closed)
        return next((a for a in everything if a.id == alert_id), None)


def _rank(alert: Alert) -> tuple[int, float, str]:
    return _ORDER[alert.state], -alert.pending_at, alert.id


def advance(
    book: AlertBook, findings: Sequence[Finding], now: Instant, node: str, rules: AlertRules
) -> AlertBook:
    """The book after this tick; `now` is record time and never goes back.

    Give every judged object each time, calm or hot: silence about an object is no evidence.
    """
    now = Instant(max(now, book.now))
    entries, closed = dict(book.entries), list(book.closed)
    inhibitor = _inhibitor(entries, findings, node)
    for finding in findings:
        name = (finding.rule, node, finding.key)
        old = entries.get(name)
        if old is not None and finding.hot and _is_over(old.alert, now, rules):
            closed.append(old.alert)
            old = None
        new = _entry(old, finding, now, node, rules, inhibitor)
        if new is None:
            entries.pop(name, None)
        else:
            entries[name] = new
    entries = {name: _unseen(entry, now) for name, entry in entries.items()}
    return AlertBook(
        MappingProxyType({n: e for n, e in entries.items() if _is_kept(e.alert, now, rules)}),
        tuple(alert for alert in closed if _is_kept(alert, now, rules)),
        rules.visible_s,
        now,
    )


def _is_over(alert: Alert, now: Instant, rules: AlertRules) -> bool:
    """Resolved so long ago that a new incident is a new one."""
    return alert.resolved_at is not None and now - alert.resolved_at > rules.join_s


def _is_kept(alert: Alert, now: Instant, rules: AlertRules) -> bool:
    return alert.resolved_at is None or now - alert.resolved_at <= rules.keep_s


def _unseen(entry: Entry, now: Instant) -> Entry:
    if entry.alert.state is AlertState.FIRING and now - entry.seen_at > UNSEEN_S:
        text = "nothing has been read about it for 15 min"
        return replace(entry, alert=_moved(entry.alert, AlertState.QUIET, now, text))
    return entry


def _inhibitor(
    entries: Mapping[tuple[str, str, str], Entry],
    findings: Sequence[Finding],
    node: str,
) -> Suppression | None:
    """The latest restart or the node being down, as what inhibits the rate rules."""
    down = next((f for f in findings if f.rule == "pmta-down" and f.hot), None)
    if down is not None:
        return Suppression("inhibited", "pmta-down", None)
    hot = next((f.at for f in findings if f.rule == "restart" and f.hot), None)
    known = entries.get(("restart", node, node))
    at = hot if hot is not None else known.alert.pending_at if known else None
    return None if at is None else Suppression("inhibited", "restart", at)


def _entry(
    old: Entry | None,
    finding: Finding,
    now: Instant,
    node: str,
    rules: AlertRules,
    inhibitor: Suppression | None,
) -> Entry | None:
    """One incident after one finding; None: nothing is wrong and nothing was."""
    if finding.hot:
        return _hot(old, finding, now, node, rules, inhibitor)
    if old is None:
        return None
    if old.alert.state is AlertState.PENDING:
        return replace(old, seen_at=now) if finding.quiet else None
    return replace(old, alert=_cooled(old.alert, finding, now), hot_since=None, seen_at=now)


def _hot(
    old: Entry | None,
    finding: Finding,
    now: Instant,
    node: str,
    rules: AlertRules,
    inhibitor: Suppression | None,
) -> Entry:
    since = _hot_since(old, finding, now)
    alert = old.alert if old else _new_alert(finding, since, node, rules)
    begun = since if old is None or alert.state is AlertState.RESOLVED else old.begun
    waited = now - since >= rules.policy(finding.rule).for_s
    if waited or alert.state in _OPEN:
        quiet = _inhibited(finding, now, rules, inhibitor) or suppression_of(
            finding, now, node, rules.quiet, alert.id
        )
        alert = _fired(alert, finding, now, quiet)
    if alert.state is not AlertState.RESOLVED:
        alert = described(alert, finding, (now - begun) / 60.0)
    return Entry(alert, since, now, begun)


def _hot_since(old: Entry | None, finding: Finding, now: Instant) -> Instant:
    """The earlier of what the finding and the machine remember."""
    said = Instant(min(now, finding.at) - 60.0 * finding.hot_minutes)
    known = old.hot_since if old else None
    return said if known is None else Instant(min(said, known))


def _inhibited(
    finding: Finding, now: Instant, rules: AlertRules, inhibitor: Suppression | None
) -> Suppression | None:
    span = rules.policy(finding.rule).inhibited_s
    if inhibitor is None or span is None or finding.rule == inhibitor.name:
        return None
    if inhibitor.until is None:
        return inhibitor
    until = Instant(inhibitor.until + span)
    return replace(inhibitor, until=until) if now < until else None


def _fired(alert: Alert, finding: Finding, now: Instant, quiet: Suppression | None) -> Alert:
    """Firing, or what keeps it from being heard; evidence is frozen the first time."""
    if quiet is not None:
        state = AlertState.HELD if quiet.kind == "window" else AlertState.SUPPRESSED
        said = f"{state.value} by {quiet.kind} {quiet.name}"
        return replace(_moved(alert, state, now, said), suppressed_by=quiet)
    first = alert.fired_at is None
    said = "fires" if first else "fires again"
    alert = _moved(alert, AlertState.FIRING, now, said)
    return replace(
        alert,
        suppressed_by=None,
        resolved_at=None,
        fired_at=now if first else alert.fired_at,
        evidence=finding.evidence if first else alert.evidence,
        advice=finding.advice,
    )


def _cooled(alert: Alert, finding: Finding, now: Instant) -> Alert:
    """No longer hot: quiet without attempts, resolved only when mail is accepted again."""
    if alert.state is AlertState.RESOLVED:
        return alert
    if finding.quiet:
        return _moved(alert, AlertState.QUIET, now, _quiet_text(finding))
    if finding.calm:
        said = f"resolved: {finding.delivered or 0:,} delivered in 15 min"
        moved = _moved(alert, AlertState.RESOLVED, now, said)
        return replace(moved, resolved_at=now, suppressed_by=None)
    return alert


def _quiet_text(finding: Finding) -> str:
    if finding.retry_at is None:
        return "no attempts to judge by"
    next_try = datetime.fromtimestamp(finding.retry_at, UTC).strftime("%H:%M")
    return f"no attempts to judge by, next {next_try} UTC"


def _moved(alert: Alert, state: AlertState, now: Instant, text: str) -> Alert:
    """The alert in another state, with a line in its timeline; the same state changes nothing."""
    if alert.state is state:
        return alert
    line = Evidence(now, SafeText(text))
    return replace(alert, state=state, timeline=(*alert.timeline, line))


def _new_alert(finding: Finding, since: Instant, node: str, rules: AlertRules) -> Alert:
    policy = rules.policy(finding.rule)
    stamp = datetime.fromtimestamp(int(since), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Alert(
        id=f"{finding.rule}:{node}:{finding.key}:{stamp}",
        rule=finding.rule,
        node=node,
        key=finding.key,
        severity=policy.severity,
        page=policy.page,
        state=AlertState.PENDING,
        pending_at=since,
        text=SafeText(""),
        reason=finding.reason,
        whose=finding.whose,
        scope=finding.scope,
        confidence=finding.confidence,
        confidence_why=finding.confidence_why,
        timeline=(Evidence(since, SafeText("became unusual")),),
    )
