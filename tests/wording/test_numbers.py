"""Numbers keep their column, their unit, and never turn unknown into zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.wording.numbers import UNKNOWN, count, per_minute, percent, size, whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, UNKNOWN),
        (float("nan"), UNKNOWN),
        (float("inf"), UNKNOWN),
        (0, "0"),
        (912, "912"),
        (9120, "9,120"),
        (88_104, "88.1k"),
        (412_000, "412.0k"),
        (1_200_000, "1.2M"),
    ],
)
def test_count(value: float | None, text: str) -> None:
    assert count(value) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(None, UNKNOWN), (0.0, "0%"), (0.003, "0.3%"), (0.41, "41%"), (1.0, "100%")],
)
def test_percent(ratio: float | None, text: str) -> None:
    assert percent(ratio) == text


def test_sizes_are_powers_of_1024() -> None:
    assert size(1024**3 * 3.7) == "3.7G"
    assert size(512) == "512B"


def test_slow_rates_keep_a_decimal() -> None:
    assert per_minute(2.25) == "2.2/m"
    assert per_minute(0) == "0/m"
    assert per_minute(18_240) == "18.2k/m"


def test_whole_is_written_out() -> None:
    assert whole(88_104) == "88,104"


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_float_has_words(value: float) -> None:
    assert count(value)
    assert percent(value)


@given(st.integers(0, 10**13))
def test_a_count_fits_seven_columns(value: int) -> None:
    assert len(count(value)) <= 7
