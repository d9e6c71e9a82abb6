"""The bell rings once for a page that fires, and not for tickets."""

from dataclasses import replace

from pmtatop.model.alert import Alert, AlertState, Severity
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Confidence, Whose
from pmtatop.model.text import SafeText
from pmtatop.notify.bell import Bell

ALERT = Alert(
    id="deferral:n:Comcast:2025-04-01T14:00:00Z",
    rule="deferral",
    node="n",
    key="Comcast",
    severity=Severity.CRITICAL,
    page=True,
    state=AlertState.FIRING,
    pending_at=Instant(0.0),
    text=SafeText("[Comcast] ..."),
    reason=None,
    whose=Whose.THEIRS,
    scope="isp",
    confidence=Confidence.HIGH,
    confidence_why="",
)


def test_it_rings_once_for_each_page() -> None:
    bell = Bell(enabled=True)
    assert bell.rings_for([ALERT])
    assert not bell.rings_for([ALERT])
    assert bell.rings_for([ALERT, replace(ALERT, id="another")])


def test_pending_alerts_and_tickets_are_silent() -> None:
    bell = Bell(enabled=True)
    assert not bell.rings_for([replace(ALERT, state=AlertState.PENDING)])
    assert not bell.rings_for([replace(ALERT, page=False)])


def test_it_is_silent_unless_asked() -> None:
    assert not Bell(enabled=False).rings_for([ALERT])
