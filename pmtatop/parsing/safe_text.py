"""safe_text: the one door through which text of strangers comes in."""

import re
import unicodedata
from functools import lru_cache

from pmtatop.model.text import SafeText

LIMIT = 2000
"""Characters kept of one text; SMTP replies are far shorter."""

LONGEST_CACHED = 300
"""Longer texts are not kept: strangers choose their size, and 65,536 of them would stay."""

_MARKS_IN_A_ROW = 4
"""Combining marks kept on one letter: more only paint over neighbouring lines."""

_HIDDEN = re.compile(
    "["
    "\u0000-\u001f\u007f-\u009f"  # C0, DEL, C1: they drive terminals
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # invisible letters
    "\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # bidi, joiners
    "\ud800-\udfff"  # surrogates: bytes that were no UTF-8
    "\ue000-\uf8ff\U000e0000-\U0010ffff"  # private use, tags, variation selectors
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "]"
)


def safe_text(raw: str | bytes, limit: int = LIMIT) -> SafeText:
    """`raw` with every character that acts instead of showing replaced by a visible stand-in.

    C0 and DEL become their Unicode pictures (ESC is ␛), other hidden characters their code
    point in angle marks (‹202E›), bytes that are no UTF-8 ‹FF›. At most `limit` characters, the
    last one `…` when cut. Applying it twice changes nothing.
    """
    text = raw.decode("utf-8", "surrogateescape") if isinstance(raw, bytes) else raw
    if len(text) <= limit and text.isascii() and text.isprintable():
        return SafeText(text)  # nearly all there is
    shown = _shown(text[:limit])
    cut = len(text) > limit or len(shown) > limit
    return SafeText(shown[: limit - 1] + "…" if cut else shown)


def _shown(text: str) -> str:
    return _without_floods(_HIDDEN.sub(_stand_in, text))


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:
        return f"‹{code - 0xDC00:02X}›"
    return f"‹{code:04X}›"


def _without_floods(text: str) -> str:
    """Drop combining marks beyond the fourth in a row."""
    if text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def cached_safe_text(raw: str) -> SafeText:
    """safe_text for the names and replies that return on every row: one object for all of them."""
    return _cached(raw) if len(raw) < LONGEST_CACHED else safe_text(raw)


@lru_cache(maxsize=65536)
def _cached(raw: str) -> SafeText:
    return safe_text(raw)
