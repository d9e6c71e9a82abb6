"""The detector: whether an operator refuses more than is usual here at this hour, since when.

`step(state, sample, config) -> (state, verdict)` is pure; its clock is the samples' own. A missing
bucket is not a zero, and no attempts are not calm. The figures come from a study of 40 simulated
domains over 30 days; the two windows, the wait of 8 minutes and the test per class carried it.
"""

from dataclasses import replace
from math import sqrt

from pmtatop.analysis.baseline import Lesson, learn, usual_class, usual_ratio
from pmtatop.analysis.detector_state import (
    Bucket,
    ClassShare,
    DetectorConfig,
    DetectorState,
    Sums,
    Surge,
    Verdict,
    state_from_dict,
    state_to_dict,
)
from pmtatop.analysis.sample import BUCKET_S, Sample
from pmtatop.analysis.unusual import class_sums, is_hot, window_of, z_of
from pmtatop.model.instant import Instant
from pmtatop.model.reason import THROTTLES, ReasonClass

__all__ = [
    "DetectorConfig", "DetectorState", "Verdict", "state_from_dict", "state_to_dict", "step",
]  # fmt: skip

MAX_PAUSE_S = 900
"""Hot minutes on both sides of a longer gap are not in a row."""


def _shares(
    state: DetectorState, recent: tuple[Bucket, ...], minutes: int, n: float
) -> tuple[ClassShare, ...]:
    """Each class's part of the excess, largest first (EP_j of Adtributor)."""
    seen = class_sums(recent, minutes)
    expected = {class_: n * usual_class(state.baseline, class_) for class_ in seen}
    whole = sum(max(0.0, count - expected[class_]) for class_, count in seen.items())
    shares = [
        ClassShare(class_, count, expected[class_], max(0.0, count - expected[class_]) / whole)
        for class_, count in seen.items()
        if whole > 0
    ]
    return tuple(sorted(shares, key=lambda s: (-s.share, s.class_.value)))


def _bucket(state: DetectorState, sample: Sample) -> Bucket:
    n, d = sample.judged
    middle = Instant(sample.at - BUCKET_S / 2)
    expected = n * usual_ratio(state.baseline, middle) if n else 0.0
    old = state.recent[-1] if state.recent else _origin(sample.at)
    return Bucket(
        sample.at,
        old.attempts + n,
        old.deferred + d,
        old.expected + expected,
        old.refused + sample.refused,
        old.delivered + sample.delivered,
        old.lost + sample.lost,
        tuple(sample.by_class.items()),
        tuple(sample.lost_by_class.items()),
    )


def _origin(at: Instant) -> Bucket:
    return Bucket(Instant(at - BUCKET_S), 0.0, 0.0, 0.0, 0, 0, 0, (), ())


def _lesson(recent: tuple[Bucket, ...], begin: Instant, end: Instant) -> Lesson | None:
    """The buckets of begin < at <= end as one lesson; None when there are none."""
    places = [i for i, b in enumerate(recent) if i and begin < b.at <= end]
    if not places:
        return None
    first, last = recent[places[0] - 1], recent[places[-1]]
    by_class: dict[ReasonClass, float] = {}
    for place in places:
        for class_, count in recent[place].classes:
            by_class[class_] = by_class.get(class_, 0.0) + count
    return Lesson(
        Instant(last.at - BUCKET_S / 2),
        last.attempts - first.attempts,
        last.deferred - first.deferred,
        last.expected - first.expected,
        by_class,
        len(places),
        last.refused - first.refused,
        last.delivered - first.delivered,
        last.lost - first.lost,
    )


LESSON_S = 300
LESSON_DELAY_S = 900
"""Lessons wait, so that the minutes before an alarm do not become the usual."""


