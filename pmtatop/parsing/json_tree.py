"""JSON replies of PMTA 5.0: `{"data": ..., "status": "success", "message": ""}`."""

import json
from collections.abc import Mapping
from typing import NoReturn

from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.safe_text import safe_text


def json_reply(text: str) -> Mapping[str, object]:
    """The whole reply. Raises ParseError for what is no JSON object, and for a failure."""
    reply = _decoded(text)
    if not isinstance(reply, Mapping):
        raise ParseError("the reply is JSON, but no object")
    _refuse_failure(reply)
    return reply


def _decoded(text: str) -> object:
    # Not strict: one raw ESC in one reply would make the whole page undecodable. It comes through
    # here inside its string, like an escaped one, and `safe_text` makes both visible.
    try:
        return json.loads(text, strict=False, parse_constant=_refuse_constant)
    except RecursionError:
        raise ParseError("the reply nests deeper than any PMTA page") from None
    except ValueError as error:
        raise ParseError(f"not JSON: {safe_text(str(error), 120)}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _refuse_failure(reply: Mapping[str, object]) -> None:
    if reply.get("status") not in (None, "success"):
        message = reply.get("message")
        words = message if isinstance(message, str) and message else "failed, without a message"
        raise ParseError(f"PMTA says: {safe_text(words, 200)}")
