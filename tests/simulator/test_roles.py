"""The simulator as other versions, behind https, with access levels, and as a `pmta` command."""

import json
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from pmtatop.simulator.details import BUSY
from tests.simulator.conftest import Made

KEY = "k" * 40


def fetched(url: str, form: dict[str, str] | None = None, key: str = "") -> tuple[int, bytes]:
    """Status and body; certificates are not looked at."""
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url, data, {"X-API-Key": key} if key else {})
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(request, timeout=5, context=context) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def pmta(ready: dict[str, Any], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ready["pmta"], *words], capture_output=True, text=True, timeout=10)


def test_https_has_a_certificate_of_its_own_and_http_redirects_to_it(made: Made) -> None:
    ready: dict[str, Any] = made(https=True).start()
    assert ready["url"].startswith("https://")
    host, port = ready["url"][8:].split(":")
    pem = ssl.get_server_certificate((host, int(port)))
    assert len(ready["fingerprint"]) == 64
    assert "CERTIFICATE" in pem
    assert b'"status":"success"' in fetched(f"{ready['redirect_url']}/status?format=json")[1]


@pytest.mark.parametrize("version", ["4.5", "4.0"])
def test_before_5_there_is_no_json_and_no_command(made: Made, version: str) -> None:
    ready = made(version=version, api_key=KEY).start()
    for page in ("status", "queues", "domains", "vmtas", "jobs"):
        assert fetched(f"{ready['url']}/{page}?format=json")[1].startswith(b"<rsp><data>")
    assert fetched(f"{ready['url']}/command", {"command": "show version"}, KEY)[0] == 404
    assert "unknown option" in pmta(ready, "--json", "show", "status").stderr
    status = fetched(f"{ready['url']}/status?format=xml")[1]
    assert f"<version>v{version}".encode() in status
    assert b"<perf>" not in status
    assert (b"gmImprinter" in status) == (version == "4.0")


def test_access_levels(made: Made) -> None:
    url = made(access="none", api_key=KEY).start()["url"]
    assert fetched(f"{url}/status?format=json")[0] == 403
    assert fetched(f"{url}/status?format=json", key=KEY)[0] == 200
    assert fetched(f"{url}/status?format=json", key="wrong")[0] == 403
    url = made(access="monitor", api_key=KEY).start()["url"]
    form = {"command": "show version", "format": "json"}
    assert fetched(f"{url}/status?format=json")[0] == 200
    assert fetched(f"{url}/command", form)[0] == 403
    assert fetched(f"{url}/command", form, KEY)[0] == 200
    url = made(access="operator", api_key=KEY).start()["url"]
    assert fetched(f"{url}/command", form)[0] == 403, "a POST without a key or token"


def test_commands_over_http_in_four_formats(made: Made) -> None:
    url = made(api_key=KEY, max_items=3, history_s=3600.0).start()["url"]

    def said(command: str, shape: str = "json") -> bytes:
        return fetched(f"{url}/command", {"command": command, "format": shape}, KEY)[1]

    queues = json.loads(said("show topqueues --maxitems=500 --errors"))["data"]
    assert len(queues["queues"]) == queues["totalQueuesWithRcp"] > 3
    assert json.loads(said("show ver", "json-text"))["data"].startswith("PowerMTA v5.0r8")
    assert said("show version", "xml-text").startswith(b"<rsp><data>PowerMTA v5.0r8")
    assert json.loads(said("show memory"))["status"] == "fail"
    assert b"<succ" not in said("show memory", "xml")


def test_the_command_in_every_format(made: Made) -> None:
    simulator = made(history_s=3600.0)
    ready = simulator.start()
    document = json.loads(pmta(ready, "--json", "show", "status").stdout)["data"]
    assert document["status"]["status"] == "running"
    assert "<timeNow>2025-04-01 14:00:00</timeNow>" in pmta(ready, "--xml", "show", "status").stdout
    assert 'status.timeNow="2025-04-01 14:00:00"\n' in pmta(ready, "--dom", "show", "status").stdout
    queues = pmta(ready, "--dom", "show", "topqueues", "--maxitems=2", "--errors").stdout
    assert 'queue[1].paused="no"' in queues
    assert "queue[2]" not in queues
    failed = pmta(ready, "show", "memory")
    assert (failed.returncode, failed.stderr) == (1, "pmta: unknown command: show memory\n")
    simulator.stop()
    assert "cannot connect" in pmta(ready, "show", "status").stderr


def test_lists_of_recipients_tell_their_age(made: Made) -> None:
    simulator = made(api_key=KEY, history_s=7200.0)
    ready = simulator.start()
    queue = max(simulator.world.book.backlog(), key=lambda q: len(q.at_rest()))
    ages = [simulator.world.now - batch.queued for batch in queue.at_rest()]
    page = json.loads(fetched(f"{ready['url']}/listqueue?format=json&queue={queue.name}")[1])
    assert page["data"]["msgs"][0]["queue"] == queue.name
    assert page["message"] in ("", BUSY)
    for rung, seconds in (("15m", 900), ("1h", 3600), ("24h", 86400), ("5d", 432000)):
        words = ("list", f"--queue={queue.name}", f"--older-than={rung}", "--maxitems=1")
        found = json.loads(pmta(ready, "--json", *words).stdout)["data"]["msgs"]
        assert bool(found) == (max(ages) >= seconds)


def test_settings_and_details(made: Made) -> None:
    simulator = made(scenario="night", history_s=3600.0)
    ready = simulator.start()
    queue = next(q for q in simulator.world.book.backlog() if q.mode == "backoff")
    page = json.loads(fetched(f"{ready['url']}/queueDetail?format=json&queue={queue.name}")[1])
    assert page["data"]["mode"] == "backoff"
    assert page["data"]["backoffReason"]
    lines = pmta(ready, "show", "vmta-settings", "news-a").stdout.splitlines()
    assert ["max-smtp-out", "30"] in [line.split() for line in lines]
    assert "bounce-after" in pmta(ready, "show", "settings", queue.name).stdout
    assert pmta(ready, "show", "settings", "no.example/x").returncode == 1
    gone = json.loads(fetched(f"{ready['url']}/queueDetail?format=json&queue=no/such")[1])
    assert gone["status"] == "fail"
