"""Planted misconfigurations: doctor names the cause and the one line that cures it."""

import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import run
from tests.engine.conftest import Make, simulate
from tests.faults.odd_server import OddServer, answering, reply, silent

__all__ = ["simulate"]
pytestmark = pytest.mark.slow

KEY = "k3y_" + "x" * 40


def panes(*words: str, code: int = 0, **env: str) -> dict[str, dict[str, Any]]:
    result = run("doctor", *words, "--json", **env)
    assert result.returncode == code, result.stderr
    return {pane["name"]: pane for pane in json.loads(result.stdout)["panes"]}


def settings_file(folder: Path, *lines: str) -> str:
    path = folder / "pmtatop.toml"
    path.write_text("\n".join(("deadline_s = 2", "[[node]]", 'name = "mx"', *lines)))
    return str(path)


def keyed(folder: Path, url: str, key: str, *lines: str) -> str:
    file = folder / "key"
    file.write_text(key)
    file.chmod(0o600)
    return settings_file(folder, f'url = "{url}"', f'api_key_file = "{file}"', *lines)


def test_nobody_listens() -> None:
    found = panes("127.0.0.1:1", code=1)
    assert found["overview"]["light"].startswith("http-mgmt-port")


def test_this_address_has_no_access(simulate: Make) -> None:
    _, ready = simulate(access="none")
    found = panes(ready["url"], code=1)
    assert found["overview"]["light"] == "http-access 127.0.0.1 monitor"


def test_a_self_signed_certificate_is_not_pinned(simulate: Make) -> None:
    _, ready = simulate(https=True)
    found = panes(ready["url"], code=1)
    assert found["overview"]["light"] == f'fingerprint = "{ready["fingerprint"]}"'


