"""Effective limits: PMTA's directives to numbers, and the one that binds."""

from math import inf

import pytest

from pmtatop.analysis.limits import Used, binding, limits_of
from pmtatop.model.limits import Limits
from pmtatop.model.text import SafeText


def limits(**values: str) -> Limits:
    return limits_of({SafeText(k.replace("_", "-")): SafeText(v) for k, v in values.items()})


def test_the_usual_ones() -> None:
    found = limits(
        max_smtp_out="20",
        max_msg_rate="1000/h",
        retry_after="10m,20m",
        bounce_after="4d12h",
        use_starttls="yes",
        bounce_upon_5xx_greeting="no",
        smtp_pattern_list="backoff",
    )
    assert found.connections == 20
    assert found.msg_per_min == pytest.approx(1000 / 60)
    assert found.retry_after_s == 600
    assert found.bounce_after_s == 4.5 * 86400
    assert found.use_starttls is True
    assert found.bounce_upon_5xx_greeting is False
    assert found.pattern_list == "backoff"


def test_unlimited_and_never_are_no_numbers() -> None:
    found = limits(max_smtp_out="unlimited", max_msg_rate="unlimited", retry_after="never")
    assert (found.connections, found.msg_per_min, found.retry_after_s) == (inf, inf, inf)


def test_backoff_limits_that_are_unset_are_the_normal_ones() -> None:
    found = limits(max_smtp_out="20", max_msg_rate="60/m")
    assert (found.backoff_connections, found.backoff_msg_per_min) == (20, 60)
    found = limits(max_smtp_out="20", backoff_max_smtp_out="1", backoff_max_msg_rate="30/15m")
    assert (found.backoff_connections, found.backoff_msg_per_min) == (1, 2)


@pytest.mark.parametrize("odd", ["", "many", "-3", "1e9", "20 connections", "9" * 40, "٣"])
def test_what_is_no_number_is_unknown(odd: str) -> None:
    assert limits(max_smtp_out=odd, max_msg_rate=odd, bounce_after=odd) == Limits()


def test_the_limit_that_is_used_most_binds() -> None:
    uses = (Used("queue", 2, 20), Used("vmta", 29, 30), Used("total", 100, 1200))
    found = binding(uses)
    assert found is not None
    assert found.scope == "vmta"


def test_none_binds_while_there_is_room_or_nothing_is_known() -> None:
    assert binding((Used("queue", 2, 20), Used("vmta", 500, inf))) is None
    assert binding((Used("queue", None, 20), Used("total", 5, None), Used("vmta", 0, 0))) is None
