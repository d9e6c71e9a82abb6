"""Memory: growth, the limit it meets, and what the queue does not explain."""

from collections.abc import Callable

import pytest

from pmtatop.analysis.memory import MemoryBook, Point, eta_s, fitted
from pmtatop.model.instant import Instant

T0 = 1_700_000_000.0
MIB = 2.0**20


def lived(
    minutes: int, resident: Callable[[int], float], queued: Callable[[int], float]
) -> MemoryBook:
    book = MemoryBook()
    for minute in range(minutes):
        book.add(Point(Instant(T0 + 60 * minute), resident(minute), queued(minute)))
    return book


def at(minutes: int) -> Instant:
    return Instant(T0 + 60.0 * (minutes - 1))


def test_a_leak_at_a_constant_queue_is_unexplained() -> None:
    book = lived(120, lambda m: 400 * MIB + max(0, m - 80) * 5 * MIB, lambda m: 1000.0)
    assert book.slope_per_hour(at(120)) == pytest.approx(300 * MIB, rel=0.2)
    assert book.unexplained_ratio(at(120)) == pytest.approx(195 / 595, rel=0.1)


def test_growth_with_the_queue_is_explained() -> None:
    book = lived(120, lambda m: 400 * MIB + m * 4096.0 * 100, lambda m: m * 100.0)
    assert book.unexplained_ratio(at(120)) == pytest.approx(0.0, abs=0.001)
    assert (book.slope_per_hour(at(120)) or 0.0) > 0


def test_a_size_that_stands_still_grows_by_nothing() -> None:
    book = lived(120, lambda m: 400 * MIB, lambda m: 1000.0 + m)
    assert book.slope_per_hour(at(120)) == 0.0
    assert book.unexplained_ratio(at(120)) == 0.0


def test_one_wild_reading_does_not_make_a_slope() -> None:
    book = lived(60, lambda m: 4000 * MIB if m == 30 else 400 * MIB, lambda m: 1000.0)
    assert book.slope_per_hour(at(60)) == 0.0


def test_a_few_points_say_nothing() -> None:
    book = lived(10, lambda m: 400 * MIB + m, lambda m: 0.0)
    assert book.slope_per_hour(at(10)) is None
    assert book.unexplained_ratio(at(10)) is None


def test_a_shrinking_size_has_no_eta_and_a_growing_one_meets_the_limit() -> None:
    assert eta_s(100.0, 200.0, 50.0) == 7200.0
    assert eta_s(100.0, 200.0, -50.0) is None
    assert eta_s(100.0, None, 50.0) is None
    assert eta_s(300.0, 200.0, 50.0) is None


def test_more_recipients_never_explain_less_memory() -> None:
    points = [Point(Instant(T0 + i), 100.0 - i, float(i)) for i in range(20)]
    assert fitted(points)[1] == 0.0
