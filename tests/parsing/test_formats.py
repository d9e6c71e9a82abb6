"""JSON, XML and DOM tell the same facts; what is no reply is refused in words."""

from collections.abc import Callable, Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.lists import parse_domains, parse_jobs, parse_queues, parse_vmtas
from pmtatop.parsing.status import parse_status
from pmtatop.parsing.tree import format_of, leaves, text_of, tree_of
from tests.parsing.rendering import as_dom, as_json, as_xml

WRITERS = (as_json, as_xml, as_dom)

COUNTS = st.integers(0, 10**9)
NAMES = st.from_regex(r"[a-zöß{}][a-z0-9.-]{0,12}/[a-z{}][a-z0-9-]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF), min_size=1).map(
    lambda text: f"x {text} x"
)
ERRORS = st.lists(
    st.fixed_dictionaries({"time": st.just("2025-04-01 02:51:00"), "text": TEXTS}), max_size=3
)
QUEUES = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "rcp": COUNTS,
            "kb": st.floats(0, 1e9).map(lambda kb: round(kb, 1)),
            "conn": COUNTS,
            "paused": st.booleans(),
            "mode": st.sampled_from(["normal", "backoff"]),
            "retryTime": st.sampled_from(["", "2025-04-01 03:42:00"]),
            "errors": ERRORS,
        }
    ),
    max_size=4,
)


@given(QUEUES, COUNTS)
def test_queues_read_the_same(queues: list[Mapping[str, object]], total: int) -> None:
    page = {"title": "Top queues", "queues": queues, "totalQueuesWithRcp": total}
    read = [parse_queues(write(page)) for write in WRITERS]
    assert read[0] == read[1] == read[2]
    assert len(read[0].rows) == len({queue["name"] for queue in queues})


STATUS = {
    "mta": {"product": {"version": "5.0r8"}, "fullHostName": "mx", "ram": {"real": 4096}},
    "status": {
        "timeNow": "2025-04-01 02:51:00",
        "startupTime": "2025-03-01 02:51:00",
        "shuttingDown": False,
        "status": "running",
        "traffic": {"total": {"in": {"rcp": 7, "msg": 6, "kb": 5.5}, "out": {"rcp": 3, "kb": 0}}},
        "conn": {"smtpIn": {"cur": 1, "max": 100, "top": 9}, "smtpOut": {"cur": 2}},
        "queue": {"smtp": {"rcp": 11, "dom": 4, "kb": 1370100.3}},
        "spool": {"totalRcp": 25020, "maxRcp": 25000},
    },
}


@pytest.mark.parametrize("write", WRITERS)
def test_status_reads_the_same(write: Callable[[Mapping[str, object]], bytes]) -> None:
    page = parse_status(write(STATUS))
    assert page == parse_status(as_json(STATUS))
    assert (page.total_in.recipients, page.queue_recipients, page.shutting_down) == (7, 11, False)


def test_leaf_paths_are_the_same_in_every_format() -> None:
    paths = [dict(leaves(tree_of(write(STATUS)))).keys() for write in WRITERS]
    assert paths[0] == paths[1] == paths[2]
    assert "status.traffic.total.in.rcp" in paths[0]


def test_one_element_is_a_list_of_one() -> None:
    one = b"<rsp><data><job><id>j1</id><rcp>5</rcp></job></data><succ/></rsp>"
    assert [job.name for job in parse_jobs(one).rows] == ["j1"]
    assert parse_vmtas(b'{"data":{"vmtas":{"name":"v","rcp":"4"}}}').rows[0].recipients == 4
    assert parse_domains(b'domain[0].name="d.example"\n').rows[0].name == "d.example"


def test_quotes_inside_a_dom_value_are_its_own() -> None:
    text = 'skip of MX requested: "421 4.2.1 :  (DYN:T1)" received from mx.example (192.0.2.1)'
    page = parse_queues(
        f'queue[0].name="a.example/v"\nqueue[0].event[0].text="{text}"\r\ntotalRcp="3"\n'.encode()
    )
    assert page.rows[0].errors[0].text == text


def test_an_escape_does_not_cost_the_page() -> None:
    for escape in (b"\x1b", b"&#27;", b"&#x1B;"):
        page = b"<rsp><data><queue><name>a/v</name><event><text>a" + escape
        page += b"]52;c</text></event></queue></data><succ/></rsp>"
        assert parse_queues(page).rows[0].errors[0].text == "a␛]52;c"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_dtd_is_refused(encoding: str) -> None:
    bomb = '<!DOCTYPE rsp [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rsp><data>&b;</data></rsp>'
    bom = "\ufeff" if encoding == "utf-16-le" else ""
    with pytest.raises(ParseError, match="DTD"):
        tree_of((bom + bomb).encode(encoding))


def test_other_encodings_are_read() -> None:
    page = '<?xml version="1.0" encoding="{}"?><rsp><data><a>öbb</a></data><succ/></rsp>'
    for name in ("ISO-8859-1", "UTF-16"):
        assert tree_of(page.format(name).encode(name)) == {"a": "öbb"}
    assert tree_of(page.format("no-such-code").encode()) == {"a": "öbb"}


def test_a_stray_ampersand_is_an_ampersand() -> None:
    assert tree_of(b"<rsp><data><a>A & B &nbsp;</a></data><succ/></rsp>")["a"] == "A & B &nbsp;"


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"<rsp><data/><fail>no such queue</fail></rsp>", "PMTA says: no such queue"),
        (b"<rsp><data>", "not XML"),
        (b"<html><body>It works!</body></html>", "an HTML page"),
        (b"<a>" * 100_000, "XML"),
        (b"<rsp><data>" + b"<a>" * 50 + b"</a>" * 50 + b"</data><succ/></rsp>", "nests deeper"),
        (b'a="1"\na.b="2"\n', "both a value"),
        (b"pmta: cannot connect", "neither JSON, XML nor DOM, but: pmta: cannot connect"),
    ],
)
def test_what_is_no_reply_is_one_line_of_words(payload: bytes, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        tree_of(payload)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


def test_local_ips_have_no_data() -> None:
    page = b"<rsp><localIps><ip>127.0.0.1</ip><ip>::1</ip></localIps><succ/></rsp>"
    assert tree_of(page) == {"localIps": {"ip": ["127.0.0.1", "::1"]}}


def test_text_comes_in_any_envelope() -> None:
    assert text_of(b'{"data": "a 1\\n", "status": "success"}') == "a 1\n"
    assert text_of(b'{"data": {}, "status": "success", "message": "Queue(s) paused."}') == (
        "Queue(s) paused."
    )
    assert text_of(b"<rsp><data>a 1</data><succ/></rsp>") == "a 1"
    assert text_of(b"a 1\n") == "a 1\n"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_a_page_or_a_line_of_words(payload: bytes) -> None:
    for start in (b"", b"<rsp>", b'a[0].b="', b'{"data": '):
        assert format_of(start + payload) in ("json", "xml", "dom", "text")
        for read in (tree_of, text_of, parse_status, parse_queues):
            with suppress(ParseError):
                read(start + payload)
