from hypothesis import given
from hypothesis import strategies as st

from pmtatop.alerts.line import alert_line
from pmtatop.analysis.finding import Finding
from pmtatop.model.alert import AlertReason, AlertState
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Confidence, ReasonClass, Stage
from pmtatop.model.text import SafeText

CONTENT = AlertReason(ReasonClass.CONTENT, "5.7.1", Stage.DATA, 0.94, None)
BUSY = AlertReason(ReasonClass.REMOTE_FAULT, None, Stage.GREETING, 0.94, None)
DEFERRAL = Finding(
    "deferral", "Yahoo", Instant(0.0), True, observed=0.38, usual=0.12, n=4102, reason=CONTENT,
    text="content", excludes="not throttling", confidence=Confidence.HIGH,
)  # fmt: skip
SESSIONS = Finding(
    "sessions", "Yahoo", Instant(0.0), True, observed=212.0, usual=4.0, n=212, delivered=0,
    unit="count", reason=BUSY, text="421 handshake", excludes="not throttling",
    confidence=Confidence.HIGH,
)  # fmt: skip


def test_the_line_of_a_deferral() -> None:
    assert alert_line(DEFERRAL, 9.0) == (
        "[Yahoo] Deferral 12% -> 38% (n 4,102, 9 min): 94% is content, not throttling. HIGH. "
        "Consider: find and pause the job"
    )


def test_the_line_of_refused_sessions() -> None:
    assert alert_line(SESSIONS, 9.0) == (
        "[Yahoo] Sessions refused 4 -> 212, 0 ok (9 min): 94% is 421 handshake, not throttling. "
        "HIGH. Consider: wait for retry"
    )


def test_nothing_is_advised_while_it_is_only_pending() -> None:
    assert "Consider" not in alert_line(DEFERRAL, 4.0, AlertState.PENDING)


def test_an_unknown_cause_is_called_so() -> None:
    bare = Finding("deferral", "Yahoo", Instant(0.0), True, observed=0.38, usual=0.12, n=40)
    assert "cause unknown. LOW." in alert_line(bare, 9.0)


@given(st.text(min_size=1, max_size=300), st.floats(0, 1e6), st.sampled_from(list(AlertState)))
def test_no_name_makes_the_line_longer_than_120(
    key: str, minutes: float, state: AlertState
) -> None:
    finding = Finding(
        "deferral", key, Instant(0.0), True, reason=CONTENT, text="content", label="no baseline yet"
    )
    assert len(alert_line(finding, minutes, state)) <= 120
    assert isinstance(SafeText(alert_line(finding, minutes, state)), str)
