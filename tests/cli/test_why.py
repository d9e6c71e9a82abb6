"""`why`: ten lines for the chat, true for an ISP, a domain and a queue, without addresses."""

import pytest

from tests.cli.test_commands import run
from tests.engine.conftest import Make, simulate

__all__ = ["simulate"]
pytestmark = pytest.mark.slow


@pytest.fixture
def flood(simulate: Make) -> tuple[str, ...]:
    """Where a simulator in mid-flood is: URL and accounting files."""
    _, ready = simulate(scenario="night", history_s=43200.0, max_items=500, speed=10.0)
    return (ready["url"], "--acct", ready["acct"], "--interval", "0.3")


def test_an_isp_a_domain_and_a_queue(flood: tuple[str, ...]) -> None:
    texts = [run("why", name, *flood).stdout for name in ("comcast", "comcast.net")]
    for text in texts:
        lines = text.splitlines()
        assert len(lines) <= 10
        assert "firing" in lines[0]
        assert lines[1].startswith("[Comcast] Deferral")
        assert "rate-throttling 421 4.1.0" in text
        assert "consider: " in text
        assert "they-refuse" in text
        assert "@" not in text.replace("***@", "")
    queue = run("why", "comcast.net/news-a", *flood).stdout.splitlines()
    assert queue[2].startswith("comcast.net/news-a: ")
    assert "they-refuse" in queue[2]
    assert "attempts of 15 min refused" in queue[3]


def test_a_calm_one_has_no_advice(flood: tuple[str, ...]) -> None:
    result = run("why", "Apple", *flood)
    assert result.returncode == 0
    assert result.stdout.startswith("Apple on ")
    assert "consider" not in result.stdout


def test_an_unknown_name_and_an_unreachable_node_are_one_line(flood: tuple[str, ...]) -> None:
    unknown = run("why", "nobody", *flood)
    assert unknown.returncode == 1
    assert "nobody: no ISP, domain or listed queue" in unknown.stderr
    gone = run("why", "Comcast", "127.0.0.1:1")
    assert gone.returncode == 1
    assert "unreachable" in gone.stderr
    assert len(gone.stderr.strip().splitlines()) == 1
