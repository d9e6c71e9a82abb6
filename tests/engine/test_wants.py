"""Single questions: asked for Focus and alerts alone, in order of use, never again and again."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from pmtatop.alerts.machine import AlertBook, AlertRules
from pmtatop.analysis.detector import DetectorConfig
from pmtatop.engine.details import details_section, log_section
from pmtatop.engine.intake import take
from pmtatop.engine.knowledge import Knowledge, NodeSetup
from pmtatop.engine.object_sections import (
    age_of_domain,
    age_of_isp,
    connections_max_of,
    vmta_limit,
)
from pmtatop.engine.row_sections import jobs_section, queues_section, source_ips_section
from pmtatop.engine.wants import DETAIL_S, LISTABLE, REFUSED_S, wants
from pmtatop.model.focus import Focus, Key, Subject
from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask, Page
from pmtatop.model.rows import Age

NOW = 1_743_516_000.0
"""2025-04-01 14:00:00 UTC."""


def frame(source: SourceName, data: object, ask: Ask | None = None, at: float = NOW) -> Frame:
    payload = json.dumps({"data": data, "status": "success"}).encode()
    return Frame(source, Instant(at), at - NOW, payload, ask=ask)


def status(time: str, started: str) -> dict[str, object]:
    counts = {"rcp": 1, "msg": 1, "kb": 1}
    total = {"in": counts, "out": counts}
    facts = {"timeNow": f"2025-04-01 {time}", "startupTime": started, "traffic": {"total": total}}
    return {"status": facts}


QUEUES: list[dict[str, Any]] = [
    {"name": "big.example/v1", "rcp": 5000, "conn": 20, "mode": "normal"},
    {"name": "small.example/v1", "rcp": LISTABLE, "conn": 0, "mode": "backoff"},
]


@pytest.fixture
def known() -> Knowledge:
    setup = NodeSetup("mta1", "http://mx", 10.0)
    made = Knowledge(setup, AlertRules(), DetectorConfig(), AlertBook())
    take(made, frame(SourceName.STATUS, status("14:00:00", started="2025-03-01 10:00:00")))
    take(made, frame(SourceName.QUEUES, {"queues": QUEUES}))
    domains = [{"name": q["name"].split("/")[0], "rcp": q["rcp"]} for q in QUEUES]
    take(made, frame(SourceName.DOMAINS, {"domains": domains}))
    take(made, frame(SourceName.VMTAS, {"vmtas": [{"name": "v1", "rcp": 5100, "conn": 20}]}))
    return made


def looking_at(subject: Subject, name: str) -> Focus:
    return Focus(keys=(Key(subject, name),))


def asked(known: Knowledge, focus: Focus, at: float = NOW) -> Sequence[Ask]:
    return wants(known, focus, Instant(at))


def test_nothing_is_asked_before_the_first_status() -> None:
    setup = NodeSetup("mta1", "http://mx", 10.0)
    fresh = Knowledge(setup, AlertRules(), DetectorConfig(), AlertBook())
    assert asked(fresh, looking_at(Subject.QUEUE, "a/b")) == ()


def test_without_focus_or_alert_only_limits_and_licence(known: Knowledge) -> None:
    pages = [(ask.page, ask.about) for ask in asked(known, Focus())]
    assert pages == [(Page.VMTA_SETTINGS, "v1"), (Page.LICENSE, "")]


def test_a_small_queue_is_listed_and_a_large_one_laddered(known: Knowledge) -> None:
    small = asked(known, looking_at(Subject.QUEUE, "small.example/v1"))
    assert small[0] == Ask(Page.QUEUE_DETAIL, "small.example/v1")
    assert small[1] == Ask(Page.LIST_QUEUE, "small.example/v1", most=LISTABLE)
    large = asked(known, looking_at(Subject.QUEUE, "big.example/v1"))
    assert large[1] == Ask(Page.OLDER_THAN, "big.example/v1", "1h", 1)
    assert Page.LIST_QUEUE not in [ask.page for ask in large]


def test_an_isp_is_asked_about_by_its_domains(known: Knowledge) -> None:
    asks = asked(known, looking_at(Subject.ISP, known.isp_of("big.example")))
    assert asks[0] == Ask(Page.OLDER_THAN, "big.example/*", "1h", 1)
    assert asks[1] == Ask(Page.SETTINGS, "big.example/v1")


def test_what_was_refused_is_not_asked_again_at_once(known: Knowledge) -> None:
    ask = Ask(Page.VMTA_SETTINGS, "v1")
    fault = Fault(FaultKind.DENIED, "no")
    take(known, Frame(SourceName.DETAILS, Instant(NOW), 0.0, fault=fault, ask=ask))
    assert ask not in asked(known, Focus())
    assert ask in asked(known, Focus(), NOW + REFUSED_S + 1)


def test_a_ladder_is_climbed_and_brackets_the_age(known: Knowledge) -> None:
    focus = looking_at(Subject.DOMAIN, "big.example")
    rungs = []
    while asked(known, focus)[0].page is Page.OLDER_THAN:
        ask = asked(known, focus)[0]
        rungs.append(ask.older_than)
        found = [{"rcpt": "u@big.example"}] if ask.older_than in ("15m", "1h") else []
        take(known, frame(SourceName.DETAILS, {"msgs": found}, ask))
    assert rungs == ["1h", "4h"]
    assert age_of_domain(known, "big.example", Instant(NOW)) == Age(3600.0, 14400.0, "ladder")
    polls = [d for d in known.domains.rows if d.name == "big.example"] if known.domains else []
    isp = known.isp_of("big.example")
    assert age_of_isp(known, isp, polls, Instant(NOW)).min_s == 3600.0


def test_a_whole_list_tells_the_age_and_a_full_one_a_minimum(known: Knowledge) -> None:
    ask = Ask(Page.LIST_QUEUE, "small.example/v1", most=LISTABLE)
    row = {"rcpt": "u@small.example", "timeQueued": "2025-04-01 13:50:00"}
    for rows, upper in (([row], 600.0), ([row] * LISTABLE, None)):
        take(known, frame(SourceName.DETAILS, {"msgs": rows}, ask))
        age = next(q.age for q in queues_section(known, Instant(NOW)) if q.name == ask.about)
        assert age == Age(600.0, upper, "listqueue")


def test_limits_in_force_are_shown_and_bind(known: Knowledge) -> None:
    words = "max-smtp-out 20\nbackoff-max-smtp-out 2\n"
    for queue in QUEUES:
        take(known, frame(SourceName.DETAILS, words, Ask(Page.SETTINGS, str(queue["name"]))))
    vmta = "max-smtp-out 400\n"
    take(known, frame(SourceName.DETAILS, vmta, Ask(Page.VMTA_SETTINGS, "v1")))
    big, small = queues_section(known, Instant(NOW))
    assert (big.connections_max, big.binds) == (20, "queue")
    assert big.verdict is not None
    assert big.verdict.kind == "our-limit"
    assert small.connections_max == 2, "in backoff its own limit holds"
    assert vmta_limit(known, "v1") == 400


def test_unlimited_is_no_number(known: Knowledge) -> None:
    ask = Ask(Page.SETTINGS, "big.example/v1")
    take(known, frame(SourceName.DETAILS, "max-smtp-out unlimited\n", ask))
    assert known.queues is not None
    assert connections_max_of(known, known.queues.rows[0]) is None


def test_details_of_a_queue(known: Knowledge) -> None:
    ask = Ask(Page.QUEUE_DETAIL, "small.example/v1")
    page = {
        "name": "small.example/v1",
        "backoffReason": "421",
        "modeEvents": [{"time": "2025-04-01 13:30:00", "text": "backoff"}],
    }
    take(known, frame(SourceName.DETAILS, page, ask))
    queue = queues_section(known, Instant(NOW))[1]
    assert queue.backoff_reason == "421"
    assert queue.mode_since == NOW - 1800
    assert ask not in asked(known, looking_at(Subject.QUEUE, ask.about))
    later = asked(known, looking_at(Subject.QUEUE, ask.about), NOW + DETAIL_S + 1)
    assert ask in later


def test_disabled_sources_stand_at_their_address(known: Knowledge) -> None:
    words = "192.0.2.1 big.example/v1\n"
    take(known, frame(SourceName.DETAILS, words, Ask(Page.DISABLED_SOURCES, "big.example/v1")))
    header = b"type,timeLogged,rcpt,dlvSourceIp,vmta,queue"
    row = b"d,2025-04-01 13:59:00+0000,u@big.example,192.0.2.1,v1,big.example/v1\n"
    rows = Frame(SourceName.ACCT, Instant(NOW), 0.0, row, header=header, origin="acct.csv")
    take(known, rows)
    assert [ip.disabled_for for ip in source_ips_section(known)] == [("big.example/v1",)]


def test_a_restart_asks_for_the_limits_again(known: Knowledge) -> None:
    vmta = Ask(Page.VMTA_SETTINGS, "v1")
    take(known, frame(SourceName.DETAILS, "max-smtp-out 400\n", vmta))
    assert vmta not in asked(known, Focus())
    again = status("14:00:30", started="2025-04-01 14:00:10")
    take(known, frame(SourceName.STATUS, again, at=NOW + 30))
    assert vmta in asked(known, Focus(), NOW + 30)


def test_a_reload_in_the_log_asks_for_the_limits_again(known: Knowledge) -> None:
    vmta = Ask(Page.VMTA_SETTINGS, "v1")
    take(known, frame(SourceName.DETAILS, "max-smtp-out 400\n", vmta))
    for text, again in (
        (b"Configuration file not found", False),
        (b"Configuration reloaded.", True),
    ):
        line = b"2025-04-01 14:00:20 " + text + b"\n"
        take(known, Frame(SourceName.LOG, Instant(NOW), 0.0, line, origin="pmta.log"))
        assert (vmta in asked(known, Focus())) == again
    assert [(change.at, change.kind) for change in known.changes] == [(NOW + 20, "reload")]


def test_a_domain_and_a_job_in_focus_are_asked_for_their_own_pages(known: Knowledge) -> None:
    domain, job = Ask(Page.DOMAIN_DETAIL, "big.example"), Ask(Page.JOB_DETAIL, "j1")
    focus = Focus(keys=(Key(Subject.DOMAIN, "big.example"), Key(Subject.JOB, "j1")))
    assert {domain, job} <= set(asked(known, focus))
    error = {"time": "2025-04-01 13:59:00", "text": "450 later"}
    take(known, frame(SourceName.DETAILS, {"name": "big.example", "errors": [error]}, domain))
    take(known, frame(SourceName.DETAILS, {"name": "j1", "rcp": 7, "paused": True}, job))
    assert not {domain, job} & set(asked(known, focus))
    (told, _) = details_section(known, focus)
    assert [(line.at, line.text) for line in told.events] == [(NOW - 60, "450 later")]
    assert [(row.id, row.recipients, row.paused) for row in jobs_section(known)] == [
        ("j1", 7, True)
    ]


def test_the_limit_of_a_source_ip_binds_where_the_vmta_has_only_that_one(known: Knowledge) -> None:
    words = "max-smtp-out 50\nsource-ip-max-smtp-out 192.0.2.0/24 20\n"
    take(known, frame(SourceName.DETAILS, words, Ask(Page.SETTINGS, "big.example/v1")))
    header = b"type,timeLogged,rcpt,dlvSourceIp,vmta,queue"
    for address, binds in ((b"192.0.2.1", "source-ip"), (b"192.0.2.2", None)):
        row = b"d,2025-04-01 13:59:00+0000,u@big.example,%s,v1,big.example/v1\n" % address
        rows = Frame(SourceName.ACCT, Instant(NOW), 0.0, row, header=header, origin="acct.csv")
        take(known, rows)
        assert queues_section(known, Instant(NOW))[0].binds == binds


def test_a_line_of_the_kernel_says_what_it_means(known: Knowledge) -> None:
    lines = b"eth0: up\nOut of memory: Killed process 4711 (pmtad)\n"
    take(known, Frame(SourceName.KERNEL, Instant(NOW), 0.0, lines, origin="/dev/kmsg"))
    told = [(line.origin, line.text[:6], bool(line.means)) for line in log_section(known)]
    assert told == [("kernel", "eth0: ", False), ("kernel", "Out of", True)]
