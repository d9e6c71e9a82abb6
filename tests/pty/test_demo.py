"""`pmtatop demo` on a real pty: words on the screen, keys, and every way out."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty.terminal import PMTATOP, Terminal

pytestmark = pytest.mark.slow


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(PMTATOP, "demo", TMPDIR=str(tmp_path)) as terminal:
        yield terminal


def test_the_night_is_told_in_words_with_no_key_pressed(demo: Terminal, tmp_path: Path) -> None:
    demo.wait_for("QUEUE", "DEMO")
    demo.wait_for("FIRING", "Comcast", "421 4.1.0", "rate-throttling", seconds=60)
    demo.press("?")
    demo.wait_for("this help")
    demo.press("\x1b")
    demo.wait_for("FIRING")
    demo.press("q")
    assert demo.wait_for_end() == 0
    assert demo.is_restored
    assert not list(tmp_path.iterdir()), "the simulator's folder stays behind"


def test_enter_looks_into_an_isp_and_escape_comes_back(demo: Terminal) -> None:
    demo.wait_for("FIRING", "Comcast", seconds=60)
    demo.press("\r")
    demo.wait_for("comcast.net", "last events")  # the overview has the domain too
    demo.press("\x1b")
    demo.wait_for("mail lost now")
    demo.press("q")
    assert demo.wait_for_end() == 0


def test_ctrl_c_quits(demo: Terminal) -> None:
    demo.wait_for("DEMO", "QUEUE")
    demo.press("\x03")
    demo.wait_for_end()
    assert demo.is_restored


def test_sigterm_restores_the_terminal(demo: Terminal) -> None:
    demo.wait_for("DEMO", "QUEUE")
    demo.signal(signal.SIGTERM)
    demo.wait_for_end()
    assert demo.is_restored


def test_a_closed_terminal_ends_the_program(demo: Terminal) -> None:
    demo.wait_for("DEMO", "QUEUE")
    demo.hang_up()
    demo.wait_for_end(seconds=8)


def test_without_a_terminal_there_is_one_clear_line() -> None:
    result = subprocess.run(
        [PMTATOP, "demo"], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "no terminal" in result.stderr
    assert len(result.stderr.splitlines()) == 1
