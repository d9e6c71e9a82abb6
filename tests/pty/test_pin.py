"""The one-key pin: an unknown certificate on this host is trusted by a key press, not before."""

from pathlib import Path
from typing import Any

import pytest

from pmtatop.simulator import SimulationOptions, Simulator
from tests.pty.terminal import PMTATOP, Terminal

pytestmark = pytest.mark.slow


def test_one_key_pins_the_certificate_and_figures_come(tmp_path: Path) -> None:
    simulator = Simulator(SimulationOptions(tmp_path / "pmta", https=True, history_s=600.0))
    ready: dict[str, Any] = simulator.start()
    try:
        with Terminal(PMTATOP, ready["url"], "--interval", "0.5") as terminal:
            terminal.wait_for("DENIED", "P: pin its certificate")
            assert "Mail flows" not in terminal.text
            terminal.press("P")
            terminal.wait_for("PMTA v5.0r8", "Mail flows")
            assert "DENIED" not in terminal.text
            terminal.press("q")
            assert terminal.wait_for_end() == 0
    finally:
        simulator.stop()
