"""The pages over real sockets: shapes, sums, faults, and the port that is given back."""

import http.client
import json
import socket
import threading
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.simulator.conftest import Made
from tests.simulator.reading import body, data, kinds, leaves, rows_of

WINDOWS = ("total", "lastHr", "lastMin", "topPerHr", "topPerMin")

LEAVES = {
    *(f"mta.product.{x}" for x in ("name", "version", "buildDate", "revision", "bits")),
    *("mta.lak.serial", "mta.lak.instances", "mta.os.name", "mta.os.version", "mta.os.build"),
    *("mta.cpu.type", "mta.cpu.count", "mta.ram.real"),
    *("mta.fullHostName", "mta.userString", "mta.hostId"),
    *(f"status.{x}" for x in ("timeNow", "startupTime", "shuttingDown", "status")),
    *(f"status.traffic.{w}.{d}.{c}" for w in WINDOWS for d in ("in", "out")
      for c in ("rcp", "msg", "kb")),
    *(f"status.traffic.{w}.{c}" for w in WINDOWS
      for c in ("bounceProcessed", "feedbackLoopProcessed")),
    *(f"status.traffic.perf.lastMin.in.{c}"
      for c in ("count", "mailFromTime", "dataTime", "totalTime")),
    *(f"status.conn.{d}.{c}" for d in ("smtpIn", "smtpOut") for c in ("cur", "max", "top")),
    *(f"status.resolver.{c}" for c in ("namesCached", "queriesPending", "queriesActive")),
    *(f"status.queue.{q}.{c}" for q in ("smtp", "pipe", "discard", "file", "alias",
      "bounceProcessor", "feedbackLoopProcessor") for c in ("rcp", "dom", "kb")),
    *(f"status.spool.{c}" for c in ("initPct", "dirs", "totalRcp", "maxRcp")),
    *(f"status.spool.files.{c}" for c in ("inUse", "recycled", "total")),
}  # fmt: skip
"""The 101 documented leaves."""


def test_status_has_the_documented_leaves_and_no_other(made: Made) -> None:
    page = data(made().start(), "status")
    assert set(leaves(page)) == LEAVES
    assert len(LEAVES) == 101
    assert page["status"]["timeNow"] == "2025-04-01 14:00:00"


def test_pages_agree_with_files_and_with_each_other(made: Made) -> None:
    simulator = made(scenario="night", history_s=3600.0, max_items=5000)
    ready = simulator.start()
    before = data(ready, "status")["status"]
    simulator.advance(300)
    status = data(ready, "status")["status"]
    rows = [row for row in rows_of(simulator._options.directory)
            if row["timeLogged"][:19] > before["timeNow"]]  # fmt: skip
    counts = kinds(rows)
    total, earlier = status["traffic"]["total"], before["traffic"]["total"]
    assert total["out"]["rcp"] - earlier["out"]["rcp"] == counts["d"]
    assert total["in"]["rcp"] - earlier["in"]["rcp"] == counts["r"]
    queues, domains, vmtas, jobs = (
        data(ready, page) for page in ("queues", "domains", "vmtas", "jobs")
    )
    held = status["queue"]["smtp"]["rcp"]
    for rows_of_page in (queues["queues"], domains["domains"], vmtas["vmtas"], jobs["jobs"]):
        assert sum(row["rcp"] for row in rows_of_page) == held
    assert queues["totalRcp"] == domains["totalRcp"] == jobs["totalRcp"] == held
    assert len(domains["domains"]) == status["queue"]["smtp"]["dom"]
    assert status["conn"]["smtpOut"]["cur"] <= status["conn"]["smtpOut"]["top"]


def test_lists_are_the_top_in_order_with_the_documented_keys(made: Made) -> None:
    ready = made(scenario="night", history_s=1800.0, max_items=7).start()
    for page, key, names in (
        ("queues", "queues", "name rcp kb conn paused mode retryTime errors"),
        ("domains", "domains", "name rcp kb conn errors"),
        ("vmtas", "vmtas", "name rcp kb pctOfTotal conn dom"),
        ("jobs", "jobs", "name rcp kb conn dom paused"),
    ):
        document = data(ready, page)
        rows = document[key]
        assert set(rows[0]) == set(names.split())
        assert "title" in document
        counts = [row["rcp"] for row in rows]
        assert counts == sorted(counts, reverse=True)
        assert len(rows) <= 12
        assert all(isinstance(row["kb"], int | float) for row in rows)


def test_a_queue_in_backoff_says_so(made: Made) -> None:
    simulator = made(scenario="yahoo-421-handshake", max_items=1000)
    ready = simulator.start()
    simulator.advance(900)
    rows: list[dict[str, Any]] = data(ready, "queues", "&queue=yahoo.com/*")["queues"]
    assert rows
    held = [row for row in rows if row["mode"] == "backoff"]
    assert held
    assert all(row["name"].startswith("yahoo.com/") for row in rows)
    for row in held:
        assert row["retryTime"] > "2025-04-01 14:15:00"
        assert row["conn"] == 0
        assert set(row["errors"][0]) == {"type", "time", "text"}
        assert row["errors"] == sorted(row["errors"], key=lambda e: str(e["time"]), reverse=True)


