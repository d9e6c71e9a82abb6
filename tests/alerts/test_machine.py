from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.alerts.machine import AlertBook, AlertRules, advance
from pmtatop.alerts.quiet import MaintenanceRule, Match, QuietRules, SilenceRule, SuppressWindow
from pmtatop.analysis.finding import Finding
from pmtatop.model.alert import Affected, Alert, AlertState, Evidence
from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText

RULES = AlertRules()
T0 = 1_700_006_400.0
HOT = Finding(
    "deferral", "Yahoo", Instant(T0), True, observed=0.4, usual=0.1, n=900, isp=SafeText("Yahoo"),
    evidence=(Evidence(Instant(T0), SafeText("seen")),),
)  # fmt: skip
CALM = replace(HOT, hot=False, calm=True, delivered=400, observed=0.1)
LUKEWARM = replace(HOT, hot=False)
SILENT = replace(HOT, hot=False, quiet=True)


def run(
    plan: list[tuple[int, Finding]], rules: AlertRules = RULES, book: AlertBook | None = None
) -> AlertBook:
    """Advance by a minute per finding: (minute, finding) in the order given."""
    book = book or AlertBook()
    for minute, finding in plan:
        now = Instant(T0 + 60.0 * minute)
        book = advance(book, [replace(finding, at=now)], now, "n1", rules)
    return book


def stretch(finding: Finding, first: int, count: int) -> list[tuple[int, Finding]]:
    return [(first + i, finding) for i in range(count)]


def only(book: AlertBook) -> Alert:
    (alert,) = book.alerts()
    return alert


def test_pending_is_shown_from_three_minutes_and_fires_at_eight() -> None:
    assert run(stretch(HOT, 0, 3)).alerts() == ()
    assert only(run(stretch(HOT, 0, 4))).state is AlertState.PENDING
    assert only(run(stretch(HOT, 0, 8))).state is AlertState.PENDING
    assert only(run(stretch(HOT, 0, 9))).state is AlertState.FIRING


def test_the_detectors_own_hot_minutes_count() -> None:
    alert = only(run([(0, replace(HOT, hot_minutes=8))]))
    assert (alert.state, alert.pending_at) == (AlertState.FIRING, T0 - 480)


def test_pending_that_cools_is_forgotten() -> None:
    assert run([*stretch(HOT, 0, 6), (6, LUKEWARM)]).entries == {}


def test_the_id_names_rule_node_key_and_time_of_pending_and_is_stable() -> None:
    plan = [*stretch(HOT, 0, 20), *stretch(CALM, 20, 5)]
    ids = {only(run(plan[:n])).id for n in range(4, len(plan))}
    assert ids == {"deferral:n1:Yahoo:2023-11-15T00:00:00Z"}


def test_evidence_is_frozen_at_firing_and_advice_waits_for_it() -> None:
    later = replace(HOT, evidence=(Evidence(Instant(T0), SafeText("later")),))
    pending = only(run(stretch(HOT, 0, 6)))
    alert = only(run([*stretch(HOT, 0, 10), *stretch(later, 10, 5)]))
    assert pending.evidence == ()
    assert [e.text for e in alert.evidence] == ["seen"]
    assert "Consider" not in pending.text
    assert "Consider" in alert.text


def test_it_resolves_only_on_evidence_of_delivery() -> None:
    fired = run(stretch(HOT, 0, 10))
    assert only(run(stretch(LUKEWARM, 10, 60), book=fired)).state is AlertState.FIRING
    quiet = run(stretch(SILENT, 10, 600), book=fired)
    assert only(quiet).state is AlertState.QUIET
    resolved = only(run([(611, CALM)], book=quiet))
    assert (resolved.state, resolved.resolved_at) == (AlertState.RESOLVED, T0 + 611 * 60)


def test_quiet_says_when_the_next_try_is() -> None:
    retry = replace(SILENT, retry_at=Instant(T0 + 4 * 3600 + 600))
    alert = only(run([*stretch(HOT, 0, 10), (10, retry)]))
    assert alert.timeline[-1].text == "no attempts to judge by, next 04:10 UTC"


def test_an_alert_of_which_nothing_is_read_any_more_is_quiet() -> None:
    book = run(stretch(HOT, 0, 10))
    assert only(advance(book, [], Instant(T0 + 540 + 901), "n1", RULES)).state is AlertState.QUIET


def test_one_incident_that_comes_back_within_an_hour_is_one_alert() -> None:
    plan = [*stretch(HOT, 0, 10), *stretch(CALM, 10, 2), *stretch(HOT, 60, 9)]
    alert = only(run(plan))
    assert alert.state is AlertState.FIRING
    assert (alert.fired_at, alert.resolved_at) == (T0 + 480, None)
    assert [e.text for e in alert.timeline][-1] == "fires again"


