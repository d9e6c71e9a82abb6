"""An alert with this tick's figures: what a finding tells, laid over the incident it belongs to."""

from dataclasses import replace
from typing import Any

from pmtatop.alerts.line import alert_line
from pmtatop.analysis.finding import Finding
from pmtatop.model.alert import Alert
from pmtatop.model.text import SafeText

_PLACES = frozenset({"vmta", "source_ip", "pool", "sender_domain", "job", "mx"})
"""Scopes that an alert has a field of their own for."""


def described(alert: Alert, finding: Finding, minutes: float) -> Alert:
    """`alert` with the finding's figures; `minutes` is how long the incident has lasted."""
    place = finding.scope.replace("-", "_")
    cause: dict[str, Any] = {}
    if finding.cause and place in _PLACES:
        cause[place] = SafeText(finding.cause)
    return replace(
        alert,
        text=alert_line(finding, minutes, alert.state),
        reason=finding.reason,
        whose=finding.whose,
        scope=finding.scope,
        confidence=finding.confidence,
        confidence_why=finding.confidence_why,
        isp=finding.isp,
        domain=finding.domain,
        not_=finding.not_,
        observed=finding.observed,
        usual=finding.usual,
        low=finding.low,
        high=finding.high,
        unit=finding.unit,
        n=finding.n,
        excess=finding.excess,
        affected=finding.affected,
        loss=finding.loss,
        **cause,
    )
