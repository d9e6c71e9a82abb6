"""JSON replies of PMTA 5.0: `{"data": ..., "status": "success", "message": ""}`."""

import json
from collections.abc import Mapping

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
        return json.loads(text, strict=False, parse_constant=_unknown)
    except RecursionError:
        raise ParseError("the reply nests deeper than any PMTA page") from None
    except ValueError as error:
        raise ParseError(f"not JSON: {safe_text(str(error), 120)}") from None


def _unknown(name: str) -> None:
    """NaN and Infinity are no JSON; one such number is unknown, and costs no page."""


def _refuse_failure(reply: Mapping[str, object]) -> None:
    status = reply.get("status")
    if isinstance(status, str) and status.lower() != "success":
        message = reply.get("message")
        words = message if isinstance(message, str) and message else "failed, without a message"
        raise ParseError(f"PMTA says: {safe_text(words, 200)}")
