"""The envelope of PMTA's JSON replies: decoded, and unwrapped to its `data`."""

import json
from collections.abc import Mapping
from typing import NoReturn

from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.safe_text import safe_text


def decode_json(payload: bytes) -> Mapping[str, object]:
    """`data` of `{"data": {...}, "status": "success"}`. Raises ParseError with one line."""
    text = payload.decode("utf-8", "surrogateescape").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        raise ParseError(f"{_markup(text)}, not JSON: is this PMTA's web monitor?")
    reply = _decoded(text)
    if not isinstance(reply, Mapping):
        raise ParseError("the reply is JSON, but no object")
    _refuse_failure(reply)
    data = reply.get("data")
    if not isinstance(data, Mapping):
        raise ParseError("the reply has no `data` object: is this PMTA's web monitor?")
    return data


def _decoded(text: str) -> object:
    # Not strict: one raw ESC in one reply would make the whole page undecodable. It comes through
    # here inside its string, like an escaped one, and `safe_text` makes both visible.
    try:
        return json.loads(text, strict=False, parse_constant=_refuse_constant)
    except RecursionError:
        raise ParseError("the reply nests deeper than any PMTA page") from None
    except ValueError as error:
        raise ParseError(f"not JSON: {safe_text(str(error), 120)}") from None


def _markup(text: str) -> str:
    start = text[:200].lower()
    return "an HTML page" if "html" in start else "an XML page"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _refuse_failure(reply: Mapping[str, object]) -> None:
    if reply.get("status") not in (None, "success"):
        message = reply.get("message")
        words = message if isinstance(message, str) and message else "failed, without a message"
        raise ParseError(f"PMTA says: {safe_text(words, 200)}")
