"""Shapes that no document has and some server will send: read where their meaning is plain."""

import pytest

from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.lists import parse_jobs, parse_queues
from pmtatop.parsing.status import parse_status


def names(payload: bytes) -> list[str]:
    return [row.name for row in parse_queues(payload).rows]


@pytest.mark.parametrize("nothing", [b"[]", b'""', b"null", b"{}"])
def test_no_data_at_all_is_an_empty_list(nothing: bytes) -> None:
    assert names(b'{"data": %s, "status": "success"}' % nothing) == []


def test_a_list_without_a_name_and_a_page_without_its_envelope() -> None:
    assert names(b'{"data": [{"name": "a/v"}], "status": "success"}') == ["a/v"]
    assert names(b'{"queues": [{"name": "a/v"}]}') == ["a/v"]
    page = parse_status(b'{"mta": {}, "status": {"queue": {"smtp": {"rcp": "5"}}}}')
    assert page.queue_recipients == 5
    with pytest.raises(ParseError, match="no `data`"):
        parse_queues(b'{"hello": "world"}')


def test_xml_with_a_plural_around_its_rows() -> None:
    errors = b"<errors><error><text>421 x</text></error><error><text>y</text></error></errors>"
    rows = b"<queue><name>a/v</name>%s</queue><queue><name>b/v</name></queue>" % errors
    page = parse_queues(b"<rsp><data><queues>%s</queues></data><succ/></rsp>" % rows)
    assert [(row.name, len(row.errors)) for row in page.rows] == [("a/v", 2), ("b/v", 0)]


def test_one_number_that_is_none_costs_no_page() -> None:
    rows = b'{"name": "a/v", "rcp": NaN, "kb": -Infinity}, {"name": "b/v", "rcp": 2}'
    first, second = parse_queues(b'{"data": {"queues": [%s]}}' % rows).rows
    assert (first.recipients, first.bytes_, second.recipients) == (None, None, 2)


def test_case_and_padding_do_not_count() -> None:
    queue = b'{"name": "a/v", "mode": "Backoff", "paused": "Yes"}'
    reply = b'{"data": {"queues": [%s]}, "status": "SUCCESS"}\x00\r\n' % queue
    (row,) = parse_queues(reply).rows
    assert (row.mode, row.paused) == ("backoff", True)


def test_a_job_is_named_by_a_number() -> None:
    assert [row.name for row in parse_jobs(b'{"data": {"jobs": [{"id": 12345}]}}').rows] == [
        "12345"
    ]
