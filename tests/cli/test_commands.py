"""The command line: exit codes, one-line errors, faces of the View that programs read."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PMTATOP = str(Path(sys.executable).with_name("pmtatop"))

pytestmark = pytest.mark.slow


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "PMTATOP_CONFIG"} | env
    return subprocess.run(
        [PMTATOP, *words], capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[dict[str, Any]]:
    command = [PMTATOP, "simulate", "--dir", str(tmp_path / "pmta"), "--speed", "0"]
    command += ["--start", "2025-04-01T14:00:00Z", "--history", "30m", "--scenario", "night"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_simulate_prints_one_line_with_the_contracts_keys(simulated: dict[str, Any]) -> None:
    assert set(simulated) >= {
        *("url", "dir", "acct", "log", "pmta", "proc_root"),
        *("smtp_port", "api_key", "fingerprint", "pid"),
    }
    assert simulated["pmta"].endswith("/pmta")


def test_snapshot_prints_one_line_of_json(simulated: dict[str, Any]) -> None:
    result = run("snapshot", simulated["url"], "--acct", simulated["acct"], "--json", "--polls=1")
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    view = json.loads(line)
    assert view["schema"] == 1
    assert view["node"]["state"] == "running"
    assert view["node"]["clock_skew_s"] is not None
    assert view["window"]["to"] > view["window"]["from"]


def test_snapshot_each_prints_a_line_a_poll(simulated: dict[str, Any]) -> None:
    words = ("--polls=3", "--every=0.1", "--each", "--json")
    result = run("snapshot", simulated["url"], *words)
    assert len(result.stdout.splitlines()) == 3


def test_snapshot_since_leaves_older_rows_out(simulated: dict[str, Any]) -> None:
    words = ("--polls=1", "--json", "--since", "2025-04-01T13:58:00Z")
    both = [
        json.loads(run("snapshot", simulated["url"], "--acct", simulated["acct"], *w).stdout)
        for w in (words[:2], words)
    ]
    whole, part = (sum(i["attempts"] or 0 for i in view["isps"]) for view in both)
    assert 0 < part < whole / 3


def test_snapshot_as_text_names_the_worst_first(simulated: dict[str, Any]) -> None:
    result = run("snapshot", simulated["url"], "--acct", simulated["acct"], "--polls=1")
    assert result.returncode == 0
    assert "Comcast" in result.stdout
    assert "\x1b" not in result.stdout


def test_an_unreachable_node_is_a_view_and_exit_1() -> None:
    result = run("snapshot", "http://127.0.0.1:9", "--json", "--polls=1")
    assert result.returncode == 1
    assert json.loads(result.stdout)["node"]["state"] == "unreachable"
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("snapshot", "--nonsense"),
        ("config",),
        ("demo", "--scenario", "no-such"),
        ("snapshot", "a b*"),
        ("--interval", "x"),
        ("simulate",),
    ],
)
def test_wrong_usage_exits_3(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.returncode == 3, result.stderr
    assert result.stdout == ""


def test_a_wrong_config_ends_with_1_and_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("read_only = true\ninterval_s = -1\n")
    result = run("--config", str(file))
    assert result.returncode == 1
    assert f"{file}:2: interval_s" in result.stderr


def test_no_terminal_ends_with_1() -> None:
    result = run("http://127.0.0.1:9")
    assert result.returncode == 1
    assert "no terminal" in result.stderr


def test_the_config_counts_and_can_be_shown(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("interval_s = 7\n[[node]]\nname = 'mta9'\nurl = 'http://127.0.0.1:9'\n")
    assert "interval_s = 7" in run("config", "--show", "--config", str(file)).stdout
    assert run("config", "--check", PMTATOP_CONFIG=str(file)).stdout.endswith(": ok\n")
    result = run("snapshot", "mta9", "--polls=1", "--json", PMTATOP_CONFIG=str(file))
    assert json.loads(result.stdout)["node"]["name"] == "mta9"


def test_the_example_is_a_valid_config(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(run("config", "--example").stdout)
    assert run("config", "--check", "--config", str(file)).returncode == 0


def test_demo_lists_its_scenarios() -> None:
    listed = run("demo", "--list").stdout
    for name in ("calm", "night", "comcast-450-flood", "yahoo-421-handshake"):
        assert name in listed


def test_a_broken_pipe_ends_quietly() -> None:
    command = f"{PMTATOP} config --example | head -1"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True
    )
    assert result.returncode == 0
    assert result.stderr == ""


def test_version() -> None:
    assert run("--version").stdout.startswith("pmtatop, version ")
