"""Where whole rows end in a block of bytes, and where a new header begins."""

import re
from hashlib import blake2b

LONGEST_QUOTED = 64 * 1024
"""A quoted cell that is still open after so many bytes was never one: its row is damaged."""

# The first star gives nothing back: an open cell must not end at a quote in its middle.
_CELL = re.compile(rb'(?:"(?:[^"]|"")*+"[^,\n]*|[^,\n"][^,\n]*|)(,|\n)')

HEADER = b"type,"
"""How the header line of every accounting file begins; no record is of type `type`."""


def end_of_lines(block: bytes) -> int:
    """The position behind the last whole line; 0 when there is none."""
    return block.rfind(b"\n") + 1


def end_of_records(block: bytes) -> int:
    """The position behind the last whole CSV record, whose quoted cells may hold line ends."""
    end = end_of_lines(block)
    if block.count(b'"', 0, end) % 2 == 0:
        return end
    return _scanned_end(block)


def _scanned_end(block: bytes) -> int:
    """The same cell by cell: a quote inside an unquoted cell is only a character."""
    end = at = 0
    while found := _CELL.match(block, at):
        at = found.end()
        if found[1] == b"\n":
            end = at
    if end == 0 and block.startswith(b'"', at) and len(block) - at > LONGEST_QUOTED:
        return block.find(b"\n", at) + 1
    return end


def header_places(rows: bytes) -> list[int]:
    """Positions of header lines among whole rows: the first row's, or one in mid-stream.

    A reply may hold the same words behind a line end: inside quotes they are no header.
    """
    places = [0] if rows.startswith(HEADER) else []
    at = rows.find(b"\n" + HEADER)
    while at >= 0:
        if rows.count(b'"', 0, at) % 2 == 0:
            places.append(at + 1)
        at = rows.find(b"\n" + HEADER, at + 1)
    return places


def identity_of(begin: bytes, body_at: int) -> str:
    """The name of a file that begins so, its first row's line included: 12 hex digits.

    All files begin with the same header, so only with a row is one unlike the others. A copy, a
    renamed and a compressed file have the same name, and so have their rows.
    """
    end = begin.find(b"\n", body_at) + 1 or len(begin)
    return blake2b(begin[:end], digest_size=6).hexdigest()
