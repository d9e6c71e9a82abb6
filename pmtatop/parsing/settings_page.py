"""`show settings`, `show vmta-settings`: directives and their values in force."""

import re
from collections.abc import Mapping

from pmtatop.model.details import SettingsPage
from pmtatop.model.text import SafeText
from pmtatop.parsing.errors import ParseError, refuse_depth
from pmtatop.parsing.safe_text import safe_text
from pmtatop.parsing.tree import format_of, text_of, tree_of

MOST = 2000

_LINE = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9-]{1,60})[ \t]+(\S.*?)[ \t\r]*", re.ASCII)


def parse_settings(payload: bytes) -> SettingsPage:
    """Every directive in it; a value that is quoted loses its quotes. Raises ParseError.

    As text it is a line `name value` each (documented); as JSON, XML or DOM its shape is in no
    document, so every leaf counts under its own name.
    """
    values = _values(payload)
    if not values:
        raise ParseError("no setting in the reply: PMTA 4.5 or later tells them")
    return SettingsPage(values)


def _values(payload: bytes) -> dict[SafeText, SafeText]:
    if format_of(payload) != "text":
        words = text_of(payload) if format_of(payload) != "dom" else ""
        return _of_lines(words) or values_of(tree_of(payload))
    return _of_lines(text_of(payload))


def _of_lines(words: str) -> dict[SafeText, SafeText]:
    found: dict[SafeText, SafeText] = {}
    for line in words.splitlines()[:MOST]:
        match = _LINE.fullmatch(line)
        if match is not None:
            # The queue's own come first; the VMTA's may repeat a name behind them.
            found.setdefault(safe_text(match[1]), _unquoted(match[2]))
    return found


def values_of(value: object) -> dict[SafeText, SafeText]:
    """The leaves of a tree by their own names; `{name, value}` pairs count as one."""
    found: dict[SafeText, SafeText] = {}
    _collect("", value, found)
    return found


def _collect(name: str, value: object, found: dict[SafeText, SafeText], depth: int = 0) -> None:
    refuse_depth(depth)
    if isinstance(value, list):
        for item in value[:MOST]:
            _collect(name, item, found, depth + 1)
    elif isinstance(value, Mapping) and value.keys() >= {"name", "value"}:
        _collect(str(value["name"]), value["value"], found, depth + 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _collect(str(key), item, found, depth + 1)
    elif name and len(found) < MOST:
        found.setdefault(safe_text(name), _unquoted(_printed(value)))


def _printed(leaf: object) -> str:
    """JSON's booleans as PMTA's configuration writes them."""
    if isinstance(leaf, bool):
        return "yes" if leaf else "no"
    return "" if leaf is None else str(leaf)


def _unquoted(value: str) -> SafeText:
    quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return safe_text(value[1:-1] if quoted else value)
