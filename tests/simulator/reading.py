"""What a test reads of a simulator, with the standard library only and no code of ours."""

import csv
import io
import json
import urllib.request
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pmtatop.simulator.accounting import HEADER

Row = dict[str, str]


class Heard:
    """Rows and log lines of a world, in memory."""

    def __init__(self) -> None:
        self.texts: list[tuple[int, str]] = []
        self.lines: list[tuple[int, str]] = []

    def rows(self, second: int, text: str) -> None:
        """Take rows."""
        self.texts.append((second, text))

    def log(self, second: int, text: str) -> None:
        """Take a log line."""
        self.lines.append((second, text))

    def parsed(self, since: int = 0) -> list[Row]:
        """The rows from this second on."""
        return parsed("".join(text for second, text in self.texts if second >= since))


def parsed(text: str) -> list[Row]:
    """Rows without their header line."""
    return list(csv.DictReader(io.StringIO(HEADER + text, newline=""), strict=True))


def rows_of(folder: Path) -> list[Row]:
    """All accounting rows in a folder, file by file."""
    return [row for path in sorted(folder.glob("acct-*.csv")) for row in rows_in(path)]


def rows_in(path: Path) -> list[Row]:
    """The rows of one file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def kinds(rows: Iterable[Row]) -> Counter[str]:
    """How many rows there are of each type."""
    return Counter(row["type"] for row in rows)


def to(rows: Iterable[Row], suffix: str) -> list[Row]:
    """The rows of queues whose domain ends in `suffix`."""
    return [row for row in rows if _domain(row).endswith(suffix)]


def _domain(row: Row) -> str:
    return row["rcpt"].partition("@")[2] or row["queue"].partition("/")[0]


def files_of(folder: Path) -> dict[str, bytes]:
    """Accounting files and logs below a folder by their relative paths."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".csv", ".log")
    }


def body(url: str, form: bytes | None = None) -> bytes:
    """What a GET answers, or with `form` a POST."""
    with urllib.request.urlopen(url, form, timeout=5) as reply:
        return bytes(reply.read())


def data(ready: dict[str, object], page: str, query: str = "") -> dict[str, Any]:
    """`data` of a page."""
    document = json.loads(body(f"{ready['url']}/{page}?format=json{query}"))
    assert document["status"] == "success"
    assert document["message"] == ""
    found = document["data"]
    assert isinstance(found, dict)
    return found


def leaves(document: object, path: str = "") -> dict[str, object]:
    """Every leaf of a document by its dotted path."""
    if not isinstance(document, dict):
        return {path: document}
    found: dict[str, object] = {}
    for key, value in document.items():
        found |= leaves(value, f"{path}.{key}" if path else key)
    return found