def test_the_pin_is_of_another_certificate(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate(https=True)
    pinned = (f'url = "{ready["url"]}"', f'fingerprint = "{"ab" * 32}"')
    found = panes("mx", "--config", settings_file(tmp_path, *pinned), code=1)
    assert found["overview"]["light"] == f'fingerprint = "{ready["fingerprint"]}"'


def test_the_port_is_somebody_else_s() -> None:
    with OddServer(answering(reply(b"<html>It works!</html>"))) as server:
        found = panes(server.url, code=1)
    assert "HTML" in found["overview"]["missing"]
    assert "URL" in found["overview"]["light"]


def test_it_accepts_and_says_nothing(tmp_path: Path) -> None:
    with OddServer(silent) as server:
        config = settings_file(tmp_path, f'url = "{server.url}"')
        found = panes("mx", "--config", config, code=1)
    assert "no whole answer in 2 s" in found["overview"]["missing"]
    assert "deadline_s" in found["overview"]["light"]


def test_no_accounting_files_and_no_log_are_named(simulate: Make) -> None:
    _, ready = simulate()
    found = panes(ready["url"])
    assert found["reasons"]["light"].startswith("--acct")
    assert found["log"]["light"].startswith("--log")
    assert "PMTA's host" in found["memory"]["light"]


def test_the_glob_matches_nothing(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate()
    found = panes(ready["url"], "--acct", str(tmp_path / "none-*.csv"))
    assert not found["reasons"]["lit"]
    assert "acct-file" in found["reasons"]["light"] or "path" in found["reasons"]["light"]


def test_only_deliveries_and_bounces_are_logged(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate()
    lines = [
        line
        for path in sorted(Path(ready["dir"]).glob("acct-*.csv"))
        for line in path.read_text().splitlines(keepends=True)
        if not line.startswith(("t,", "tq,"))
    ]
    stock = tmp_path / "acct.csv"
    stock.write_text("".join(line for i, line in enumerate(lines) if i == 0 or line[:4] != "type"))
    found = panes(ready["url"], "--acct", str(stock))
    assert "records t,tq" in found["reasons"]["light"]


def test_a_column_is_not_recorded(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate()
    narrow = tmp_path / "acct.csv"
    rows = [f"{kind},2025-04-01 14:00:00+0000,u@a.example,v1,a.example/v1" for kind in ("t", "tq")]
    narrow.write_text("\r\n".join(["type,timeLogged,rcpt,vmta,queue", *rows, ""]))
    found = panes(ready["url"], "--acct", str(narrow))
    assert "record-fields" in found["reasons"]["light"]
    assert "dsnMta" in found["reasons"]["light"]


def test_the_lists_are_their_top_ten(simulate: Make) -> None:
    simulator, ready = simulate(max_items=10)
    total = len(simulator.world.book.backlog())
    found = panes(ready["url"])
    assert found["queues"]["missing"] == f"top 10 of {total:,} queues"
    assert found["queues"]["light"].startswith("http-default-max-items")


def test_there_is_no_key_or_a_wrong_one(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate(api_key=KEY)
    assert "http-api-key" in panes(ready["url"])["limits"]["light"]
    wrong = panes("mx", "--config", keyed(tmp_path, ready["url"], "w" * 40))
    assert "http-api-key" in wrong["limits"]["light"]
    assert wrong["overview"]["lit"]
    right = panes("mx", "--config", keyed(tmp_path, ready["url"], KEY))
    assert right["limits"]["lit"]
    assert right["age"]["lit"]
    assert right["events"]["light"].startswith("track-recipient-events true")


def test_a_key_that_others_may_read_is_refused(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate()
    config = keyed(tmp_path, ready["url"], KEY)
    (tmp_path / "key").chmod(0o644)
    result = run("doctor", "mx", "--config", config)
    assert result.returncode == 1
    assert "chmod 600" in result.stderr
    assert KEY not in result.stderr


def test_the_command_is_not_there_or_wants_a_password(tmp_path: Path) -> None:
    absent = settings_file(tmp_path, 'url = "local"', 'pmta = "no-such-pmta"')
    assert panes("mx", "--config", absent, code=1)["overview"]["light"].startswith("pmta = ")
    sudo = tmp_path / "sudo"
    sudo.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('sudo: a password is required')\n")
    sudo.chmod(stat.S_IRWXU)
    config = settings_file(tmp_path, 'url = "local"', "sudo = true")
    path = f"{tmp_path}:{os.environ['PATH']}"
    assert "NOPASSWD" in panes("mx", "--config", config, code=1, PATH=path)["overview"]["light"]


def test_by_its_command_everything_is_lit_but_what_pmta_does_not_track(
    simulate: Make, tmp_path: Path
) -> None:
    _, ready = simulate(scenario="night")
    lines = ('url = "local"', f'pmta = "{ready["pmta"]}"', f'acct = ["{ready["acct"]}"]')
    host = (f'log = ["{ready["log"]}"]', f'proc_root = "{ready["proc_root"]}"')
    probe = ("[inbound]", f'hosts = ["127.0.0.1:{ready["smtp_port"]}"]')
    config = settings_file(tmp_path, *lines, *host, f'disk = ["{tmp_path}"]', *probe)
    dark = [name for name, pane in panes("mx", "--config", config).items() if not pane["lit"]]
    assert dark == ["events"]


def test_pmta_runs_but_takes_no_mail(simulate: Make, tmp_path: Path) -> None:
    simulator, ready = simulate()
    simulator.illness = "memory"
    probe = f'hosts = ["127.0.0.1:{ready["smtp_port"]}"]'
    config = settings_file(
        tmp_path, f'url = "{ready["url"]}"', "[inbound]", probe, "mail_from = true"
    )
    pane = panes("mx", "--config", config)["inbound"]
    assert pane["missing"].startswith("refusing at mail")
    assert "max-memory-usage-percent" in pane["light"]


def test_a_file_system_that_is_not_there_is_named(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate()
    lines = (f'url = "{ready["url"]}"', f'disk = ["{tmp_path}", "{tmp_path}/none"]')
    pane = panes("mx", "--config", settings_file(tmp_path, *lines))["disk"]
    assert pane["missing"] == f"{tmp_path}/none: No such file or directory"
