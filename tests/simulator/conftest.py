"""Worlds without files and simulators without a clock: time moves only by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pmtatop.simulator import SCENARIOS, SimulationOptions, Simulator
from pmtatop.simulator.world import World
from tests.simulator.reading import Heard

START = datetime(2025, 4, 1, 14, 0, tzinfo=UTC)
"""A Tuesday afternoon."""

Lived = Callable[..., tuple[World, Heard]]
Made = Callable[..., Simulator]


@pytest.fixture
def lived() -> Lived:
    """A world that has lived `seconds` since START (and `before` it), and what was heard."""

    def live(
        seconds: int, scenario: str = "calm", before: int = 0, **options: Any
    ) -> tuple[World, Heard]:
        start = int(START.timestamp())
        heard = Heard()
        world = World(
            *(options.pop("seed", 1), start - before, start),
            *(SCENARIOS[scenario], heard.rows, heard.log),
            **options,
        )
        world.advance(start + seconds)
        return world, heard

    return live


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Simulators whose time stands still, each in a folder of its own; stopped with the test."""
    started: list[Simulator] = []

    def make(**options: Any) -> Simulator:
        folder = tmp_path / f"pmta{len(started)}"
        given = {"directory": folder, "speed": 0.0, "start": START, **options}
        simulator = Simulator(SimulationOptions(**given))
        started.append(simulator)
        return simulator

    yield make
    for simulator in started:
        simulator.stop()