def test_after_an_hour_it_is_another_alert_and_the_old_one_stays_a_day() -> None:
    plan = [*stretch(HOT, 0, 10), *stretch(CALM, 10, 2), *stretch(HOT, 90, 9)]
    book = run(plan)
    assert [a.state for a in book.alerts()] == [AlertState.FIRING, AlertState.RESOLVED]
    late = run([*plan, *stretch(CALM, 99, 2), (99 + 24 * 60, LUKEWARM)])
    assert len(late.alerts()) == 1
    assert run([(99 + 49 * 60, LUKEWARM)], book=late).alerts() == ()


def test_a_window_holds_and_what_is_still_hot_at_its_end_fires_then() -> None:
    window = SuppressWindow("top of the hour", (0, 14), match=Match(isp="Yahoo"))
    rules = AlertRules(quiet=QuietRules((window,)))
    held = only(run(stretch(HOT, 0, 15), rules))
    assert held.state is AlertState.HELD
    assert held.suppressed_by is not None
    assert (held.suppressed_by.name, held.suppressed_by.until) == ("top of the hour", T0 + 900)
    fired = only(run(stretch(HOT, 0, 16), rules))
    assert (fired.state, fired.fired_at, fired.suppressed_by) == (
        AlertState.FIRING, T0 + 900, None,
    )  # fmt: skip


def test_a_large_backlog_fires_inside_the_window() -> None:
    rules = AlertRules(quiet=QuietRules((SuppressWindow("w", (0, 59)),)))
    big = replace(HOT, affected=Affected(queued=50_001))
    assert only(run(stretch(big, 0, 10), rules)).state is AlertState.FIRING
    assert only(run(stretch(HOT, 0, 10), rules)).state is AlertState.HELD


def test_a_window_of_another_operator_holds_nothing() -> None:
    rules = AlertRules(quiet=QuietRules((SuppressWindow("w", (0, 59), match=Match(isp="GMX")),)))
    assert only(run(stretch(HOT, 0, 10), rules)).state is AlertState.FIRING


@pytest.mark.parametrize(("minute", "open_"), [(54, False), (55, True), (3, True), (4, False)])
def test_a_window_may_pass_the_full_hour(minute: int, open_: bool) -> None:
    ends = SuppressWindow("w", (55, 3)).ends(Instant(T0 + minute * 60))
    assert (ends is not None) == open_


def test_silence_and_maintenance_suppress_until_their_end() -> None:
    silence = SilenceRule("s", "ann", "known", Instant(T0 + 1200))
    work = MaintenanceRule("m", Instant(T0), Instant(T0 + 1200), "n1")
    for quiet in (QuietRules(silences=(silence,)), QuietRules(maintenance=(work,))):
        rules = AlertRules(quiet=quiet)
        assert only(run(stretch(HOT, 0, 12), rules)).state is AlertState.SUPPRESSED
        assert only(run(stretch(HOT, 0, 21), rules)).state is AlertState.FIRING


def test_a_restart_inhibits_for_ten_minutes_but_never_a_block() -> None:
    restart = Finding("restart", "n1", Instant(T0), True)
    both = [restart, replace(HOT, hot_minutes=9), replace(HOT, rule="block", hot_minutes=9)]
    book = advance(AlertBook(), both, Instant(T0), "n1", RULES)
    states = {a.rule: a.state for a in book.alerts()}
    assert states == {
        "restart": AlertState.FIRING,
        "deferral": AlertState.SUPPRESSED,
        "block": AlertState.FIRING,
    }
    after = Instant(T0 + 601)
    later = advance(book, [replace(HOT, at=after, hot_minutes=19)], after, "n1", RULES)
    assert {a.rule: a.state for a in later.alerts()}["deferral"] is AlertState.FIRING


def test_pages_are_few_and_named() -> None:
    assert only(run(stretch(HOT, 0, 10))).page
    assert not RULES.policy("memory").page
    assert not RULES.policy("never heard of").page


@given(st.lists(st.sampled_from([HOT, CALM, LUKEWARM, SILENT]), max_size=80))
def test_no_order_of_findings_breaks_the_machine(findings: list[Finding]) -> None:
    book = AlertBook()
    for minute, finding in enumerate(findings):
        now = Instant(T0 + 60.0 * minute)
        book = advance(book, [replace(finding, at=now)], now, "n1", RULES)
        for alert in book.alerts():
            assert (alert.resolved_at is not None) == (alert.state is AlertState.RESOLVED)
            if alert.state is not AlertState.PENDING:
                assert alert.fired_at is not None
            assert len(alert.text) <= 120
