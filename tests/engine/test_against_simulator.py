"""The engine over real sockets and files: every number equals an independent count."""

import json
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pmtatop.cli.compose import LiveOptions, node_at, rounds_for
from pmtatop.model.alert import AlertState
from pmtatop.model.view import View
from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.wording.view_json import view_dict
from tests.engine.conftest import Make
from tests.engine.counting import outcomes


def served(ready: dict[str, Any], page: str) -> Any:
    with urllib.request.urlopen(f"{ready['url']}/{page}?format=json") as reply:
        return json.load(reply)["data"]


def files(ready: dict[str, Any]) -> list[Path]:
    return sorted(Path(ready["dir"]).glob("acct-*.csv"))


def stock_lines(ready: dict[str, Any]) -> list[str]:
    """The files as PMTA writes them unless told otherwise: records d,b."""
    lines = [line for file in files(ready) for line in file.read_text().splitlines(keepends=True)]
    return [line for line in lines if not line.startswith(("t,", "tq,"))]


async def snapshot(ready: dict[str, Any], polls: int = 1, **settings: Any) -> View:
    chosen = Settings(interval_s=0.1, deadline_s=settings.pop("deadline_s", 5.0), **settings)
    rounds = rounds_for(node_at(ready["url"]), chosen, LiveOptions((ready["acct"],)), polls)
    async for view in rounds.views():
        last = view
    return last


async def test_domains_equal_a_count_of_the_files(simulate: Make) -> None:
    _, ready = simulate(scenario="comcast-450-flood", history_s=3600.0)
    view = view_dict(await snapshot(ready))
    begin, end = (datetime.fromisoformat(view["window"][edge]) for edge in ("from", "to"))
    counted = outcomes(files(ready), begin, end)
    shown = {d["name"]: d for d in view["domains"] if d["attempts"]}
    assert set(shown) == set(counted)
    for name, counts in counted.items():
        for key in ("attempts", "delivered", "deferred", "bounced"):
            assert shown[name][key] == counts[key], (name, key)


async def test_recipients_and_connections_equal_the_served_replies(simulate: Make) -> None:
    _, ready = simulate(scenario="night")
    view = view_dict(await snapshot(ready))
    status = served(ready, "status")["status"]
    assert view["queue"]["recipients"] == status["queue"]["smtp"]["rcp"]
    assert view["connections"]["out"] == status["conn"]["smtpOut"]
    assert view["connections"]["in"] == status["conn"]["smtpIn"]
    queues = {q["name"]: (q["rcp"], q["conn"]) for q in served(ready, "queues")["queues"]}
    assert {q["name"]: (q["recipients"], q["connections"]) for q in view["queues"]} == queues
    domains = {d["name"]: d["rcp"] for d in served(ready, "domains")["domains"]}
    assert {d["name"]: d["queued"] for d in view["domains"] if d["queued"] is not None} == domains


async def test_rates_come_from_counters_over_pmta_time(simulate: Make) -> None:
    simulator, ready = simulate()
    rounds = rounds_for(node_at(ready["url"]), Settings(interval_s=0.1), LiveOptions(), 2)
    views = rounds.views()
    first = await anext(views)
    before = simulator.world.delivered.total
    simulator.advance(60)
    second = await anext(views)
    await views.aclose()
    assert first.traffic.out.rcp_per_min is None
    assert second.traffic.out.rcp_per_min == simulator.world.delivered.total - before


async def test_a_top_ten_list_is_not_summed(simulate: Make) -> None:
    _, ready = simulate(scenario="night", max_items=3)
    view = await snapshot(ready)
    assert len(view.queues) == 3
    assert view.queues_total is not None
    assert view.queues_total > 3
    assert view.queue.recipients == served(ready, "status")["status"]["queue"]["smtp"]["rcp"]
    assert view.queue.held is None


async def test_a_domain_that_does_not_resolve_is_on_hold(simulate: Make) -> None:
    simulator, ready = simulate(scenario="dns-hold", max_items=1000)
    simulator.advance(600)
    view = await snapshot(ready)
    unresolved = [q for q in view.queues if q.verdict and q.verdict.kind == "dns"]
    assert {queue.last_error.class_ for queue in unresolved if queue.last_error} == {"dns-mx"}
    assert view.queue.held == sum(queue.recipients or 0 for queue in unresolved)
    assert view.queue.held


