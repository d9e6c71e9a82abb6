from dataclasses import replace

import pytest

from pmtatop.analysis.detector_state import ClassShare, Surge, Verdict
from pmtatop.analysis.diagnosis import cause_of, confidence_of, session_throttling, throttling_of
from pmtatop.analysis.findings import Context, findings_of
from pmtatop.analysis.windows import Part
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Confidence, Level, ReasonClass, Stage, Whose
from pmtatop.model.rows import Reason
from pmtatop.model.text import SafeText

C = ReasonClass
COLD = Surge(False, 0, 0, 0.0, 500)
VERDICT = Verdict(
    at=Instant(600.0), hot=True, phase="firing", pending_minutes=9, calm_minutes=0, observed=0.38,
    usual=0.12, low=0.05, high=0.19, z=6.0, n=4000, excess=1040.0, hours_learned=24.0,
    attempts=4000, delivered=2480, usual_delivered=3500.0,
    classes=(ClassShare(C.CONTENT, 1000.0, 20.0, 0.94), ClassShare(C.TLS, 70.0, 10.0, 0.06)),
    throttled=0, usual_throttle=0.004, sessions=COLD, block=COLD,
)  # fmt: skip


def reason(class_: ReasonClass, count: int, level: Level = Level.RECIPIENT) -> Reason:
    stage = Stage.GREETING if level is Level.QUEUE else Stage.DATA
    return Reason(class_, "421", None, stage, level, Whose.THEIRS, 1.0, count, SafeText("no"))


def test_all_of_the_checklist_is_high() -> None:
    assert confidence_of(VERDICT, gap_recent=False)[0] is Confidence.HIGH


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (replace(VERDICT, excess=60.0), Confidence.MEDIUM),
        (replace(VERDICT, hours_learned=12.0), Confidence.MEDIUM),
        (replace(VERDICT, hours_learned=5.0), Confidence.LOW),
        (replace(VERDICT, excess=20.0), Confidence.LOW),
        (replace(VERDICT, high=0.10), Confidence.MEDIUM),
        (replace(VERDICT, classes=(ClassShare(C.UNCLASSIFIED, 900, 1, 0.9),)), Confidence.LOW),
        (replace(VERDICT, classes=()), Confidence.LOW),
    ],
)
def test_each_missing_check_lowers_it(changed: Verdict, expected: Confidence) -> None:
    assert confidence_of(changed, gap_recent=False)[0] is expected


def test_a_recent_gap_lowers_it_and_is_named() -> None:
    level, why = confidence_of(VERDICT, gap_recent=True)
    assert level is Confidence.MEDIUM
    assert "against: a gap or restart" in why


def test_not_throttling_only_within_its_bound() -> None:
    assert throttling_of(VERDICT, C.CONTENT)[0] == "not throttling"
    few = replace(VERDICT, n=199, usual_throttle=0.05)
    for changed in (few, replace(VERDICT, throttled=40)):
        assert throttling_of(changed, C.CONTENT) == ("throttling not excluded", ())
    assert throttling_of(VERDICT, C.RATE) == ("", ())


def test_refused_sessions_rule_throttling_out_by_count() -> None:
    busy, limit = reason(C.REMOTE_FAULT, 212, Level.QUEUE), reason(C.RATE, 30, Level.QUEUE)
    assert session_throttling([busy])[0] == "not throttling"
    assert session_throttling([busy, limit])[0] == "throttling not excluded"
    assert session_throttling([reason(C.REMOTE_FAULT, 150, Level.QUEUE)])[1] == ()
    unknown = reason(C.UNCLASSIFIED, 60, Level.QUEUE)
    assert session_throttling([busy, unknown])[0] == "throttling not excluded"


def part(name: str, attempts: int, refused: int) -> Part:
    return Part(name, attempts, refused, {C.CONTENT: refused})


def test_one_source_ip_with_most_refusals_and_little_traffic_is_ours() -> None:
    parts = {"source-ip": [part("192.0.2.1", 900, 5), part("192.0.2.2", 100, 90)]}
    cause = cause_of(C.CONTENT, Whose.THEIRS, parts)
    assert (cause.scope, cause.name, cause.whose) == ("source-ip", "192.0.2.2", Whose.OURS)


def test_one_mx_host_is_theirs() -> None:
    cause = cause_of(C.CONTENT, Whose.OURS, {"mx": [part("mx1", 400, 95), part("mx2", 600, 0)]})
    assert (cause.scope, cause.whose) == ("mx", Whose.THEIRS)


def test_spread_over_all_of_them_is_the_operators_scope() -> None:
    parts = {"source-ip": [part("a", 500, 50), part("b", 500, 45)], "job": [part("j", 1000, 95)]}
    assert cause_of(C.CONTENT, Whose.THEIRS, parts).scope == "isp"


def test_findings_of_one_operator_stand_in_their_order() -> None:
    found = findings_of(VERDICT, Context(SafeText("Yahoo"), (reason(C.CONTENT, 1000),)))
    assert [f.rule for f in found] == ["deferral", "sessions", "block"]
    assert [f.hot for f in found] == [True, False, False]
    assert found[0].reason is not None
    assert (found[0].reason.class_, found[0].reason.share) == (C.CONTENT, 0.94)
    assert found[0].text == "content"


def test_calm_needs_deliveries_and_ten_calm_minutes() -> None:
    context = Context(SafeText("Yahoo"))
    calm = replace(VERDICT, hot=False, calm_minutes=10)
    assert findings_of(calm, context)[0].calm
    assert not findings_of(replace(calm, calm_minutes=9), context)[0].calm
    assert not findings_of(replace(calm, delivered=3), context)[0].calm
    silent = replace(calm, attempts=0, calm_minutes=0, delivered=0)
    assert findings_of(silent, context)[0].quiet
