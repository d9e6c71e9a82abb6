"""A recording of `night` replays to the same Views; what is no recording is one line."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import run
from tests.engine.conftest import Make, simulate

__all__ = ["simulate"]


def views(result: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    assert result.returncode == 0, result.stderr
    return [json.loads(line) | {"own": None} for line in result.stdout.splitlines()]


@pytest.mark.slow
def test_a_recording_of_night_replays_to_the_same_views(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate(scenario="night", speed=60.0, history_s=3600.0)
    tape = tmp_path / "tape"
    words = ("--polls=3", "--every=0.5", "--each", "--json", "--log", ready["log"])
    seen = views(run("snapshot", ready["url"], "--acct", ready["acct"], *words, f"--record={tape}"))
    again = views(run("replay", str(tape), "--json"))
    assert len(again) == len(seen) == 3
    for before, after in zip(seen, again, strict=True):
        for key in before:
            assert after[key] == before[key], key
    assert seen[-1]["isps"]
    assert seen[-1]["traffic"]["out"]["rcp_per_min"]
    later = views(run("replay", str(tape), "--json", "--at", "2099-01-01T00:00:00Z"))
    assert later == []


def test_what_is_no_recording_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "tape"
    path.write_text("hello")
    for words in (("replay", str(path), "--json"), ("replay", str(tmp_path / "no"), "--json")):
        result = run(*words)
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 1
    result = run("snapshot", "localhost:1", "--polls=1", f"--record={tmp_path}/no/such/tape")
    assert result.returncode == 1
    assert "cannot be recorded" in result.stderr
