"""The age ladder asks little and claims no more than was proven."""

import pytest

from pmtatop.analysis.ladder import FRESH_S, RUNGS, STALE_S, Answer, Ladder
from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age

NOW = Instant(1_700_000_000.0)


def climbed(age_s: float, busy: bool = False) -> tuple[Ladder, int]:
    """The ladder after all its questions about a queue whose oldest message is `age_s` old."""
    ladder, asked = Ladder(), 0
    seconds = dict(RUNGS)
    while (rung := ladder.next_rung(NOW)) is not None:
        ladder = ladder.answered(rung, Answer(NOW, age_s >= seconds[rung], busy))
        asked += 1
    return ladder, asked


@pytest.mark.parametrize(
    ("age_s", "low", "high", "asked"),
    [
        (5.0, 0.0, 900.0, 2),
        (1000.0, 900.0, 3600.0, 2),
        (4000.0, 3600.0, 14400.0, 2),
        (20000.0, 14400.0, 86400.0, 3),
        (200000.0, 86400.0, None, 3),
    ],
)
def test_the_bracket(age_s: float, low: float, high: float | None, asked: int) -> None:
    ladder, questions = climbed(age_s)
    assert ladder.age(NOW) == Age(low, high, "ladder")
    assert questions == asked


def test_a_no_beside_busy_queues_bounds_nothing() -> None:
    ladder, _ = climbed(1000.0, busy=True)
    assert ladder.age(NOW) == Age(900.0, None, "ladder")


def test_nothing_asked_nothing_known() -> None:
    assert Ladder().age(NOW) == Age()


def test_answers_age() -> None:
    ladder, _ = climbed(1000.0)
    later, last = Instant(NOW + FRESH_S + 1), Instant(NOW + STALE_S + 1)
    assert ladder.next_rung(later) == "1h"
    assert ladder.age(later).min_s == 900.0
    assert ladder.age(last) == Age()
