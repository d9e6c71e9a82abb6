"""Health is the node's own answer, and says why when there is none."""

import pytest

from pmtatop.model.instant import Instant
from pmtatop.model.view import Node, View, Window
from pmtatop.serve.health import health_of

AT = Instant(1743517930.0)


@pytest.mark.parametrize(
    ("state", "ok"),
    [
        ("running", True),
        ("shutting-down", True),
        ("starting", False),
        ("stale", False),
        ("denied", False),
        ("unreachable", False),
    ],
)
def test_only_a_node_that_answers_is_healthy(state: str, ok: bool) -> None:
    view = View(AT, Window(AT, AT), Node("mta1", "http://x", state=state, detail="refused"))
    health = health_of(view)
    assert health.ok is ok
    assert health.text.startswith(f"mta1: {state}")
    assert ok or "refused" in health.text
