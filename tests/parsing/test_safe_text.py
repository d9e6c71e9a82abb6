"""safe_text: nothing that acts comes through, nothing that is plain is touched."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.parsing.safe_text import cached_safe_text, safe_text

CATEGORIES_THAT_ACT = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}

anything = st.text(st.characters(), max_size=200) | st.text(
    st.sampled_from("\x1b\x00\x7f\x9b\u202e\u2066\u200b\u2028\ufeff\ud800\U000e0041\u0301ab…‹›"),
    max_size=200,
)


@given(anything | st.binary(max_size=200), st.integers(1, 220))
def test_no_acting_character_survives_and_the_cap_holds(raw: str | bytes, limit: int) -> None:
    shown = safe_text(raw, limit)
    assert len(shown) <= limit
    # Arabic number signs (Cf) are letters of their scripts: they are drawn, and act on nothing.
    acting = {c for c in shown if unicodedata.category(c) in CATEGORIES_THAT_ACT}
    assert not {c for c in acting if unicodedata.bidirectional(c) not in {"AN", "L", "AL"}}
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)
    shown.encode("utf-8")


@given(anything | st.binary(max_size=200), st.integers(1, 220))
def test_cleaning_twice_changes_nothing(raw: str | bytes, limit: int) -> None:
    once = safe_text(raw, limit)
    assert safe_text(once, limit) == once


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=100))
def test_printable_ascii_is_untouched(raw: str) -> None:
    assert safe_text(raw) == raw
    assert cached_safe_text(raw) == raw
    assert safe_text(raw.encode()) == raw


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\nb\tc\r\0", "a␊b␉c␍␀"),
        ("\x7f", "␡"),
        ("\x9b31m", "‹009B›31m"),
        ("a\u202eb", "a‹202E›b"),
        ("\u200b", "‹200B›"),
        ("\U000e0041", "‹E0041›"),
        (b"caf\xe9", "caf‹E9›"),
        (b"b\xc3\xbccher.de", "bücher.de"),
        ("[/x] [TSS04] [@click=quit]", "[/x] [TSS04] [@click=quit]"),
    ],
)
def test_each_kind_has_its_stand_in(raw: str | bytes, shown: str) -> None:
    assert safe_text(raw) == shown


def test_a_flood_of_marks_is_capped() -> None:
    assert safe_text("e" + "\u0301" * 500) == "e" + "\u0301" * 4


def test_a_flood_behind_the_cap_leaves_no_raw_character() -> None:
    raw = "e" + "\u0301" * 20 + "\x1b" * 30
    assert "\x1b" not in safe_text(raw, 21)


def test_a_cut_is_visible() -> None:
    assert safe_text("x" * 11, 10) == "x" * 9 + "…"
    assert safe_text("x" * 10, 10) == "x" * 10


def test_long_texts_are_not_kept() -> None:
    assert cached_safe_text("y" * 3000) == "y" * 1999 + "…"
