"""Status and list pages: tolerant of every shape, one line of words for what is no page."""

import contextlib
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.model.polls import QueueError
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.lists import parse_domains, parse_jobs, parse_queues, parse_vmtas
from pmtatop.parsing.log_line import parse_log_line
from pmtatop.parsing.safe_text import safe_text
from pmtatop.parsing.status import parse_status
from pmtatop.parsing.tree import tree_of

PARSERS = (tree_of, parse_status, parse_queues, parse_domains, parse_vmtas, parse_jobs)


def page(**data: Any) -> bytes:
    return json.dumps({"data": data, "status": "success", "message": ""}).encode()


def queue(**fields: Any) -> Any:
    (row,) = parse_queues(page(queues=[{"name": "a.example/v1"} | fields])).rows
    return row


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "an empty reply"),
        (b"\n<!DOCTYPE html><html>", "an HTML page"),
        (b"<rsp><data/></rsp>", "PMTA says: failed"),
        (b'{"data": {"x": ' + b"9" * 5000 + b"}}", "not JSON"),
        (b'{"data": ' + b"[" * 100_000, "nests deeper"),
        (b"[1]", "no object"),
        (b'{"data": "text", "status": "success"}', "no `data`"),
        (b'{"status": "fail", "message": "no \\u001b such"}', "PMTA says: no ␛ such"),
        (b'{"status": "fail", "message": {"a": []}}', "PMTA says: failed"),
        (b'{"data": {"x": 1', "not JSON"),
    ],
)
def test_what_is_no_reply_is_one_line_of_words(payload: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        tree_of(payload)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


def test_raw_control_bytes_do_not_cost_the_page_and_become_visible() -> None:
    payload = page(queues=[{"name": "q", "errors": [{"text": "HERE"}]}])
    (row,) = parse_queues(payload.replace(b"HERE", b"421 \x1b]0;x\x07\0\n\xff")).rows
    assert row.errors == (QueueError(None, safe_text("421 ␛]0;x␇␀␊‹FF›")),)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" 5 ", 5),
        (5.0, 5),
        (5.5, None),
        (-1, None),
        (1e30, None),
        (10**400, None),
        ("1e400", None),
        ("nan", None),
        (True, None),
        (None, None),
        ([], None),
        ("many", None),
    ],
)
def test_a_count_that_makes_no_sense_is_unknown(value: object, number: int | None) -> None:
    assert queue(rcp=value).recipients == number
    assert type(queue(rcp=value).recipients) in (int, type(None))


@pytest.mark.parametrize(("value", "size"), [(0, 0.0), (5.5, 5632.0), ("0.5", 512.0), (True, None)])
def test_kilobytes_are_bytes(value: object, size: float | None) -> None:
    assert queue(kb=value).bytes_ == size


@pytest.mark.parametrize(
    ("value", "paused"),
    [
        *itertools.product((True, 1, "1", "yes", "YES", "true"), (True,)),
        *itertools.product((False, 0, "0", "no", "false"), (False,)),
        *itertools.product(("maybe", 2, None, [], "", 0.5), (None,)),
    ],
)
def test_every_form_of_a_flag(value: object, paused: bool | None) -> None:
    assert queue(paused=value).paused is paused


@pytest.mark.parametrize("key", ["errors", "event", "events"])
def test_errors_under_every_name_alone_or_in_a_list(key: str) -> None:
    entry = {"time": "2014-09-20 18:24:33", "text": "421 no", "type": "error"}
    assert queue(**{key: [entry]}).errors == queue(**{key: entry}).errors
    assert queue(**{key: entry}).errors[0].local_at == 1411237473.0


def test_a_queue_in_full() -> None:
    row = queue(
        rcp=77, kb=1, conn="3", paused="no", mode="backoff", retryTime="2014-09-20 18:25:32"
    )
    assert (row.recipients, row.bytes_, row.connections, row.paused) == (77, 1024.0, 3, False)
    assert (row.mode, row.local_retry_at, row.errors) == ("backoff", 1411237532.0, ())


def test_a_name_that_comes_twice_counts_the_first_time() -> None:
    rows = [{"name": "q", "rcp": 1}, {"name": "q", "rcp": 2}, {"rcp": 3}, "?", None]
    listed = parse_queues(page(queues=rows, totalQueuesWithRcp="1428"))
    assert [row.recipients for row in listed.rows] == [1]
    assert listed.total == 1428


