from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.analysis.rates import flow_rates
from pmtatop.model.instant import Instant
from pmtatop.model.polls import ConnectionCount, Flow, StatusPage

NO_CONNECTIONS = ConnectionCount(None, None, None)


def page(at: float, out: int, startup: float = 0.0) -> StatusPage:
    values: dict[str, object] = dict.fromkeys(StatusPage.__slots__)
    values |= {
        "local_now": Instant(at),
        "local_startup": Instant(startup),
        "total_in": Flow(100, 50, 1024.0),
        "total_out": Flow(out, out, out * 1024.0),
        "connections_in": NO_CONNECTIONS,
        "connections_out": NO_CONNECTIONS,
    }
    return StatusPage(**values)  # type: ignore[arg-type]


def test_rates_are_differences_over_pmtas_own_time() -> None:
    rates = flow_rates(page(0, 1000), page(30, 1600))
    assert (rates.out.rcp_per_min, rates.out.bytes_per_min) == (1200.0, 1200 * 1024.0)
    assert (rates.in_.rcp_per_min, rates.out.rcp_total) == (0.0, 1600)


@pytest.mark.parametrize("new", [page(30, 5), page(30, 2000, startup=20.0)])
def test_a_fallen_counter_or_a_new_start_is_a_gap(new: StatusPage) -> None:
    rates = flow_rates(page(0, 1000), new)
    assert rates.reset
    assert rates.out.rcp_per_min is None
    assert rates.out.rcp_total == new.total_out.recipients


def test_the_same_time_twice_is_frozen() -> None:
    rates = flow_rates(page(10, 1000), page(10, 1000))
    assert rates.frozen
    assert rates.out.rcp_per_min is None


def test_a_missing_clock_or_counter_is_unknown() -> None:
    assert flow_rates(replace(page(0, 1), local_now=None), page(9, 5)).out.rcp_per_min is None
    missing = replace(page(0, 1), total_out=Flow(None, None, None))
    assert flow_rates(missing, page(9, 5)).out.rcp_per_min is None


@given(st.lists(st.tuples(st.integers(-5, 100), st.integers(0, 10**9)), min_size=2, max_size=20))
def test_no_reading_gives_a_negative_rate(readings: list[tuple[int, int]]) -> None:
    at = 0
    pages = []
    for elapsed, out in readings:
        at += elapsed
        pages.append(page(at, out))
    for old, new in pairwise(pages):
        rate = flow_rates(old, new).out.rcp_per_min
        assert rate is None or rate >= 0
