"""Scrubbing: nobody's name is left, and whatever names nobody is left as it was."""

import json

import pytest

from pmtatop.parsing.tree import leaves, tree_of
from pmtatop.sources.scrub import Scrubber
from tests.parsing.rendering import as_dom, as_json, as_xml

PAGE = {
    "queues": [
        {
            "name": "customer-one.org/blue",
            "rcp": 5,
            "kb": 5.5,
            "errors": [
                {
                    "time": "2025-04-01 02:51:00",
                    "text": "550 <ann.b+x=y@customer-one.org> [5.7.1] unknown at "
                    "mx7.customer-one.org (203.0.113.9) from 2001:db8:7::9; 4.2.1 see http://help.gmail.com/x.html",
                },
            ],
            "serial": "AB-12 of Customer One",
            "header_subject": "hello Ann",
        },
        {"name": "öbb.at/blue", "rcp": 1},
    ]
}

TELLTALE = ("customer", "ann", "203.0", "db8:7", "bb.at", "blue", "AB-12")


@pytest.mark.parametrize("write", [as_json, as_xml, as_dom])
def test_no_name_is_left_and_every_other_leaf_is(write: object) -> None:
    assert callable(write)
    scrubber = Scrubber()
    scrubber.learn("vmta", ["blue"])
    raw = write(PAGE)
    scrubbed = scrubber.bytes(raw)
    for word in TELLTALE:
        assert word.lower() not in scrubbed.decode().lower()
    before, after = dict(leaves(tree_of(raw))), dict(leaves(tree_of(scrubbed)))
    assert before.keys() == after.keys()
    assert "2025-04-01 02:51:00" in after.values()
    assert [before[k] for k in before if "rcp" in k] == [after[k] for k in after if "rcp" in k]
    words = str(next(value for path, value in after.items() if path.endswith(".text")))
    assert "[5.7.1]" in words
    assert "4.2.1" in words
    assert words.count("gmail.com") == 1


def test_the_same_name_has_one_stand_in() -> None:
    scrubber = Scrubber()
    first = scrubber.text("u@shop.example.org via shop.example.org (203.0.113.9)")
    assert first == "u1@h1.example via h1.example (198.18.0.1)"
    assert scrubber.text("203.0.113.9 SHOP.example.org") == "198.18.0.1 h1.example"


@pytest.mark.parametrize(
    "words",
    [
        "PowerMTA v5.0r5 (2020-07-06 17:39:50, 64-bit; v5_0r5@200706.c291ebf).",
        "4.2.1 14:32:10 pmta.log acct-2025-04-01-0000.csv gmail.com 127.0.0.1 ::1 1.5",
        "max-smtp-out 20",
        '{"data": {"x": "\\u00e9 \\n\\"q\\""}}',
    ],
)
def test_what_names_nobody_stays(words: str) -> None:
    assert Scrubber().bytes(words.encode()) == words.encode()


def test_escaped_names_are_names() -> None:
    page = b'{"data": {"a": "\\nacme.org \\u00f6bb.at", "b": "u\\u0040acme.org"}}'
    scrubbed = json.loads(Scrubber().bytes(page))["data"]
    assert scrubbed == {"a": "\nh1.example h2.example", "b": "u1@h1.example"}


def test_keys_are_gone_whatever_they_stand_in() -> None:
    key = "k3y_" + "A9" * 16
    assert key.encode() not in Scrubber().bytes(f"echo {key}".encode())
    assert b"short" not in Scrubber(["short"]).bytes(b"your key short is wrong")


def test_bytes_that_are_no_text_survive() -> None:
    assert Scrubber().bytes(b"\xff\xfe acme.org \x00") == b"\xff\xfe h1.example \x00"
