"""One document in the forms that PMTA gives it: JSON (5.0), XML, DOM, and text for people."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

Document = Mapping[str, Any]

SINGULAR = {
    "queues": "queue",
    "domains": "domain",
    "vmtas": "vmta",
    "jobs": "job",
    "errors": "event",
    "msgs": "msg",
    "logs": "log",
}
"""XML and DOM repeat the singular where JSON has a list."""


def as_json(data: object, message: str = "", token: str = "") -> bytes:
    """`{"data": ..., "status": "success", "message": ""}`."""
    reply = {"data": data, "status": "success", "message": message}
    if token:
        reply["CSRFToken"] = token
    return json.dumps(reply, separators=(",", ":")).encode()


def json_failure(message: str) -> bytes:
    """`status: fail` and why."""
    return json.dumps({"data": "", "status": "fail", "message": message}).encode()


def as_xml(data: object, message: str = "") -> bytes:
    """`<rsp><data>...</data><succ/></rsp>`; text stands in `<data>` as it is."""
    inner = "".join(_elements(data)) if isinstance(data, Mapping) else escape(str(data))
    succ = f"<succ>{escape(message)}</succ>" if message else "<succ/>"
    return f"<rsp><data>{inner}</data>{succ}</rsp>".encode()


def xml_failure(message: str) -> bytes:
    """No `<succ>`; the element of a failure is in no document, this one is ours."""
    return f"<rsp><fail>{escape(message)}</fail></rsp>".encode()


def _elements(data: Document) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list):
            for item in value:
                yield f"<{SINGULAR[name]}>{''.join(_elements(item))}</{SINGULAR[name]}>"
        elif isinstance(value, Mapping):
            yield f"<{name}>{''.join(_elements(value))}</{name}>"
        elif value == "":
            yield f"<{name}/>"
        else:
            yield f"<{name}>{escape(_leaf(name, value))}</{name}>"


def as_dom(data: Document) -> bytes:
    """`path.to[0].leaf="value"` a line; quotes inside a value are not escaped."""
    return "".join(_lines(data, "")).encode()


def _lines(data: Document, path: str) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list):
            for i, item in enumerate(value):
                yield from _lines(item, f"{path}{SINGULAR[name]}[{i}].")
        elif isinstance(value, Mapping):
            yield from _lines(value, f"{path}{name}.")
        elif name == "paused":
            yield f'{path}{name}="{"yes" if value else "no"}"\n'
        else:
            yield f'{path}{name}="{_leaf(name, value)}"\n'


def _leaf(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if name == "kb" and isinstance(value, int | float):
        return f"{value:.1f}"
    return str(value)


def as_text(data: object) -> bytes:
    """For people: text as it is; a document as `name value` lines, which is a form of our own."""
    if not isinstance(data, Mapping):
        return str(data).encode()
    return as_dom(data).replace(b'="', b" ").replace(b'"\n', b"\n")
