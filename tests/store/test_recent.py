"""Series: gaps stay gaps, old points fall out, older points can be put in front."""

from pmtatop.model.instant import Instant
from pmtatop.store.recent import RecentSeries


def at(seconds: float) -> Instant:
    return Instant(1_000_000.0 + seconds)


def test_levels_are_means_and_gaps_are_none() -> None:
    series = RecentSeries()
    for second, value in ((0, 1.0), (5, 3.0), (20, 8.0)):
        series.add("out", at(second), value)
    assert series.levels("out", at(0), at(30), 3) == (2.0, None, 8.0)


def test_a_gap_that_was_recorded_is_no_zero() -> None:
    series = RecentSeries()
    series.add("out", at(0), None)
    assert series.levels("out", at(0), at(10), 1) == (None,)


def test_a_point_from_the_past_is_refused() -> None:
    series = RecentSeries()
    series.add("out", at(10), 1.0)
    series.add("out", at(5), 9.0)
    assert series.levels("out", at(0), at(20), 1) == (1.0,)


def test_seeding_puts_only_older_points_in_front() -> None:
    series = RecentSeries()
    series.add("out", at(60), 5.0)
    series.seed("out", [(at(0), 1.0), (at(60), 100.0)])
    series.add("out", at(120), 7.0)
    assert series.levels("out", at(0), at(180), 3) == (1.0, 5.0, 7.0)


def test_memory_is_bounded() -> None:
    series = RecentSeries(keep_s=100)
    for second in range(10_000):
        series.add("out", at(second), 1.0)
    assert len(series._times["out"]) <= 200
