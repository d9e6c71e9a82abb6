"""Quiet on purpose: windows that hold, silences and maintenance that suppress, ignored replies."""

from collections.abc import Sequence
from dataclasses import dataclass

from pmtatop.analysis.finding import Finding
from pmtatop.model.alert import Suppression
from pmtatop.model.instant import Instant

_HOUR, _MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule applies to; an absent key matches everything."""

    isp: str | None = None
    domain: str | None = None
    class_: str | None = None
    enhanced: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether the finding has every property that is named."""
        reason = finding.reason
        return all(
            wanted is None or wanted == got
            for wanted, got in (
                (self.isp, finding.isp),
                (self.domain, finding.domain),
                (self.class_, reason.class_.value if reason else None),
                (self.enhanced, reason.enhanced if reason else None),
            )
        )


@dataclass(frozen=True, slots=True)
class SuppressWindow:
    """A known burst: what is still hot at its end fires then; a large backlog fires inside it."""

    name: str
    minutes: tuple[int, int]
    """First and last minute of the hour, both included; the first may be the larger one."""
    hours: tuple[int, ...] = ()
    """Hours of the day (UTC); empty: each."""
    match: Match = Match()
    override_backlog: int = 50_000

    def ends(self, now: Instant) -> Instant | None:
        """When the window that is open at `now` closes; None: it is not open."""
        first, last = self.minutes
        minute, hour = int(now // _MINUTE) % 60, int(now // _HOUR) % 24
        wrapped = first > last
        inside = (minute >= first or minute <= last) if wrapped else first <= minute <= last
        begun = (hour - 1) % 24 if wrapped and minute <= last else hour
        if not inside or (self.hours and begun not in self.hours):
            return None
        left = (last - minute) % 60 + 1
        return Instant(float((int(now // _MINUTE) + left) * _MINUTE))


@dataclass(frozen=True, slots=True)
class SilenceRule:
    """Somebody does not want to hear of this, until a time."""

    name: str
    author: str
    reason: str
    until: Instant
    match: Match = Match()
    alert_id: str | None = None
    """Only this alert; None: whatever `match` covers."""


@dataclass(frozen=True, slots=True)
class MaintenanceRule:
    """Announced work, with its end."""

    name: str
    begin: Instant
    end: Instant
    node: str | None = None
    """None: every node."""


@dataclass(frozen=True, slots=True)
class QuietRules:
    """Everything that keeps alerts quiet."""

    windows: tuple[SuppressWindow, ...] = ()
    silences: tuple[SilenceRule, ...] = ()
    maintenance: tuple[MaintenanceRule, ...] = ()


def suppression_of(
    finding: Finding, now: Instant, node: str, rules: QuietRules, alert_id: str = ""
) -> Suppression | None:
    """What keeps this finding quiet now; maintenance and silences before windows."""
    return (
        _maintenance(now, node, rules.maintenance)
        or _silence(finding, now, rules.silences, alert_id)
        or _window(finding, now, rules.windows)
    )


def _maintenance(now: Instant, node: str, rules: Sequence[MaintenanceRule]) -> Suppression | None:
    for rule in rules:
        if rule.begin <= now < rule.end and rule.node in (None, node):
            return Suppression("maintenance", rule.name, rule.end)
    return None


def _silence(
    finding: Finding, now: Instant, rules: Sequence[SilenceRule], alert_id: str
) -> Suppression | None:
    for rule in rules:
        meant = rule.alert_id in (None, alert_id) and rule.match.covers(finding)
        if now < rule.until and meant:
            return Suppression("silence", rule.name, rule.until)
    return None


def _window(finding: Finding, now: Instant, rules: Sequence[SuppressWindow]) -> Suppression | None:
    for rule in rules:
        ends = rule.ends(now)
        backlog = finding.affected.queued or 0
        if ends is not None and backlog <= rule.override_backlog and rule.match.covers(finding):
            return Suppression("window", rule.name, ends)
    return None
