"""Pages about single objects, settings, lists of recipients: known shapes and unknown ones."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.parsing.details import (
    parse_disabled_sources,
    parse_domain_detail,
    parse_job_detail,
    parse_queue_detail,
)
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.license_page import parse_license, parse_version
from pmtatop.parsing.list_queue import parse_list_queue, parse_logs
from pmtatop.parsing.settings_page import parse_settings
from tests.parsing.rendering import as_dom, as_json, as_xml

DETAIL = {
    "name": "a.example/v",
    "rcp": 5,
    "mode": "backoff",
    "backoffReason": "too many errors",
    "paused": False,
    "errors": [{"time": "2025-04-01 02:51:00", "text": "connect rate limit reached"}],
    "disabledSources": "198.51.100.7",
}


@pytest.mark.parametrize("write", [as_json, as_xml, as_dom])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_queue_in_detail(write: object, wrapped: bool) -> None:
    assert callable(write)
    detail = parse_queue_detail(write({"queue": DETAIL} if wrapped else DETAIL))
    assert (detail.poll.name, detail.poll.recipients, detail.poll.mode) == (
        "a.example/v",
        5,
        "backoff",
    )
    assert detail.backoff_reason == "too many errors"
    assert detail.poll.errors[0].text == "connect rate limit reached"
    assert detail.disabled_ips == ("198.51.100.7",)


def test_recipient_events_of_an_unknown_shape_are_shown_whole() -> None:
    page = b'{"data": {"name": "q", "recipientEvents": [{"type": "deferred", "rcpt": "x"}]}}'
    assert parse_queue_detail(page).recipient_events[0].text == "deferred x"


def test_domain_and_job_in_detail() -> None:
    assert parse_domain_detail(as_json({"domain": {"name": "a.example", "rcp": 5}})).recipients == 5
    assert parse_job_detail(as_xml({"job": {"id": "j1", "paused": "yes"}})).paused is True


MSGS = [
    {"queue": "öbb.example/v", "rcpt": "H@öbb.example", "timeQueued": "2018-11-06 16:19:22"},
    {"queue": "öbb.example/v", "rcpt": "I@öbb.example", "timeQueued": "2018-11-06 16:19:23"},
]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_lists_of_recipients(count: int) -> None:
    for write in (as_json, as_xml, as_dom) if count else (as_json, as_xml):
        listed = parse_list_queue(write({"msgs": MSGS[:count]}))
        assert len(listed.rows) == count
        assert all(row.local_queued_at is not None for row in listed.rows)
        assert not listed.busy


def test_busy_queues_are_told() -> None:
    words = "1 queue busy while listing; consider using the --pause option."
    page = f"<rsp><data></data><succ>{words}</succ></rsp>"
    assert parse_list_queue(page.encode()).busy
    assert parse_list_queue(f'{{"data": {{}}, "message": "{words}"}}'.encode()).busy


SETTINGS = b'max-smtp-out 20\nbounce-after 4d12h\nuse-starttls yes\nuser-string "a b"\n\n'


def test_settings_in_every_shape() -> None:
    as_text = parse_settings(SETTINGS).values
    assert as_text == {
        "max-smtp-out": "20",
        "bounce-after": "4d12h",
        "use-starttls": "yes",
        "user-string": "a b",
    }
    wrapped = b"<rsp><data>" + SETTINGS + b"</data><succ/></rsp>"
    assert parse_settings(wrapped).values == as_text
    assert dict(parse_settings(b'max-smtp-out="20"\n').values) == {"max-smtp-out": "20"}
    tree = b'{"data": {"settings": {"max-smtp-out": 20, "use-starttls": true}}}'
    assert parse_settings(tree).values == {"max-smtp-out": "20", "use-starttls": "yes"}
    pairs = b'{"data": {"settings": [{"name": "max-smtp-out", "value": "unlimited"}]}}'
    assert parse_settings(pairs).values == {"max-smtp-out": "unlimited"}
    with pytest.raises(ParseError, match="no setting"):
        parse_settings(b"")


def test_addresses_of_an_unknown_shape() -> None:
    words = b"198.51.100.7 a.example/v reenabled after 02:51:00\n2001:db8::1 b.example/v\n"
    assert parse_disabled_sources(words) == ("198.51.100.7", "2001:db8::1")
    assert parse_disabled_sources(b"No sources are disabled.") == ()


@pytest.mark.parametrize(
    "refusal",
    [
        b'{"status": "fail", "message": "198.51.100.7 may not do this"}',
        b"<rsp><data><msg>198.51.100.7 may not do this</msg></data></rsp>",
    ],
)
def test_the_address_in_a_refusal_is_no_disabled_source(refusal: bytes) -> None:
    with pytest.raises(ParseError, match="may not do this"):
        parse_disabled_sources(refusal)


def test_an_entry_without_queue_and_recipient_is_nobody() -> None:
    assert parse_list_queue(b'{"data": {"msgs": [{}, {"note": "busy"}]}}').rows == ()


def test_license_and_version() -> None:
    assert parse_license(b"License expires on 2027-01-31\n") is not None
    assert parse_license(b'{"data": {"lak": {"expiration": "2027-01-31"}}}') is not None
    assert parse_license(b"serial 5, for ever\n") is None
    said = b'{"data": "PowerMTA v5.0r5 (2020-07-06 17:39:50, 64-bit).\\n", "status": "success"}'
    assert parse_version(said) == "5.0r5"


def test_log_files() -> None:
    page = b'{"data": {"logs": [{"name": "pmta.log", "date": "2025-04-01 02:51:00", "size": 7}]}}'
    (row,) = parse_logs(page).rows
    assert (row.name, row.bytes_) == ("pmta.log", 7)


READERS = (
    parse_queue_detail,
    parse_domain_detail,
    parse_job_detail,
    parse_disabled_sources,
    parse_list_queue,
    parse_logs,
    parse_settings,
    parse_license,
    parse_version,
)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_page_or_a_line_of_words(payload: bytes) -> None:
    for start in (b"", b"<rsp><succ/><data>", b'a[0].b="', b'{"data": '):
        for read in READERS:
            with suppress(ParseError):
                read(start + payload)


@pytest.mark.parametrize("read", READERS)
def test_what_nests_too_deep_is_refused_or_not_looked_at(read: Callable[[bytes], object]) -> None:
    deep = b'{"data": {"settings": ' + b'{"a": ' * 400 + b"1" + b"}" * 402
    with suppress(ParseError):
        read(deep)