def test_one_element_that_is_no_list() -> None:
    assert parse_domains(page(domain={"name": "d", "conn": 2})).rows[0].connections == 2


def test_an_old_job_has_an_id() -> None:
    listed = parse_jobs(page(jobs=[{"id": "j1", "rcp": 4, "paused": "yes"}], totalJobsWithRcp=9))
    assert (listed.rows[0].name, listed.rows[0].paused, listed.total) == ("j1", True, 9)


def test_a_vmta_has_its_share() -> None:
    (row,) = parse_vmtas(page(vmtas=[{"name": "v", "pctOfTotal": "12.5", "dom": 3}])).rows
    assert (row.share, row.domains) == (0.125, 3)


def test_a_page_without_its_list_is_empty() -> None:
    assert parse_queues(page(title="x")).rows == ()


STATUS = {
    "timeNow": "2019-02-19 23:00:46",
    "startupTime": "2019-02-19 22:00:46",
    "shuttingDown": False,
    "status": "running",
    "traffic": {"total": {"in": {"rcp": 10, "msg": 9, "kb": 5.5}, "out": {"rcp": "8"}}},
    "conn": {"smtpIn": {"cur": 1, "max": 100, "top": 7}},
    "queue": {"smtp": {"rcp": 25020, "dom": 3, "kb": 2}},
    "spool": {"totalRcp": 25020, "maxRcp": 25000},
}


@pytest.mark.parametrize("data", [{"status": STATUS}, {"mta": {"status": STATUS}}])
def test_status_at_both_places(data: dict[str, Any]) -> None:
    status = parse_status(page(**data))
    assert status.local_now is not None
    assert status.local_startup is not None
    assert status.local_now - status.local_startup == 3600
    assert status.state == "running"
    assert status.shutting_down is False
    assert (status.total_in.recipients, status.total_in.bytes_) == (10, 5632.0)
    assert (status.total_out.recipients, status.total_out.messages) == (8, None)
    assert (status.connections_in.top, status.connections_out.cur) == (7, None)
    assert (status.queue_recipients, status.spool_max) == (25020, 25000)


def test_a_page_that_is_not_status_says_so() -> None:
    with pytest.raises(ParseError, match="status"):
        parse_status(page(queues=[]))


@pytest.mark.parametrize(
    ("raw", "at", "text"),
    [
        (b"2018-07-03 18:05:37 Startup error: No", 1530641137.0, "Startup error: No"),
        (b"2003-06-29 15:32:00 ( 20)<<< EHLO x", 1056900720.0, "( 20)<<< EHLO x"),
        (b"  continued \x1b[2J", None, "  continued ␛[2J"),
        (b"2018-99-03 18:05:37 x", None, "x"),
        (b"", None, ""),
    ],
)
def test_a_log_line(raw: bytes, at: float | None, text: str) -> None:
    assert parse_log_line(raw) == (at, text)


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
)
keys = st.sampled_from(
    [
        "queues",
        "vmtas",
        "jobs",
        "name",
        "id",
        "rcp",
        "kb",
        "conn",
        "errors",
        "text",
        "time",
        "paused",
        "retryTime",
        "status",
        "mta",
        "traffic",
        "total",
        "in",
        "product",
        "version",
        "timeNow",
    ]
)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6)
)


@given(trees)
def test_no_json_raises_anything_but_a_parse_error(data: object) -> None:
    payloads = [
        json.dumps(data),
        json.dumps({"data": data}),
        json.dumps({"data": {"queues": data}}),
    ]
    for parser in PARSERS:
        for payload in payloads:
            with contextlib.suppress(ParseError):
                parser(payload.encode())


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_parse_error(payload: bytes) -> None:
    for parser in PARSERS:
        with pytest.raises(ParseError):
            parser(payload)
    parse_log_line(payload)


@pytest.mark.parametrize("key", ["paused", "name", "rcp", "errors", "retryTime", "mode"])
@pytest.mark.parametrize("depth", range(880, 1000, 20))
def test_deep_nesting_in_any_field_is_no_crash(key: str, depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    payload = b'{"data": {"queues": [{"name": "a", "%s": %s}]}}' % (key.encode(), deep)
    with contextlib.suppress(ParseError):
        parse_queues(payload)
