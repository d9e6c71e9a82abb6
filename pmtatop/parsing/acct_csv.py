"""Accounting files: rows by the names of their header's columns, whatever their order."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, make_dataclass
from functools import lru_cache
from io import BytesIO, StringIO
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from pmtatop.model.event import AccountingRow
from pmtatop.model.text import SafeText
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.safe_text import cached_safe_text, safe_text
from pmtatop.parsing.stamps import instant_of

RECORD_TYPES = frozenset({"d", "b", "t", "tq", "r", "rb", "rs", "f"})
"""The eight record types of the guide; others are counted and skipped."""

JMRP_RECIPIENT = "header_X-HmXmrOriginalRecipient"
"""Where a JMRP complaint has the address that its `rcpt` leaves empty."""

COLUMNS = (
    *("type", "timeLogged", "timeQueued", "timeFirstAttempt", "orig", "rcpt", "dsnStatus"),
    *("dsnDiag", "dsnMta", "bounceCat", "dlvSourceIp", "dlvSize", "vmta", "vmtaPool", "jobId"),
    *("queue", "dlvTlsProtocol", "dlvTlsCipher", "dsnAction", JMRP_RECIPIENT),
    *("header_From", "rcvSmtpUser"),
)
"""The columns that are read, in the order in which `_row` takes them."""

VITAL = frozenset({"timeLogged", "orig", "rcpt", "dsnStatus", "dsnDiag", "queue"})
"""A row that ends before the last of these is torn; the guide's own rows may end a cell early."""

LONGEST_ADDRESS = 320
"""Characters of a mail address (RFC 3696 erratum 1690, before it was 254)."""

MOST_UNKNOWN_TYPES = 64
"""Distinct unknown types that are counted one by one: damage must not fill the memory."""

if TYPE_CHECKING:
    Draft = AccountingRow
else:
    # A frozen dataclass sets each field through object.__setattr__, a quarter of the time of a
    # row. This twin of the same layout is filled by plain assignments and frozen afterwards.
    Draft = make_dataclass("Draft", [f.name for f in fields(AccountingRow)], slots=True)


