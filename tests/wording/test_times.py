"""Durations fit their column, ages say how far they are proven, times name their zone."""

from zoneinfo import ZoneInfo

import pytest

from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age
from pmtatop.wording.times import age_bracket, age_rank, clock_time, duration, rfc3339, zone_name

AT = Instant(1743517930.0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0, "0s"), (59.9, "59s"), (60, "1m"), (7500, "2h05"), (86400 * 41, "41d")],
)
def test_duration(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_an_age_with_no_upper_end_says_so() -> None:
    assert age_bracket(Age(2700, None, "ladder")) == ">45m"
    assert age_bracket(Age(900, 3600, "ladder")) == "15m-1h"
    assert age_bracket(Age(0, 900, "ladder")) == "<15m"
    assert age_bracket(Age(2700, 2700, "listqueue")) == "45m"
    assert age_bracket(Age()) == "–"


def test_full_mailboxes_do_not_hide_the_age_of_fresh_mail() -> None:
    mixed = Age(400_000, None, "last-attempt", 1320)
    full = Age(400_000, None, "last-attempt", None)
    assert age_bracket(mixed) == ">22m"
    assert age_bracket(full) == "(>4d)"
    ranks = [age_rank(age) for age in (full, Age(0, 900, "ladder"), mixed)]
    assert ranks == sorted(ranks, key=lambda rank: rank or 0.0)


def test_times_are_utc_unless_told() -> None:
    assert rfc3339(AT) == "2025-04-01T14:32:10Z"
    assert rfc3339(Instant(AT + 0.25)) == "2025-04-01T14:32:10.250Z"
    assert clock_time(AT) == "14:32:10"
    berlin = ZoneInfo("Europe/Berlin")
    assert (clock_time(AT, berlin), zone_name(berlin, AT)) == ("16:32:10", "CEST")
