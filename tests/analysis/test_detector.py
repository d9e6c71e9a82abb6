import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmtatop.analysis.detector import (
    DetectorConfig,
    DetectorState,
    Verdict,
    state_from_dict,
    state_to_dict,
    step,
)
from pmtatop.analysis.sample import Sample
from pmtatop.analysis.unusual import wilson_high, wilson_low
from pmtatop.model.instant import Instant
from pmtatop.model.reason import ReasonClass
from tests.analysis.rows import T0, minutes

CONFIG = DetectorConfig()
DAY = 1440


def run(samples: list[Sample], state: DetectorState | None = None) -> list[Verdict]:
    return walk(samples, state)[1]


def walk(
    samples: list[Sample], state: DetectorState | None = None
) -> tuple[DetectorState, list[Verdict]]:
    state, said = state or DetectorState(), []
    for sample in samples:
        state, verdict = step(state, sample, CONFIG)
        said.append(verdict)
    return state, said


def flat(count: int, start: int = 0, **changes: int) -> list[Sample]:
    values: dict[str, Any] = {"attempts": 100, "deferred": 5, "delivered": 95} | changes
    return [Sample(Instant(T0 + 60.0 * (start + i + 1)), **values) for i in range(count)]


@pytest.mark.parametrize("seed", range(6))
def test_a_calm_week_with_hourly_bursts_never_fires(seed: int) -> None:
    burst = (0.0, 0.25)[seed % 2]
    said = run(list(minutes(seed, 4 * DAY, 10.0 + 12 * seed, 0.02 + 0.02 * seed, burst)))
    assert not [v for v in said if v.phase == "firing"]


@pytest.mark.parametrize("seed", range(6))
def test_a_step_fires_within_twelve_minutes_of_the_history_of_a_day(seed: int) -> None:
    samples = list(minutes(seed, DAY + 12, 60.0, 0.05, 0.2, (DAY, DAY + 12, 0.5)))
    said = run(samples)
    assert said[-1].phase == "firing"
    assert all(v.phase == "normal" for v in said[:DAY])
    explains = said[-1].explains
    assert explains is not None
    assert explains.class_ is ReasonClass.CONTENT


def test_pending_shows_at_three_minutes_and_fires_at_eight() -> None:
    said = run([*flat(DAY), *flat(12, DAY, deferred=60, delivered=40)])[DAY:]
    first = next(i for i, v in enumerate(said) if v.hot)
    phases = [v.phase for v in said[first : first + 8]]
    assert phases == ["normal"] * 2 + ["pending"] * 5 + ["firing"]


def test_a_class_alone_can_be_hot_while_the_ratio_is_nearly_usual() -> None:
    calm: dict[str, Any] = {"attempts": 400, "deferred": 40, "delivered": 360}
    usual = [Sample(s.at, **calm, by_class={ReasonClass.GREYLISTING: 40}) for s in flat(DAY)]
    other = {ReasonClass.GREYLISTING: 24, ReasonClass.CONTENT: 20}
    shifted = [Sample(s.at, 400, 44, 356, by_class=other) for s in flat(20, DAY)]
    said = run([*usual, *shifted])
    assert said[DAY - 1].phase == "normal"
    assert said[-1].phase == "firing"


def test_mailboxes_that_fill_up_are_not_the_operators_doing() -> None:
    full = [
        Sample(s.at, 400, 44, 356, by_class={ReasonClass.MAILBOX_FULL: 44}) for s in flat(12, DAY)
    ]
    assert run([*flat(DAY, attempts=400, deferred=40), *full])[-1].phase == "normal"


def test_nothing_is_judged_by_z_before_six_hours() -> None:
    said = run(flat(400))
    assert all(v.z is None for v in said[: 6 * 60 - 1])
    assert said[-1].z is not None
    assert said[36].label == "no baseline yet (37 min of 6 h)"
    assert said[-1].label == ""


def test_the_first_night_has_an_absolute_rule() -> None:
    third = run(flat(20, attempts=60, deferred=30, delivered=30))
    assert third[-1].phase == "firing"
    few = run(flat(20, attempts=12, deferred=6, delivered=6))
    assert few[-1].phase == "normal"


def test_no_attempts_are_not_calm() -> None:
    hot = [*flat(DAY), *flat(12, DAY, deferred=60, delivered=40)]
    silent = flat(60, DAY + 12, attempts=0, deferred=0, delivered=0)
    said = run([*hot, *silent])
    assert said[-1].phase == "firing"
    assert (said[-1].attempts, said[-1].calm_minutes) == (0, 0)
    assert run([*hot, *silent, *flat(40, DAY + 72)])[-1].phase == "normal"


