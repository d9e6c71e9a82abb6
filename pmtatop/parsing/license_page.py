"""`show license`, `show version`: a date and a name in a text whose shape is in no document."""

import re

from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import local_time
from pmtatop.parsing.safe_text import safe_text
from pmtatop.parsing.tree import format_of, leaves, text_of, tree_of

_EXPIRY = re.compile(r"expir\w*[^0-9\n]{0,40}(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d)?)", re.I)
_VERSION = re.compile(r"\bv?(\d+\.\d+(?:r\d+)?(?:[.\w-]{0,12})?)")


def parse_license(payload: bytes) -> Instant | None:
    """When it ends, server-local read as if UTC; None where nothing says so. Raises ParseError."""
    found = _EXPIRY.search(_flat(payload))
    return local_time(found[1]) if found else None


def parse_version(payload: bytes) -> SafeText | None:
    """The first thing that looks like PMTA's version, such as `5.0r5`. Raises ParseError."""
    found = _VERSION.search(_flat(payload))
    return safe_text(found[1]) if found else None


def _flat(payload: bytes) -> str:
    """Text as it stands, or `name value` of every leaf."""
    if format_of(payload) != "dom" and (words := text_of(payload)):
        return words
    try:
        return "\n".join(f"{path} {leaf}" for path, leaf in leaves(tree_of(payload)))
    except ParseError:
        return text_of(payload)
