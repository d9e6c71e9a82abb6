"""The detector's records: its thresholds, its saved state, and what one step says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pmtatop.analysis.baseline import Baseline, baseline_from_dict, baseline_to_dict
from pmtatop.model.instant import Instant
from pmtatop.model.reason import ReasonClass

VERSION = 1


@dataclass(frozen=True, slots=True)
class DetectorConfig:
    """Thresholds; minutes, ratios and counts as their names say."""

    short: int = 3
    mid: int = 15
    long: int = 60
    for_minutes: int = 8
    pending_minutes: int = 3
    calm_minutes: int = 10
    calm_ratio: float = 0.025
    z_fast: float = 4.0
    z_slow: float = 3.5
    z_class: float = 5.0
    effect: float = 0.05
    effect_young: float = 0.15
    """Points above usual that count between one and six hours learned."""
    min_attempts: int = 10
    excess_short: float = 8.0
    excess: float = 20.0
    class_attempts: int = 50
    class_excess: float = 25.0
    class_factor: float = 5.0
    class_share: float = 0.03
    hours_young: float = 1.0
    hours_learned: float = 6.0
    absolute_attempts: int = 200
    absolute_low: float = 0.30
    new_normal_h: float = 24.0
    sessions_refused: int = 20
    lost: int = 20


class Bucket(NamedTuple):
    """One minute kept for the windows; sums run from the first bucket of the state."""

    at: Instant
    attempts: float
    deferred: float
    expected: float
    refused: int
    delivered: int
    lost: int
    classes: tuple[tuple[ReasonClass, int], ...]
    lost_classes: tuple[tuple[ReasonClass, int], ...]


class Sums(NamedTuple):
    """A window: differences of the buckets' running sums."""

    attempts: float
    deferred: float
    expected: float
    refused: int
    delivered: int
    lost: int

    @property
    def excess(self) -> float:
        """Deferrals above the usual."""
        return self.deferred - self.expected

    @property
    def usual(self) -> float:
        """The usual ratio over the window's own attempts."""
        return self.expected / self.attempts if self.attempts else 0.0

    @property
    def observed(self) -> float | None:
        """The deferral ratio; None without attempts."""
        return self.deferred / self.attempts if self.attempts else None


@dataclass(frozen=True, slots=True)
class DetectorState:
    """All that the next step needs; flat, versioned, saved by `states.state_to_dict`."""

    version: int = VERSION
    baseline: Baseline = Baseline()  # noqa: RUF009 (frozen)
    recent: tuple[Bucket, ...] = ()
    """At most 61 minutes, oldest first."""
    learned_to: Instant = Instant(0.0)  # noqa: RUF009 (a number)
    minutes: float = 0
    """Calm minutes seen."""
    pending: int = 0
    """Hot minutes in a row."""
    calm: int = 0
    firing_since: Instant | None = None
    sessions_pending: int = 0
    block_pending: int = 0
    new_normal_since: Instant | None = None


@dataclass(frozen=True, slots=True)
class ClassShare:
    """One class beside its usual over the firing window."""

    class_: ReasonClass
    observed: float
    expected: float
    share: float
    """Its part of the sum of all classes' excesses, 0..1."""


@dataclass(frozen=True, slots=True)
class Surge:
    """A count far above its usual: refused sessions, or recipients lost."""

    hot: bool
    minutes: int
    """Hot minutes in a row."""
    observed: int
    usual: float
    """Of the same number of minutes."""
    delivered: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one step says."""

    at: Instant
    hot: bool
    phase: str
    """`normal|pending|firing`."""
    pending_minutes: int
    calm_minutes: int
    observed: float | None
    usual: float
    low: float
    high: float
    z: float | None
    """None before six hours are learned."""
    n: int
    excess: float
    """Deferrals above usual over the window that `observed` covers."""
    hours_learned: float
    attempts: int
    """Judged attempts of the last 15 minutes; 0: quiet, which is not calm."""
    delivered: int
    """Deliveries of the last 15 minutes."""
    usual_delivered: float
    classes: tuple[ClassShare, ...]
    """Largest excess first."""
    throttled: int
    """Judged attempts of the throttle classes in the same window."""
    usual_throttle: float
    """Their usual share of attempts."""
    sessions: Surge
    block: Surge
    label: str = ""
    """`no baseline yet (37 min of 6 h)` while it is so."""
    new_normal_since: Instant | None = None

    @property
    def explains(self) -> ClassShare | None:
        """The class with the largest excess."""
        return self.classes[0] if self.classes else None


def state_to_dict(state: DetectorState) -> dict[str, Any]:
    """The state as plain lists and numbers, for JSON."""
    plain = {name: getattr(state, name) for name in _PLAIN}
    buckets = [
        [*bucket[:7], _named(bucket.classes), _named(bucket.lost_classes)]
        for bucket in state.recent
    ]
    return plain | {"baseline": baseline_to_dict(state.baseline), "recent": buckets}


def state_from_dict(plain: Mapping[str, Any]) -> DetectorState:
    """The inverse of `state_to_dict`; the state of another version starts anew."""
    if plain.get("version") != VERSION:
        return DetectorState()
    buckets = tuple(
        Bucket._make([*values[:7], _classed(values[7]), _classed(values[8])])
        for values in plain["recent"]
    )
    known = {name: plain[name] for name in _PLAIN if name in plain}
    base = baseline_from_dict(plain["baseline"])
    return replace(DetectorState(), **known, baseline=base, recent=buckets)


_PLAIN = tuple(name for name in DetectorState.__slots__ if name not in ("baseline", "recent"))


def _named(classes: tuple[tuple[ReasonClass, int], ...]) -> list[list[Any]]:
    return [[class_.value, count] for class_, count in classes]


def _classed(plain: list[list[Any]]) -> tuple[tuple[ReasonClass, int], ...]:
    return tuple((ReasonClass(name), count) for name, count in plain)
