"""Baseline: what is usual for one operator at this hour and in this part of the hour.

p0 = (Dh + 300 pg) / (Nh + 300) * (O + 10) / (X + 10), where pg is the operator's own ratio with a
prior of 3% over 60 attempts, h the hour of the day (UTC) and O / X the learned factor of the ten
minutes within the hour. No weekday, and slow by design under one message a minute.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pmtatop.model.instant import Instant
from pmtatop.model.reason import ReasonClass

PRIOR_RATIO, PRIOR_ATTEMPTS = 0.03, 60.0
HOUR_PRIOR = 300.0
SLOT_PRIOR = 10.0
CLASS_PRIOR_RATIO, CLASS_PRIOR_ATTEMPTS = 0.002, 60.0
DECAY, HOUR_DECAY, SLOT_DECAY = 0.9985, 0.985, 0.995
MAX_BUCKET = 1000
"""Attempts of one bucket beyond this teach no more: a mailing must not own the baseline."""
TAU2_FIRST, TAU2_LOW, TAU2_HIGH = 0.35, 0.03, 1.5
TAU2_GAIN = 0.02
RATE_GAIN = 0.02
FACTOR_LOW, FACTOR_HIGH = 0.1, 10.0
MAX_RATIO = 0.98


class Lesson(NamedTuple):
    """Five calm minutes: what the baseline learns from at once."""

    at: Instant
    """A time inside them."""
    attempts: float
    deferred: float
    expected: float
    by_class: Mapping[ReasonClass, float]
    minutes: int
    refused: int
    delivered: int
    lost: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """Decayed sums; flat, so that it can be saved and read again."""

    attempts: float = 0.0
    deferred: float = 0.0
    hour_attempts: tuple[float, ...] = (0.0,) * 24
    hour_deferred: tuple[float, ...] = (0.0,) * 24
    slot_seen: tuple[float, ...] = (0.0,) * 6
    slot_expected: tuple[float, ...] = (0.0,) * 6
    tau2: float = TAU2_FIRST
    """Learned overdispersion: how much more than chance five-minute counts vary."""
    class_attempts: float = 0.0
    classes: tuple[tuple[ReasonClass, float], ...] = ()
    refused_per_min: float = 0.0
    delivered_per_min: float = 0.0
    lost_per_min: float = 0.0
    lessons: int = 0


def hour_ratio(base: Baseline, at: Instant) -> float:
    """The usual deferral ratio of the hour of the day, without its part of the hour."""
    pg = (base.deferred + PRIOR_ATTEMPTS * PRIOR_RATIO) / (base.attempts + PRIOR_ATTEMPTS)
    h = int(at // 3600) % 24
    return (base.hour_deferred[h] + HOUR_PRIOR * pg) / (base.hour_attempts[h] + HOUR_PRIOR)


def usual_ratio(base: Baseline, at: Instant) -> float:
    """p0: the usual deferral ratio at this time."""
    b = int(at // 600) % 6
    factor = (base.slot_seen[b] + SLOT_PRIOR) / (base.slot_expected[b] + SLOT_PRIOR)
    factor = min(FACTOR_HIGH, max(FACTOR_LOW, factor))
    return min(MAX_RATIO, hour_ratio(base, at) * factor)


def usual_class(base: Baseline, class_: ReasonClass) -> float:
    """The usual share of attempts refused for one class."""
    known = next((n for c, n in base.classes if c is class_), 0.0)
    prior = CLASS_PRIOR_ATTEMPTS * CLASS_PRIOR_RATIO
    return (known + prior) / (base.class_attempts + CLASS_PRIOR_ATTEMPTS)


def learn(base: Baseline, lesson: Lesson) -> Baseline:
    """The baseline after five calm minutes; a single burst is clipped at 4 e + 10."""
    n, limit = lesson.attempts, MAX_BUCKET * max(1, lesson.minutes)
    scale = limit / n if n > limit else 1.0
    n, e = n * scale, lesson.expected * scale
    d = min(lesson.deferred * scale, 4.0 * e + 10.0)
    h, b = int(lesson.at // 3600) % 24, int(lesson.at // 600) % 6
    plain = n * hour_ratio(base, lesson.at)
    gain = RATE_GAIN if base.lessons > 1 / RATE_GAIN else 1.0 / (base.lessons + 1)
    rates = (base.refused_per_min, base.delivered_per_min, base.lost_per_min)
    seen = (lesson.refused, lesson.delivered, lesson.lost)
    refused, delivered, lost = (
        old + gain * (new / max(1, lesson.minutes) - old)
        for old, new in zip(rates, seen, strict=True)
    )
    return Baseline(
        attempts=base.attempts * DECAY + n,
        deferred=base.deferred * DECAY + d,
        hour_attempts=_bumped(base.hour_attempts, h, HOUR_DECAY, n),
        hour_deferred=_bumped(base.hour_deferred, h, HOUR_DECAY, d),
        slot_seen=_bumped(base.slot_seen, b, SLOT_DECAY, d),
        slot_expected=_bumped(base.slot_expected, b, SLOT_DECAY, plain),
        tau2=_tau2(base.tau2, n, d, e),
        class_attempts=base.class_attempts * SLOT_DECAY + n,
        classes=_classes(base, lesson, scale, n),
        refused_per_min=refused,
        delivered_per_min=delivered,
        lost_per_min=lost,
        lessons=base.lessons + 1,
    )


def _bumped(sums: tuple[float, ...], place: int, decay: float, value: float) -> tuple[float, ...]:
    return (*sums[:place], sums[place] * decay + value, *sums[place + 1 :])


def _tau2(old: float, n: float, d: float, e: float) -> float:
    """Move towards what this lesson's deviation shows beyond chance; too small a one is mute."""
    if n <= 0 or e < 1.0:
        return old
    p = min(MAX_RATIO, e / n)
    seen = ((d - e) ** 2 - n * p * (1 - p)) / (e * e)
    return min(TAU2_HIGH, max(TAU2_LOW, old + TAU2_GAIN * (min(4.0, seen) - old)))


def _classes(
    base: Baseline, lesson: Lesson, scale: float, attempts: float
) -> tuple[tuple[ReasonClass, float], ...]:
    sums = {c: count * SLOT_DECAY for c, count in base.classes}
    for class_, count in lesson.by_class.items():
        limit = 4.0 * attempts * usual_class(base, class_) + 10.0
        sums[class_] = sums.get(class_, 0.0) + min(count * scale, limit)
    return tuple((c, count) for c, count in sums.items() if count > 0.01)


def baseline_to_dict(base: Baseline) -> dict[str, Any]:
    """Plain lists and numbers, for JSON."""
    names = Baseline.__slots__
    plain = {name: getattr(base, name) for name in names if name != "classes"}
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}
    return plain | {"classes": {c.value: count for c, count in base.classes}}


def baseline_from_dict(plain: Mapping[str, Any]) -> Baseline:
    """The inverse of `baseline_to_dict`; unknown keys are ignored, absent ones start anew."""
    classes = tuple((ReasonClass(c), float(n)) for c, n in plain.get("classes", {}).items())
    known = {k: v for k, v in plain.items() if k in Baseline.__slots__ and k != "classes"}
    values: dict[str, Any] = {
        k: tuple(v) if isinstance(v, Iterable) else v for k, v in known.items()
    }
    return replace(Baseline(), **values, classes=classes)
