"""The simulated site's files over HTTP, and its scenarios of surroundings that fail."""

import json
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.conftest import Made
from tests.simulator.test_roles import KEY, fetched

BOUNDARY = "7f3a"


def page(url: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(fetched(f"{url}/{path}?format=json")[1])["data"]
    return found


def status_of(url: str) -> dict[str, Any]:
    found: dict[str, Any] = page(url, "status")["status"]
    return found


def test_logs_and_files(made: Made, tmp_path: Path) -> None:
    simulator = made()
    ready: dict[str, Any] = simulator.start()
    simulator.advance(60)
    listed = json.loads(fetched(f"{ready['url']}/logs?format=json")[1])["data"]["logs"]
    names = [row["name"] for row in listed]
    assert "pmta.log" in names
    acct = next(name for name in names if name.startswith("acct-"))
    served = fetched(f"{ready['url']}/getFile?file={acct}")[1]
    assert served == (Path(ready["dir"]) / acct).read_bytes()
    assert fetched(f"{ready['url']}/getFile?file=../etc/config")[0] == 404
    assert fetched(f"{ready['url']}/getlocalips")[1].startswith(
        b"<rsp><localIps><ip>127.0.0.1</ip>"
    )


def committed(url: str, name: str, content: str, key: str) -> int:
    fields = {"op": "commit", "file.1.name": name, "file.1.op": "write", "file.1.content": content}
    body = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    )
    request = urllib.request.Request(
        f"{url}/configFile",
        f"{body}--{BOUNDARY}--\r\n".encode(),
        {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        | ({"X-API-Key": key} if key else {}),
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return int(error.code)


def test_the_configuration_is_read_and_written_with_rights_alone(made: Made) -> None:
    ready: dict[str, Any] = made(api_key=KEY, access="operator").start()
    url, name = ready["url"], "/etc/pmta/extra"
    listed = json.loads(fetched(f"{url}/configFile?op=listconfigfiles")[1])
    assert listed["data"]["files"] == ["/etc/pmta/config"]
    assert listed["CSRFToken"]
    assert committed(url, name, "x", "") == 403
    assert committed(url, "/etc/passwd", "x", KEY) == 403
    assert committed(url, name, "<domain a.example>\r\n</domain>", KEY) == 200
    query = urllib.parse.urlencode({"op": "read", "filename": name})
    assert "<domain a.example>" in json.loads(fetched(f"{url}/configFile?{query}")[1])["data"]
    assert fetched(f"{url}/configFile?op=read&filename=/etc/pmta/none")[0] == 404
    assert fetched(f"{url}/configFile?op=read&filename=/etc/shadow")[0] == 403
    assert fetched(f"{url}/configFile?op=read")[0] == 400


def test_monitor_rights_read_no_configuration(made: Made) -> None:
    url = made().start()["url"]
    assert fetched(f"{url}/configFile?op=listconfigfiles")[0] == 403


def test_a_restart_loop_begins_its_counters_again_and_again(made: Made) -> None:
    simulator = made(scenario="restart-loop")
    url = str(simulator.start()["url"])
    before = status_of(url)
    simulator.advance(95)
    after = status_of(url)
    assert after["startupTime"] > before["startupTime"]
    assert after["traffic"]["total"]["in"]["rcp"] < before["traffic"]["total"]["in"]["rcp"]
    simulator.advance(90)
    assert status_of(url)["startupTime"] > after["startupTime"]


def test_domains_that_resolve_no_more_hold_without_a_reply(made: Made) -> None:
    simulator = made(scenario="dns-hold")
    ready: dict[str, Any] = simulator.start()
    simulator.advance(900)
    rows = [
        line
        for file in Path(ready["dir"]).glob("acct-*.csv")
        for line in file.read_text().splitlines()
        if line.startswith("tq,")
    ]
    assert rows
    assert all("4.4.3 (directory server failure),,," in row for row in rows)
    held = [q for q in simulator.world.book.backlog() if q.operator.name == "Own server"]
    texts = {text for queue in held for _, text in queue.errors}
    assert any(text.startswith("StatusDnsQueryFailed resolving ") for text in texts)


@pytest.mark.parametrize("name", ["{default}", "yahoo.rollup", "hotmail.queue", "öbb.example"])
def test_odd_names_are_served_and_totals_exceed_their_maximum(made: Made, name: str) -> None:
    simulator = made(scenario="odd-names", max_items=1000)
    url = str(simulator.start()["url"])
    simulator.advance(600)
    names = " ".join(row["name"] for row in page(url, "queues")["queues"])
    assert name in names
    spool = status_of(url)["spool"]
    assert spool["totalRcp"] > spool["maxRcp"]


def test_nothing_at_all(made: Made) -> None:
    simulator = made(scenario="empty")
    url = str(simulator.start()["url"])
    simulator.advance(300)
    for path in ("queues", "domains", "vmtas", "jobs"):
        assert page(url, path)[path] == []
        assert b"<succ/>" in fetched(f"{url}/{path}?format=xml")[1]
