"""The View's JSON has the keys of the contract, and unknown is null."""

import json

from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age, Counts, Isp, Tls, Usual
from pmtatop.model.text import SafeText
from pmtatop.model.view import Node, View, Window
from pmtatop.wording.view_json import view_dict, view_json

AT = Instant(1743517930.0)

ISP_KEYS = {
    *("name", "domains", "queued", "attempts", "delivered", "deferred", "bounced", "lost"),
    *("sessions_refused", "deferral_ratio", "first_try_ratio", "throttle_ratio", "bounce_ratio"),
    *("complaint_ratio", "delivered_per_min", "latency_p50_s", "latency_p95_s", "oldest_age_s"),
    *("oldest_age_max_s", "oldest_age_method", "tls", "usual", "state", "reasons"),
}

TOP_KEYS = {
    *("schema", "at", "window", "node", "sources", "traffic", "connections", "resolver", "queue"),
    *("memory", "disk", "inbound", "license", "isps", "domains", "queues_total", "queues"),
    *("vmtas", "source_ips", "jobs", "sender_domains", "alerts", "angry", "changes", "own"),
}


def a_view() -> View:
    isp = Isp(
        name=SafeText("Gmail"),
        domains=(SafeText("gmail.com"),),
        queued=None,
        counts=Counts(attempts=3),
        age=Age(),
        tls=Tls(0.0, ((SafeText("TLSv1.3"), 2),), ()),
        usual=Usual(),
        state="learning",
        reasons=(),
    )
    return View(AT, Window(Instant(AT - 900), AT), Node("mta1", "http://x"), isps=(isp,))


def test_top_level_keys_are_all_there() -> None:
    assert set(view_dict(a_view())) >= TOP_KEYS


def test_schema_comes_first() -> None:
    assert view_json(a_view()).startswith('{"schema": 1,')


def test_an_isp_is_flat_and_unknown_is_null() -> None:
    isp = view_dict(a_view())["isps"][0]
    assert set(isp) >= ISP_KEYS
    assert isp["queued"] is None
    assert isp["oldest_age_s"] is None
    assert isp["tls"]["protocols"] == {"TLSv1.3": 2}


def test_words_that_python_reserves_lose_their_underscore() -> None:
    view = view_dict(a_view())
    assert set(view["window"]) == {"from", "to"}
    assert set(view["traffic"]) >= {"in", "out"}
    assert view["connections"]["in"] == {"cur": None, "max": None, "top": None}


def test_times_are_rfc_3339() -> None:
    parsed = json.loads(view_json(a_view()))
    assert parsed["at"] == parsed["window"]["to"] == "2025-04-01T14:32:10Z"