def _learned(state: DetectorState, at: Instant, busy: bool) -> DetectorState:
    """Every five minutes learn the five that ended 15 minutes ago, unless something is wrong."""
    end = Instant((at - LESSON_DELAY_S) // LESSON_S * LESSON_S)
    if end <= state.learned_to:
        return state
    begin = Instant(max(state.learned_to, end - LESSON_S))
    lesson = None if busy else _lesson(state.recent, begin, end)
    base = learn(state.baseline, lesson) if lesson is not None else state.baseline
    return replace(state, baseline=base, learned_to=end)


def _surges(
    state: DetectorState, recent: tuple[Bucket, ...], c: DetectorConfig, repeated: bool = False
) -> tuple[Surge, Surge]:
    """Refused sessions without a delivery, and recipients lost for good.

    `repeated`: this minute has been counted before.
    """
    base, more = state.baseline, 0 if repeated else 1
    five = window_of(recent, 5)
    refusing = (
        five.refused >= c.sessions_refused
        and five.delivered == 0
        and five.refused > 4 * 5 * base.refused_per_min + 10
        and (base.delivered_per_min > 0.2 or window_of(recent, c.long).delivered > 0)
    )
    losing = five.lost >= c.lost and five.lost > max(
        5 * 5 * base.lost_per_min, 0.05 * five.attempts
    )
    sessions = state.sessions_pending + more if refusing else 0
    block = state.block_pending + more if losing else 0
    return (
        _surge(recent, five, refusing, sessions, "refused", base.refused_per_min),
        _surge(recent, five, losing, block, "lost", base.lost_per_min),
    )


def _surge(
    recent: tuple[Bucket, ...], five: Sums, hot: bool, pending: int, what: str, per_min: float
) -> Surge:
    minutes = min(60, pending + 4) if pending else 5
    sums = window_of(recent, minutes) if minutes != 5 else five
    return Surge(hot, pending, getattr(sums, what), per_min * minutes, sums.delivered)


def step(
    state: DetectorState, sample: Sample, config: DetectorConfig
) -> tuple[DetectorState, Verdict]:
    """Take one completed minute; a sample not newer than the last changes nothing."""
    if state.recent and sample.at <= state.recent[-1].at:
        surges = _surges(state, state.recent, config, repeated=True)
        return state, _verdict(state, state, state.pending > 0, surges, config)
    bucket = _bucket(state, sample)
    recent = (*(state.recent[-config.long :] or (_origin(sample.at),)), bucket)
    hours = state.minutes / 60.0
    hot = is_hot(state, recent, hours, config)
    surges = _surges(state, recent, config)
    after = _advanced(state, recent, hot, surges, config)
    return after, _verdict(state, after, hot, surges, config)


def _advanced(
    old: DetectorState,
    recent: tuple[Bucket, ...],
    hot: bool,
    surges: tuple[Surge, Surge],
    c: DetectorConfig,
) -> DetectorState:
    """Count hot and calm minutes, start and end firing, and learn."""
    at, mid = recent[-1].at, window_of(recent, c.mid)
    sessions, block = surges
    gap = old.recent and at - old.recent[-1].at > MAX_PAUSE_S
    pending = (0 if gap else old.pending) + 1 if hot else 0
    calm = old.calm + 1 if _is_calm(mid, hot, c) else 0
    firing = old.firing_since
    if firing is None and pending >= c.for_minutes:
        firing = at
    ended = firing is not None and calm >= c.calm_minutes
    busy = hot or sessions.hot or block.hot or (firing is not None and not ended)
    relearn = firing is not None and at - firing > c.new_normal_h * 3600 and not sessions.hot
    new = DetectorState(
        baseline=old.baseline,
        recent=recent,
        pending=pending,
        calm=calm,
        firing_since=None if ended else firing,
        sessions_pending=sessions.minutes,
        block_pending=block.minutes,
        minutes=old.minutes + (0 if busy else 1),
        # The incident's own minutes must not be learned late, when the alarm is over.
        learned_to=at if ended else old.learned_to,
        new_normal_since=_new_normal(old, at, relearn, ended),
    )
    return _learned(new, at, busy and not relearn)


def _new_normal(old: DetectorState, at: Instant, relearn: bool, ended: bool) -> Instant | None:
    if ended:
        return None
    return old.new_normal_since or at if relearn else old.new_normal_since


def _is_calm(mid: Sums, hot: bool, c: DetectorConfig) -> bool:
    """Attempts that go through; no attempts are not calm."""
    return not hot and mid.excess < c.calm_ratio * mid.attempts


def _verdict(
    before: DetectorState,
    after: DetectorState,
    hot: bool,
    surges: tuple[Surge, Surge],
    c: DetectorConfig,
) -> Verdict:
    """Describe the state after a step by the baseline before it."""
    recent, base = after.recent, before.baseline
    hours = after.minutes / 60.0
    minutes = min(c.long, max(c.short, after.pending + 2)) if after.pending else c.mid
    mid = window_of(recent, c.mid)
    judged = window_of(recent, minutes) if after.pending else mid
    usual = judged.usual if judged.attempts else usual_ratio(base, recent[-1].at)
    band = c.z_slow * _spread(usual, judged.attempts, base.tau2)
    return Verdict(
        at=recent[-1].at,
        hot=hot,
        phase=_phase(after, c),
        pending_minutes=after.pending,
        calm_minutes=after.calm,
        observed=judged.observed,
        usual=usual,
        low=max(0.0, usual - band),
        high=min(1.0, usual + band),
        z=z_of(judged, base.tau2) if hours >= c.hours_learned else None,
        n=int(judged.attempts),
        excess=judged.excess,
        hours_learned=hours,
        attempts=int(mid.attempts),
        delivered=mid.delivered,
        usual_delivered=base.delivered_per_min * c.mid,
        classes=_shares(before, recent, minutes, judged.attempts) if after.pending else (),
        throttled=_throttled(recent, minutes) if after.pending else 0,
        usual_throttle=sum(usual_class(base, c_) for c_ in THROTTLES),
        sessions=surges[0],
        block=surges[1],
        label=_label(after.minutes, c),
        new_normal_since=after.new_normal_since,
    )


def _spread(p: float, n: float, tau2: float) -> float:
    """Standard deviation of the ratio of `n` attempts, with what is learned beyond chance."""
    return sqrt(p * (1 - p) / max(n, 1.0) + tau2 * p * p)


def _phase(state: DetectorState, c: DetectorConfig) -> str:
    if state.firing_since is not None:
        return "firing"
    return "pending" if state.pending >= c.pending_minutes else "normal"


def _throttled(recent: tuple[Bucket, ...], minutes: int) -> int:
    return sum(n for class_, n in class_sums(recent, minutes).items() if class_ in THROTTLES)


def _label(minutes: float, c: DetectorConfig) -> str:
    if minutes / 60.0 >= c.hours_learned:
        return ""
    seen = f"{minutes:.0f} min" if minutes < 60 else f"{minutes / 60:.1f} h"
    return f"no baseline yet ({seen} of {c.hours_learned:.0f} h)"
