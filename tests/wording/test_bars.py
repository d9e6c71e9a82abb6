"""Bars and sparklines have exactly their width and show a gap as a gap."""

from hypothesis import given
from hypothesis import strategies as st

from pmtatop.wording.bars import bar, sparkline

VALUES = st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), max_size=100)


@given(VALUES, st.integers(1, 60))
def test_a_sparkline_is_as_wide_as_told(values: list[float | None], width: int) -> None:
    assert len(sparkline(values, width)) == width


@given(VALUES, st.integers(1, 60))
def test_ascii_means_ascii(values: list[float | None], width: int) -> None:
    assert sparkline(values, width, ascii_only=True).isascii()


def test_a_gap_is_blank_and_zero_is_not() -> None:
    assert sparkline([0.0, None, 8.0], 3) == "▁ █"


def test_more_values_than_cells_are_averaged() -> None:
    assert sparkline([0, 0, 4, 4], 2) == "▁█"


def test_bars() -> None:
    assert bar(0.5, 4) == "██░░"
    assert bar(7.0, 4) == "████"
    assert bar(None, 4) == "····"
    assert bar(0.5, 4, ascii_only=True) == "##--"


def test_numbers_beyond_all_measure_do_not_overflow_a_mean() -> None:
    assert sparkline([1.7e308, 1.7e308], 1) == "█"