def test_the_same_second_gives_the_same_bytes_however_it_was_reached(made: Made) -> None:
    one, other = made(scenario="night", history_s=900.0), made(scenario="night", history_s=900.0)
    ready, ready_too = one.start(), other.start()
    one.advance(120)
    for _ in range(120):
        other.advance(1)
        body(f"{ready_too['url']}/status?format=json")
    for page in ("status", "queues", "domains", "vmtas", "jobs"):
        query = f"/{page}?format=json"
        assert body(f"{ready['url']}{query}") == body(f"{ready_too['url']}{query}")


def _raw(ready: dict[str, object], path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(str(ready["url"]).removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        reply.read()
        return reply
    finally:
        connection.close()


def test_http_is_pmtas(made: Made) -> None:
    ready = made().start()
    reply = _raw(ready, "/status?format=json")
    assert reply.getheader("Content-Type") == "application/json"
    assert reply.getheader("Date") == "Tue, 01 Apr 2025 14:00:00 GMT"
    redirected = _raw(ready, "/status")
    assert (redirected.status, redirected.getheader("Location")) == (302, "/ui")
    assert _raw(ready, "/vmtaPools?format=json").status == 404
    assert _raw(ready, "/ui").status == 200


def test_a_post_with_a_form_reads_pages_too(made: Made) -> None:
    ready = made().start()
    posted = body(f"{ready['url']}/queues", b"format=json")
    assert posted == body(f"{ready['url']}/queues?format=json")


def test_several_pages_come_over_one_connection(made: Made) -> None:
    ready = made().start()
    connection = http.client.HTTPConnection(str(ready["url"]).removeprefix("http://"), timeout=5)
    for page in ("status", "queues", "jobs"):
        connection.request("GET", f"/{page}?format=json")
        assert json.loads(connection.getresponse().read())["status"] == "success"
    connection.close()


def test_a_frozen_status_stands_still_while_mail_flows(made: Made) -> None:
    simulator = made()
    url = f"{simulator.start()['url']}/status?format=json"
    simulator.fault = "frozen"
    before = body(url)
    simulator.advance(60)
    assert body(url) == before
    simulator.fault = None
    assert body(url) != before


def test_refusals_and_rubbish(made: Made) -> None:
    simulator = made()
    ready = simulator.start()
    simulator.fault = "refuse-403"
    assert _raw(ready, "/status?format=json").status == 403
    simulator.fault = "html"
    assert body(f"{ready['url']}/status?format=json").startswith(b"<html>")
    simulator.fault = "truncated"
    with pytest.raises(http.client.IncompleteRead):
        body(f"{ready['url']}/status?format=json")


def test_silence_is_a_connection_without_an_answer(made: Made) -> None:
    simulator = made()
    url = str(simulator.start()["url"])
    simulator.fault = "silent"
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(f"{url}/status?format=json", timeout=0.2)


def _refused(ready: dict[str, object]) -> bool:
    try:
        body(f"{ready['url']}/status?format=json")
    except (urllib.error.URLError, ConnectionError):
        return True
    return False


def test_paused_http_refuses_and_comes_back_on_the_same_port(made: Made) -> None:
    simulator = made()
    ready = simulator.start()
    host, port = str(ready["url"]).removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as kept:
        kept.sendall(b"GET /status?format=json HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(9) == b"HTTP/1.1 "
        simulator.pause_http()
        while kept.recv(65536):
            pass
    assert _refused(ready)
    simulator.advance(30)
    simulator.resume_http()
    assert data(ready, "status")["status"]["timeNow"] == "2025-04-01 14:00:30"


def test_stop_leaves_no_thread(made: Made) -> None:
    before = threading.active_count()
    simulator = made(speed=10.0)
    simulator.fault = "silent"
    ready = simulator.start()
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(f"{ready['url']}/status?format=json", timeout=0.2)
    simulator.stop()
    assert threading.active_count() <= before


def test_stop_gives_the_port_back_and_may_be_called_twice(made: Made) -> None:
    simulator = made()
    ready = simulator.start()
    simulator.stop()
    simulator.stop()
    assert _refused(ready)
    again = made(port=int(str(ready["url"]).rsplit(":", 1)[1]))
    assert again.start()["url"] == ready["url"]


def test_the_ready_line_names_everything(made: Made) -> None:
    ready = made().start()
    assert list(ready)[:10] == [
        *("url", "dir", "acct", "log", "pmta", "proc_root", "smtp_port", "api_key"),
        *("fingerprint", "pid"),
    ]
    assert str(ready["acct"]).endswith("/pmta0/acct-*.csv")
    assert str(ready["pmta"]).endswith("/pmta0/pmta")


def test_the_clock_runs_by_itself_at_its_speed(made: Made) -> None:
    simulator = made(speed=100_000.0)
    ready = simulator.start()
    reached = data(ready, "status")["status"]["timeNow"]
    while data(ready, "status")["status"]["timeNow"] == reached:
        pass
    simulator.stop()
    assert simulator.now.year >= 2025