async def test_the_flood_fires_and_names_isp_reply_and_class(simulate: Make) -> None:
    simulator, ready = simulate(scenario="comcast-450-flood", history_s=86400.0 / 2)
    simulator.advance(25 * 60)
    view = await snapshot(ready)
    firing = [a for a in view.alerts if a.state is AlertState.FIRING]
    assert [a.key for a in firing] == ["Comcast"]
    assert firing[0].reason is not None
    assert firing[0].reason.class_ == "rate-throttling"
    assert "421 4.1.0" in (firing[0].reason.sample or "")
    assert len(firing[0].text) <= 120


async def test_a_calm_half_day_fires_nothing(simulate: Make) -> None:
    _, ready = simulate(scenario="calm", history_s=86400.0 / 2)
    view = await snapshot(ready)
    assert [a.text for a in view.alerts if a.state is AlertState.FIRING] == []


async def test_without_t_and_tq_rows_deferrals_are_unknown(simulate: Make, tmp_path: Path) -> None:
    _, ready = simulate(scenario="night")
    stock = tmp_path / "stock.csv"
    stock.write_text("".join(stock_lines(ready)))
    view = await snapshot(ready | {"acct": str(stock)})
    comcast = next(isp for isp in view.isps if isp.name == "Comcast")
    assert comcast.counts.deferred is None
    assert comcast.counts.deferral_ratio is None
    acct = view.source("acct")
    assert acct is not None
    assert "records t,tq" in acct.detail


async def test_an_unreachable_node_shows_no_zero(simulate: Make) -> None:
    simulator, ready = simulate()
    simulator.pause_http()
    view = view_dict(await snapshot(ready | {"acct": "/nonexistent/acct-*.csv"}))
    assert view["node"]["state"] == "unreachable"
    assert view["queue"]["recipients"] is None
    assert view["connections"]["out"]["cur"] is None
    assert view["isps"] == []


@pytest.mark.parametrize(
    ("fault", "state", "word"),
    [
        ("refuse-403", "denied", "http-access"),
        ("html", "unreachable", "HTML"),
        ("truncated", "unreachable", "broke off"),
        ("silent", "unreachable", "no whole answer"),
    ],
)
async def test_refusals_are_words(simulate: Make, fault: str, state: str, word: str) -> None:
    simulator, ready = simulate()
    simulator.fault = fault
    view = await snapshot(ready, deadline_s=0.5)
    assert view.node.state == state
    assert word in view.node.detail


async def test_a_frozen_page_is_stale(simulate: Make) -> None:
    simulator, ready = simulate()
    rounds = rounds_for(node_at(ready["url"]), Settings(interval_s=0.1), LiveOptions(), 2)
    simulator.fault = "frozen"
    states = [view.node.state async for view in rounds.views()]
    assert states[-1] == "stale"


async def test_recovery_is_seen_at_the_next_poll(simulate: Make) -> None:
    simulator, ready = simulate()
    rounds = rounds_for(node_at(ready["url"]), Settings(interval_s=0.1), LiveOptions(), 3)
    views = rounds.views()
    await anext(views)
    simulator.pause_http()
    gone = await anext(views)
    simulator.resume_http()
    simulator.advance(30)
    back = await anext(views)
    await views.aclose()
    assert (gone.node.state, back.node.state) == ("unreachable", "running")
    assert gone.queue.recipients is not None, "what was known stays, with its age"
    assert gone.traffic.out.rcp_per_min is None


async def test_memory_is_measured_against_its_limit(simulate: Make) -> None:
    _, ready = simulate()
    node = NodeTable(name="mx", url=ready["url"], proc_root=Path(ready["proc_root"]))
    rounds = rounds_for(node, Settings(), LiveOptions(), 1)
    memory = [view_dict(view)["memory"] async for view in rounds.views()][-1]
    assert memory["limit_ratio"] == 0.9
    used = memory["resident_bytes"] / (memory["host_bytes"] * 0.9)
    assert memory["used_ratio"] == pytest.approx(used, rel=1e-4)
    assert memory["slope_per_hour"] is None