class AcctReader:
    """Rows under one header line. A column that comes twice counts where it comes first."""

    def __init__(self, header: bytes, unread: frozenset[str] = frozenset()) -> None:
        """Raises ParseError when this is no header of an accounting file.

        `unread`: record types that nobody asks for; their rows are counted and not made.
        """
        names = _header_names(header)
        if not names or names[0] != "type" or "timeLogged" not in names:
            shown = safe_text(header[:80])
            raise ParseError(f"no header of an accounting file (type,timeLogged,...): {shown}")
        self._width = len(names)
        # One more empty cell stands for every column that the header does not have.
        self._pick = itemgetter(*(names.index(c) if c in names else len(names) for c in COLUMNS))
        self._vital = 1 + max(names.index(column) for column in VITAL.intersection(names))
        self.columns = frozenset(names)
        """Names that the header has, whether they are read or not."""
        self.skipped: Counter[str] = Counter()
        """Rows of types that are not PMTA's, by type."""
        self.malformed = 0
        """Rows that are torn, or whose time is no time."""
        self._unread = unread
        self.unread = 0
        """Rows of the types in `unread`."""

    def rows(self, payload: bytes, prefix: str, offset: int) -> Iterator[AccountingRow]:
        """The rows of `payload`, which holds whole rows and begins at `offset` of its file."""
        return (row for row, _ in self.rows_and_bytes(payload, prefix, offset))

    def rows_and_bytes(
        self, payload: bytes, prefix: str, offset: int
    ) -> Iterator[tuple[AccountingRow, slice]]:
        """The same, each with where it stands in `payload`."""
        lengths = map(len, BytesIO(payload).readlines())
        begins = list(accumulate(lengths, initial=offset))
        reader = csv.reader(StringIO(payload.decode("utf-8", "surrogateescape"), newline="\n"))
        line, end = 0, len(begins) - 1
        while line < end:
            try:
                row = self._row(next(reader), prefix, begins[line])
            except csv.Error:
                self.malformed += 1
                row = None
            begin, line = begins[line] - offset, reader.line_num
            if row is not None:
                yield row, slice(begin, begins[min(line, end)] - offset)

    def _row(self, cells: list[str], prefix: str, begin: int) -> AccountingRow | None:
        if cells and cells[0] in self._unread:
            self.unread += 1
            return None
        values = self._values(cells)
        logged = instant_of(values[1]) if values else None
        if not values or logged is None:
            self._leave_out(cells)
            return None
        queue = cached_safe_text(values[15])
        recipient = values[5] or values[19]
        row = Draft(
            values[0],
            logged,
            instant_of(values[2]) if values[2] else None,
            instant_of(values[3]) if values[3] else None,
            safe_text(values[4], LONGEST_ADDRESS),
            safe_text(recipient, LONGEST_ADDRESS),
            cached_safe_text(values[6]),
            safe_text(values[7].removeprefix("smtp;")),
            cached_safe_text(values[8].partition(" (")[0]),
            cached_safe_text(values[9]),
            cached_safe_text(values[10]),
            _size(values[11]),
            cached_safe_text(values[12]),
            cached_safe_text(values[13]),
            cached_safe_text(values[14]),
            queue,
            _domain(recipient.rpartition("@")[2] or queue.rpartition("/")[0]),
            _domain(values[4].rpartition("@")[2]),
            cached_safe_text(values[16]),
            cached_safe_text(values[17]),
            cached_safe_text(values[18]),
            _from_domain(values[20]),
            cached_safe_text(values[21]),
            f"{prefix}:{begin}",
            self.columns,
        )
        row.__class__ = AccountingRow
        return row

    def _values(self, cells: list[str]) -> tuple[str, ...]:
        """The cells of COLUMNS; empty for a row of another type, a blank line or a torn row."""
        if len(cells) < self._vital or cells[0] not in RECORD_TYPES:
            return ()
        if len(cells) != self._width:
            del cells[self._width :]
            cells += [""] * (self._width - len(cells))
        cells.append("")
        picked: tuple[str, ...] = self._pick(cells)
        return picked

    def _leave_out(self, cells: list[str]) -> None:
        """Count a row that is not handed on; a blank line is no row."""
        if not cells:
            return
        type_ = cells[0]
        if type_ in RECORD_TYPES or len(cells) < self._vital or not _is_type(type_):
            self.malformed += 1
        else:
            known = type_ in self.skipped or len(self.skipped) < MOST_UNKNOWN_TYPES
            self.skipped[type_ if known else "other"] += 1


def _header_names(header: bytes) -> list[str]:
    text = header.decode("utf-8", "surrogateescape").lstrip("\ufeff").rstrip("\r\n")
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return []


def _is_type(cell: str) -> bool:
    return cell.isascii() and cell.isalnum() and len(cell) <= 16


def _size(cell: str) -> int | None:
    return int(cell) if cell.isdecimal() and cell.isascii() and len(cell) < 16 else None


@lru_cache(maxsize=4096)
def _from_domain(cell: str) -> SafeText:
    """Of `Name <a@b>` or `a@b`."""
    found = _AT.search(cell)
    return _domain(found[1]) if found else SafeText("")


_AT = re.compile(r"@([\w.-]{1,255})>?\s*$")


@lru_cache(maxsize=65536)
def _domain(name: str) -> SafeText:
    """A domain in lower case, as its A-label; one that has none stays as it is."""
    lowered = name.lower()
    if lowered.isascii():
        return safe_text(lowered, 255)
    try:
        return safe_text(lowered.encode("idna").decode("ascii"), 255)
    except UnicodeError:
        return safe_text(lowered, 255)