def test_an_incident_is_not_learned() -> None:
    state, _ = walk([*flat(DAY), *flat(600, DAY, deferred=60, delivered=40)])
    assert state.firing_since is not None
    calm, said = walk(flat(60, DAY + 600), state)
    assert said[-1].usual < 0.07
    assert calm.firing_since is None


def test_a_level_that_stays_a_day_becomes_the_new_normal() -> None:
    said = run([*flat(DAY), *flat(3 * DAY, DAY, deferred=40, delivered=60)])
    assert said[DAY + 30].new_normal_since is None
    assert said[DAY + 25 * 60].new_normal_since is not None
    assert said[-1].usual > 0.25


def test_a_missing_bucket_is_not_a_zero() -> None:
    gap = [*flat(DAY), *flat(6, DAY, deferred=60, delivered=40)]
    after = flat(2, DAY + 200, deferred=60, delivered=40)
    said = run([*gap, *after])
    assert said[-1].pending_minutes < 6
    assert run([*flat(DAY), *flat(5, DAY + 300)])[-1].usual == pytest.approx(0.05, abs=0.02)


def test_a_sample_that_is_not_newer_changes_nothing() -> None:
    state, said = walk([*flat(DAY), *flat(5, DAY, deferred=60, delivered=40)])
    again, verdict = step(state, flat(1, DAY + 4)[0], CONFIG)
    assert again == state
    assert verdict.pending_minutes == said[-1].pending_minutes


def test_where_deferrals_are_not_logged_no_ratio_is_judged() -> None:
    samples = [Sample(s.at, 100, None, 100) for s in flat(60)]
    assert run(samples)[-1].n == 0


def test_first_tries_are_judged_where_they_are_known() -> None:
    retried = {"deferred": 80, "delivered": 20, "first_attempts": 20, "first_deferred": 1}
    said = run([*flat(DAY), *flat(20, DAY, **retried)])
    assert said[-1].phase == "normal"


def test_refused_sessions_without_a_delivery_are_hot() -> None:
    silent = {"attempts": 0, "deferred": 0, "delivered": 0, "refused": 20}
    said = run([*flat(300), *flat(9, 300, **silent)])
    assert said[-1].sessions.hot
    assert said[-1].sessions.observed > 100
    assert not run([*flat(300), *flat(9, 300, refused=20)])[-1].sessions.hot
    assert not run(flat(9, **silent))[-1].sessions.hot


def test_recipients_lost_for_good_are_hot_within_two_minutes() -> None:
    said = run([*flat(300), *flat(3, 300, lost=30, bounced=30)])
    assert [v.block.hot for v in said[-3:]] == [True, True, True]
    assert said[-1].block.observed == 90


@pytest.mark.parametrize("cut", [1, 700, DAY - 3, DAY + 6])
def test_save_load_go_on_is_the_same_as_uninterrupted(cut: int) -> None:
    samples = list(minutes(3, DAY + 20, 50.0, 0.05, 0.1, (DAY, DAY + 20, 0.5)))
    state, before = walk(samples[:cut])
    loaded = state_from_dict(json.loads(json.dumps(state_to_dict(state))))
    assert loaded == state
    assert before + run(samples[cut:], loaded) == run(samples)


def test_a_state_of_another_version_starts_anew() -> None:
    assert state_from_dict({"version": 0}) == DetectorState()


def test_the_state_of_one_operator_is_small() -> None:
    state, _ = walk(list(minutes(1, DAY, 50.0, 0.05, 0.1)))
    assert len(json.dumps(state_to_dict(state))) < 16_384


def test_wilson_bounds_of_a_known_case() -> None:
    # 30 of 100 at 95%: 0.2189 to 0.3958 (Wilson 1927, as in any table).
    assert wilson_low(30, 100, 1.96) == pytest.approx(0.2189, abs=5e-4)
    assert wilson_high(30, 100, 1.96) == pytest.approx(0.3958, abs=5e-4)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(-2, 400), st.integers(0, 10**6), st.integers(0, 10**6)), max_size=60
    )
)
def test_no_sequence_of_counts_breaks_it(steps: list[tuple[int, int, int]]) -> None:
    state, at = DetectorState(), T0
    for gap, n, d in steps:
        at += 60.0 * gap
        deferred = min(n, d)
        state, verdict = step(state, Sample(Instant(at), n, deferred, n - deferred), CONFIG)
        assert 0.0 <= verdict.low <= verdict.usual <= verdict.high <= 1.0
        assert verdict.phase in ("normal", "pending", "firing")
