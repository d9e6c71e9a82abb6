"""The alert rules: how loud each is, how long it waits, what it inhibits, all in one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pmtatop.alerts.quiet import QuietRules
from pmtatop.model.alert import Severity


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """How one rule behaves."""

    severity: Severity = Severity.WARNING
    page: bool = False
    for_s: float = 480.0
    """Hot for so long before it fires, seconds."""
    inhibited_s: float | None = 600.0
    """After a restart it is inhibited at most this long; None: by nothing."""


_CRITICAL, _WARNING, _INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO

POLICIES: Mapping[str, RulePolicy] = MappingProxyType(
    {
        "deferral": RulePolicy(_CRITICAL, True),
        "sessions": RulePolicy(_CRITICAL, True),
        "throttle": RulePolicy(_WARNING, False),
        "block": RulePolicy(_CRITICAL, True, 120.0, None),
        "auth": RulePolicy(_CRITICAL, True, 120.0, None),
        "hold": RulePolicy(_CRITICAL, True, 60.0),
        "dns": RulePolicy(_CRITICAL, True, 120.0),
        "pmta-down": RulePolicy(_CRITICAL, True, 60.0, None),
        "restart": RulePolicy(_WARNING, False, 0.0, None),
        "disk": RulePolicy(_CRITICAL, True, 60.0, None),
        "queue-age": RulePolicy(_WARNING, False, 60.0),
        "no-delivery": RulePolicy(_CRITICAL, True, 600.0),
        "silent-throttle": RulePolicy(_WARNING, False, 600.0),
        "blind": RulePolicy(_WARNING, False, 300.0, None),
        "memory": RulePolicy(_WARNING, False, 60.0, None),
        "many-domains": RulePolicy(_CRITICAL, True, 0.0),
        "new-reply": RulePolicy(_INFO, False, 180.0),
    }
)
"""By rule name; a rule that is not listed waits eight minutes and does not page."""


@dataclass(frozen=True, slots=True)
class AlertRules:
    """What the machine runs by; times in seconds of record time."""

    policies: Mapping[str, RulePolicy] = field(default_factory=lambda: POLICIES)
    quiet: QuietRules = QuietRules()  # noqa: RUF009 (frozen)
    visible_s: float = 180.0
    """A pending alert is shown from here on."""
    join_s: float = 3600.0
    """An incident that comes back within this time is the same one."""
    keep_s: float = 86_400.0
    """Resolved alerts stay listed so long."""
    group_s: float = 900.0
    """One class at three operators within this time is one incident of ours."""
    group_size: int = 3

    def policy(self, rule: str) -> RulePolicy:
        """The policy of a rule."""
        return self.policies.get(rule, RulePolicy())
