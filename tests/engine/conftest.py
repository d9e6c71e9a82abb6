"""A simulator whose time stands still, on real sockets and real files."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pmtatop.simulator import SimulationOptions, Simulator

START = datetime(2025, 4, 1, 14, 0, tzinfo=UTC)

Make = Callable[..., tuple[Simulator, dict[str, Any]]]


@pytest.fixture
def simulate(tmp_path: Path) -> Iterator[Make]:
    """Start simulators; they are stopped with the test."""
    started: list[Simulator] = []

    def make(**options: Any) -> tuple[Simulator, dict[str, Any]]:
        given: dict[str, Any] = {
            "speed": 0.0,
            "start": START,
            "max_items": 1000,
            "history_s": 1200.0,
        } | options
        simulator = Simulator(SimulationOptions(tmp_path / f"pmta{len(started)}", **given))
        started.append(simulator)
        return simulator, simulator.start()

    yield make
    for simulator in started:
        simulator.stop()
