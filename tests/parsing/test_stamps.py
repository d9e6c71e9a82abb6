"""Stamps: a time of a known form is that time in UTC, anything else is none and never an error."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.parsing.log_line import parse_log_line
from pmtatop.parsing.stamps import instant_of

NOON = 1_549_627_200.0
"""2019-02-08 12:00:00 UTC."""


@pytest.mark.parametrize(
    "stamp",
    [
        "2019-02-08 12:00:00",
        "2019-02-08 12:00:00+0000",
        "2019-02-08T12:00:00Z",
        "2019-02-08 17:30:00+05:30",
        "2019-02-08 07:00:00-0500",
        "1549627200",
        "02/08/2019 12:00:00",
        "02/08/2019 17:30:00+0530",
        "02/08/2019 06:30:00-05:30",
    ],
)
def test_an_offset_in_any_form_is_taken_into_account(stamp: str) -> None:
    assert instant_of(stamp) == NOON


@pytest.mark.parametrize(
    "stamp",
    [
        *("", " ", "now", "-1", "1e9", "inf", "nan", "123456789012", "١٥٤٩٦٢٧٢٠٠"),
        *("2019-02-30 12:00:00", "2019-02-08 25:00:00", "02/30/2019 12:00:00"),
        *("02/08/2019 12:00:00+9999", "02/08/2019 12:00:00 ", "٠٢/08/2019 12:00:00"),
        *("2019-02-08 12:00:00+0000\n", "2019-02-08 12:00:00\x1b[m", "9" * 5000),
    ],
)
def test_what_is_no_time_is_none(stamp: str) -> None:
    assert instant_of(stamp) is None


@given(
    st.text(max_size=40)
    | st.text("0123456789/-:+ TZ", max_size=30)
    | st.from_regex(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d([+-]\d\d:?\d\d)?")
    | st.from_regex(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([+-]\d{4}|Z)?", fullmatch=True)
)
def test_no_text_raises(stamp: str) -> None:
    instant = instant_of(stamp)
    assert instant is None or math.isfinite(instant)


@given(st.datetimes())
def test_a_log_line_of_any_time_keeps_its_words(moment: object) -> None:
    _, text = parse_log_line(f"{moment} queue a/b \x1b[31m".encode())
    assert text.endswith("queue a/b ␛[31m")
