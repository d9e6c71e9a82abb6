"""One document written in the three formats that PMTA speaks, by hands other than the parser's."""

import json
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

SINGULAR = {
    "queues": "queue",
    "domains": "domain",
    "vmtas": "vmta",
    "jobs": "job",
    "errors": "event",
    "msgs": "msg",
}

Document = Mapping[str, object]


def as_json(data: Document) -> bytes:
    return json.dumps({"data": data, "status": "success", "message": ""}).encode()


def as_xml(data: Document) -> bytes:
    return f"<rsp><data>{''.join(_elements(data))}</data><succ/></rsp>".encode()


def _elements(data: Document) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list):
            tag = SINGULAR[name]
            yield from (f"<{tag}>{''.join(_elements(item))}</{tag}>" for item in value)
        elif isinstance(value, Mapping):
            yield f"<{name}>{''.join(_elements(value))}</{name}>"
        else:
            yield f"<{name}>{escape(_flat(value))}</{name}>"


def as_dom(data: Document) -> bytes:
    return "".join(_lines(data, "")).encode()


def _lines(data: Document, path: str) -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, list):
            for i, item in enumerate(value):
                yield from _lines(item, f"{path}{SINGULAR[name]}[{i}].")
        elif isinstance(value, Mapping):
            yield from _lines(value, f"{path}{name}.")
        else:
            yield f'{path}{name}="{_flat(value)}"\n'


def _flat(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
