"""What the product says of each scenario: class, whose, scope, and nothing of the harmless ones."""

from collections.abc import Awaitable, Callable

import pytest

from pmtatop.model.alert import Alert, AlertState
from pmtatop.model.view import View
from tests.engine.conftest import Make, simulate
from tests.engine.test_against_simulator import snapshot

__all__ = ["simulate"]
pytestmark = pytest.mark.slow

See = Callable[[str], Awaitable[View]]


@pytest.fixture
def see(simulate: Make) -> See:
    """The View half an hour into a scenario, half a day of files behind it."""

    async def look(scenario: str) -> View:
        simulator, ready = simulate(scenario=scenario, history_s=43200.0, max_items=1000)
        simulator.advance(25 * 60)
        return await snapshot(ready)

    return look


def firing(view: View) -> list[Alert]:
    """What fires beside the note that a text is new."""
    found = [alert for alert in view.alerts if alert.state is AlertState.FIRING]
    return [alert for alert in found if alert.rule != "new-reply"]


EXPECTED = [
    # scenario, rule, key, class, whose, scope
    ("att-tls", "sessions", "AT&T", "tls", "unknown", "isp"),
    ("dane-mismatch", "sessions", "GMX", "tls", "unknown", "isp"),
    ("one-ip-blocked", "block", "Microsoft", "reputation-blocklist", "ours", "source-ip"),
    ("greeting-5xx", "block", "T-Online", "reputation-blocklist", "ours", "isp"),
    ("customer-spam", "block", "Gmail", "content-spam", "ours", "sender-domain"),
    ("resolver-half-dead", "many-domains", "dns-mx", "dns-mx", "ours", "node"),
]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: row[0])
async def test_the_cause_is_named(see: See, expected: tuple[str, ...]) -> None:
    view = await see(expected[0])
    found = [
        (a.rule, a.key, a.reason.class_ if a.reason else None, a.whose, a.scope)
        for a in firing(view)
    ]
    assert found == [expected[1:]]
    (alert,) = firing(view)
    assert len(alert.text) <= 120
    assert alert.advice
    assert alert.advice[0].not_


async def test_the_blocked_address_is_named(see: See) -> None:
    (alert,) = firing(await see("one-ip-blocked"))
    assert alert.source_ip == "198.51.100.22"
    assert alert.reason is not None
    assert alert.reason.share == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    "scenario", ["calm", "old-tail", "yahoo-closes-after-20", "odd-names", "empty"]
)
async def test_nothing_is_said_of_what_is_harmless(see: See, scenario: str) -> None:
    view = await see(scenario)
    assert view.alerts == ()
    told = {queue.verdict.kind for queue in view.queues if queue.verdict}
    assert told <= {"draining", "no-evidence", "waiting-retry", "quiet", "recipient-side"}


async def test_a_new_text_is_a_note_and_makes_no_operator_fire(see: See) -> None:
    view = await see("customer-spam")
    notes = [alert for alert in view.alerts if alert.rule == "new-reply"]
    assert any(note.isp == "Yahoo" and "[PH01]" in note.text for note in notes)
    assert not any(note.page for note in notes)
    assert {isp.state for isp in view.isps if isp.name == "Yahoo"} == {"normal"}
