import pytest

from pmtatop.analysis.baseline import (
    TAU2_HIGH,
    TAU2_LOW,
    Baseline,
    Lesson,
    baseline_from_dict,
    baseline_to_dict,
    learn,
    usual_class,
    usual_ratio,
)
from pmtatop.model.instant import Instant
from pmtatop.model.reason import ReasonClass
from tests.analysis.rows import T0


def lesson(base: Baseline, at: float, attempts: float, deferred: float) -> Lesson:
    expected = attempts * usual_ratio(base, Instant(at))
    by_class = {ReasonClass.GREYLISTING: deferred}
    return Lesson(Instant(at), attempts, deferred, expected, by_class, 5, 10, 400, 0)


def taught(hours: int, usual: float, burst: float, attempts: float = 500.0) -> Baseline:
    base = Baseline()
    for five in range(hours * 12):
        at = T0 + 300.0 * five + 150
        ratio = burst if at // 60 % 60 < 10 else usual
        base = learn(base, lesson(base, at, attempts, attempts * ratio))
    return base


def test_a_new_operator_is_taken_for_three_per_cent() -> None:
    assert usual_ratio(Baseline(), Instant(T0)) == pytest.approx(0.03)


def test_the_first_ten_minutes_of_the_hour_have_their_own_usual() -> None:
    base = taught(96, 0.02, 0.20)
    assert usual_ratio(base, Instant(T0 + 300)) == pytest.approx(0.20, rel=0.25)
    assert usual_ratio(base, Instant(T0 + 1500)) == pytest.approx(0.02, rel=0.5)


def test_a_night_is_learned_apart_from_the_day() -> None:
    base = Baseline()
    for five in range(12 * 24 * 10):
        at = T0 + 300.0 * five
        night = at // 3600 % 24 < 6
        base = learn(base, lesson(base, at, 500, 100 if night else 10))
    assert usual_ratio(base, Instant(T0 + 3 * 3600)) > 0.12
    assert usual_ratio(base, Instant(T0 + 12 * 3600)) < 0.05


def test_one_burst_teaches_no_more_than_its_clip() -> None:
    base = taught(24, 0.02, 0.02)
    once = learn(base, lesson(base, T0 + 600, 500, 500))
    clip = 4 * 500 * usual_ratio(base, Instant(T0 + 600)) + 10
    assert once.deferred - base.deferred <= clip


def test_one_mailing_does_not_own_the_baseline() -> None:
    base = learn(Baseline(), lesson(Baseline(), T0, 10**6, 30_000))
    assert base.attempts == 5000


def test_overdispersion_stays_in_its_bounds() -> None:
    calm, wild = taught(200, 0.05, 0.05), Baseline()
    for five in range(3000):
        wild = learn(wild, lesson(wild, T0 + 300.0 * five, 500, 300 if five % 7 == 0 else 0))
    assert calm.tau2 == TAU2_LOW
    assert 0.35 < wild.tau2 <= TAU2_HIGH


def test_a_class_has_its_own_usual() -> None:
    base = taught(24, 0.05, 0.05)
    assert usual_class(base, ReasonClass.GREYLISTING) == pytest.approx(0.05, rel=0.1)
    assert usual_class(base, ReasonClass.CONTENT) < 0.001


def test_saved_and_read_again_it_is_the_same() -> None:
    base = taught(30, 0.05, 0.1)
    assert baseline_from_dict(baseline_to_dict(base)) == base
    assert baseline_from_dict({"unheard": 1}) == Baseline()
