"""Is a window of refusals more than chance and habit explain? The tests behind `hot`."""

from math import sqrt

from pmtatop.analysis.baseline import Baseline, usual_class
from pmtatop.analysis.detector_state import Bucket, DetectorConfig, DetectorState, Sums
from pmtatop.analysis.sample import BUCKET_S
from pmtatop.model.reason import ReasonClass

RECIPIENT_CLASSES = frozenset(
    {
        ReasonClass.UNKNOWN_USER,
        ReasonClass.INACTIVE,
        ReasonClass.MAILBOX_FULL,
        ReasonClass.EXPIRED,
        ReasonClass.OWN_LIMIT,
    }
)
"""Classes that the class test leaves out: single mailboxes and our own limits."""


def wilson_low(successes: float, n: float, z: float = 2.576) -> float:
    """Lower bound of a proportion by Wilson's score interval; z = 2.576 is 99%."""
    if n <= 0:
        return 0.0
    p, z2 = min(1.0, successes / n), z * z
    return (p + z2 / (2 * n) - z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)


def wilson_high(successes: float, n: float, z: float = 2.576) -> float:
    """Upper bound of a proportion by Wilson's score interval."""
    return 1.0 - wilson_low(n - successes, n, z) if n > 0 else 1.0


def window_of(recent: tuple[Bucket, ...], minutes: int) -> Sums:
    """The sum over the buckets of the last `minutes`; missing buckets add nothing."""
    newest = recent[-1]
    cut, index = newest.at - minutes * BUCKET_S, max(0, len(recent) - 1 - minutes)
    while recent[index + 1].at <= cut:
        index += 1
    old = recent[index]
    return Sums(
        newest.attempts - old.attempts,
        newest.deferred - old.deferred,
        newest.expected - old.expected,
        newest.refused - old.refused,
        newest.delivered - old.delivered,
        newest.lost - old.lost,
    )


def z_of(s: Sums, tau2: float) -> float:
    """How many standard deviations the deferrals lie above the usual."""
    return _deviation(s.deferred, s.expected, s.attempts, tau2)


def _deviation(seen: float, expected: float, n: float, tau2: float) -> float:
    if n <= 0:
        return 0.0
    p = min(1.0, expected / n)
    return (seen - expected) / sqrt(n * p * (1 - p) + tau2 * expected * expected + 0.25)


def _guards(s: Sums, effect: float, c: DetectorConfig) -> bool:
    if s.attempts < c.min_attempts or s.excess < c.excess:
        return False
    if s.excess / s.attempts < effect:
        return False
    return wilson_low(s.deferred, s.attempts) > max(1.4 * s.usual, s.usual + 0.025)


def class_sums(recent: tuple[Bucket, ...], minutes: int) -> dict[ReasonClass, int]:
    """Refusals by class over the last `minutes`."""
    cut = recent[-1].at - minutes * BUCKET_S
    sums: dict[ReasonClass, int] = {}
    for bucket in reversed(recent):
        if bucket.at <= cut:
            break
        for class_, count in bucket.classes:
            sums[class_] = sums.get(class_, 0) + count
    return sums


def _class_hot(
    state: DetectorState, recent: tuple[Bucket, ...], short: Sums, mid: Sums, c: DetectorConfig
) -> bool:
    """A class of refusals far above its own usual, while the whole ratio may still look calm."""
    if mid.attempts < c.class_attempts or mid.deferred < c.class_excess:
        return False
    seen, quick = class_sums(recent, c.mid), class_sums(recent, c.short)
    return any(
        _one_class_hot(state.baseline, class_, (count, quick.get(class_, 0)), (short, mid), c)
        for class_, count in seen.items()
        if count >= c.class_excess and class_ not in RECIPIENT_CLASSES
    )


def _one_class_hot(
    base: Baseline,
    class_: ReasonClass,
    seen: tuple[int, int],
    windows: tuple[Sums, Sums],
    c: DetectorConfig,
) -> bool:
    (mid_seen, short_seen), (short, mid) = seen, windows
    expected = mid.attempts * usual_class(base, class_)
    return (
        mid_seen - expected >= c.class_excess
        and mid_seen > c.class_factor * expected
        and mid_seen > c.class_share * mid.attempts
        and short_seen > c.class_share * short.attempts
        and _deviation(mid_seen, expected, mid.attempts, base.tau2) > c.z_class
    )


def is_hot(
    state: DetectorState, recent: tuple[Bucket, ...], hours: float, c: DetectorConfig
) -> bool:
    """Two windows agree, or one class stands out, or (first night) a third is refused."""
    short, mid = window_of(recent, c.short), window_of(recent, c.mid)
    if hours < c.hours_learned and _absolute(mid, c):
        return True
    if hours < c.hours_young:
        return False
    learned = hours >= c.hours_learned
    effect = c.effect if learned else c.effect_young
    tau2 = state.baseline.tau2
    if z_of(mid, tau2) >= c.z_fast and z_of(short, tau2) >= c.z_fast:
        ready = short.attempts >= c.min_attempts and short.excess >= c.excess_short
        if ready and _guards(mid, effect, c):
            return True
    if learned and z_of(mid, tau2) >= c.z_slow and _guards(mid, effect, c):
        long = window_of(recent, c.long)
        if z_of(long, tau2) >= c.z_slow and _guards(long, effect, c):
            return True
    return learned and _class_hot(state, recent, short, mid, c)


def _absolute(mid: Sums, c: DetectorConfig) -> bool:
    """The first night's rule: it needs no history, only many attempts and a third refused."""
    enough = mid.attempts >= c.absolute_attempts
    return enough and wilson_low(mid.deferred, mid.attempts) > c.absolute_low
