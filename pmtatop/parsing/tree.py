"""One tree for one fact: PMTA's JSON, XML and DOM replies read to the same leaf paths."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pmtatop.parsing.dom_tree import dom_tree, is_dom
from pmtatop.parsing.errors import ParseError, refuse_depth
from pmtatop.parsing.json_tree import json_reply
from pmtatop.parsing.safe_text import safe_text
from pmtatop.parsing.xml_tree import succ_of, xml_reply, xml_root, xml_text

Tree = Mapping[str, object]

Format = Literal["json", "xml", "dom", "text"]

_ROWS = {
    "queue": "queues",
    "domain": "domains",
    "vmta": "vmtas",
    "job": "jobs",
    "msg": "msgs",
    "message": "msgs",
    "messages": "msgs",
    "log": "logs",
    "file": "files",
}
"""XML and DOM repeat the singular; JSON has the plural (seen in a client's code)."""

ROWS = "rows"
"""Under this name stands a list that the reply gives no name."""

_PAGES = frozenset({"mta", *_ROWS.values()})
"""One of them at the top of a reply: it has come without its envelope."""

_NAMES = _ROWS.keys() | set(_ROWS.values())

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def format_of(payload: bytes) -> Format:
    """What the first characters say."""
    if payload.startswith(_UTF16):
        return "xml"
    head = payload[:400].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if head[:1] in ("{", "["):
        return "json"
    if head[:1] == "<":
        return "xml"
    return "dom" if is_dom(head) else "text"


def tree_of(payload: bytes) -> Tree:
    """The facts of one reply, without its envelope. Raises ParseError with one line."""
    return told_by(payload)[0]


def told_by(payload: bytes) -> tuple[Tree, str]:
    """(facts, PMTA's sentence about them or "") of one reply, decoded once. Raises ParseError."""
    data, sentence = _data(payload)
    if isinstance(data, Mapping):
        return _canonical(data), sentence
    if isinstance(data, list) and data:
        return {ROWS: data}, sentence
    if data in ("", None, []):
        return {}, sentence  # `<data/>`: a list with nothing in it
    raise ParseError("the reply has no `data` object: is this PMTA's web monitor?")


def _data(payload: bytes) -> tuple[object, str]:
    kind = format_of(payload)
    if kind == "json":
        reply = json_reply(_text(payload).rstrip("\x00 \t\r\n"))
        if "data" not in reply and not _PAGES & reply.keys():
            raise ParseError("the reply has no `data` object: is this PMTA's web monitor?")
        return reply.get("data", reply), _string(reply.get("message"))
    if kind == "xml":
        root = xml_root(_xml(payload))
        return xml_reply(root), succ_of(root)
    if kind == "dom":
        return dom_tree(_text(payload)), ""
    raise ParseError(_no_page(payload))


def _xml(payload: bytes) -> str:
    text = xml_text(payload)
    if "<html" in text[:400].lower() or "<!doctype html" in text[:400].lower():
        raise ParseError("an HTML page, not data: is this PMTA's web monitor?")
    return text


def _no_page(payload: bytes) -> str:
    words = _text(payload).strip()
    if not words:
        return "an empty reply"
    return f"neither JSON, XML nor DOM, but: {safe_text(words, 120)}"


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "surrogateescape").lstrip("\ufeff \t\r\n")


def _canonical(data: Tree) -> Tree:
    """The same with lists under their plural names, also when they have one element or none."""
    if not _NAMES & data.keys():
        return data
    unwrapped = {name: _unwrapped(value) for name, value in data.items()}
    return {_ROWS.get(k, k) if _is_row_list(v) else k: v for k, v in unwrapped.items()}


def _unwrapped(value: object) -> object:
    """`<queues><queue>` as the list that it is."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((name, inner),) = value.items()
        return inner if name in _ROWS and isinstance(inner, list | Mapping) else value
    return value


def _is_row_list(value: object) -> bool:
    if isinstance(value, list):
        return True
    # `status.queue` is a branch as well, but its own; a row says who it is.
    return isinstance(value, Mapping) and bool({"name", "id", "rcpt"} & value.keys())


def text_of(payload: bytes) -> str:
    """The text of a command whose answer is text, in whatever envelope. Raises ParseError.

    JSON: `data` if it is a string, else `message`; XML: the text of `<data>`; else the reply.
    """
    kind = format_of(payload)
    if kind == "json":
        reply = json_reply(_text(payload))
        data = reply.get("data")
        return data if isinstance(data, str) else _string(reply.get("message"))
    if kind == "xml":
        data = xml_reply(xml_root(_xml(payload)))
        return data if isinstance(data, str) else ""
    return _text(payload)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def leaves(tree: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """(path, value) of every leaf, `queues[0].errors[1].text`; unknown keys too."""
    refuse_depth(depth)
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(tree, list):
        for i, value in enumerate(tree):
            yield from leaves(value, f"{path}[{i}]", depth + 1)
    else:
        yield path, tree
