"""Lines: pieces of text with a role, made to fit a width in cells; the only way onto the screen."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from pmtatop.ui.palette import Palette, Role

Piece = tuple[str, Role]
Line = Sequence[Piece]
"""One line: never markup, so whatever a stranger wrote stays text."""

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_UNSAFE_RANGES = (
    (0x80, 0x9F),  # C1: eight-bit CSI, OSC
    (0xAD, 0xAD),
    (0x061C, 0x061C),
    (0x180E, 0x180E),
    (0x200B, 0x200F),  # zero width, direction marks
    (0x2028, 0x202E),  # line separators, bidi overrides
    (0x2060, 0x206F),  # joiners, bidi isolates
    (0xD800, 0xDFFF),  # surrogates break the output's encoder
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE0FFF),
)
_STAND_INS = {c: chr(0x2400 + c) for c in range(0x20)} | {0x7F: "\N{SYMBOL FOR DELETE}"}
for _first, _last in _UNSAFE_RANGES:
    _STAND_INS |= dict.fromkeys(range(_first, _last + 1), _REPLACED)

_ASCII_GLYPHS = str.maketrans(
    {"–": "-", "…": "~", "●": "*", "○": "o", "▲": "^", "▼": "v", "·": ".", "█": "#", "░": "-"}
    | {"↓": "v", "↑": "^", "→": ">", "│": "|", "─": "-", "▸": ">", "◌": "~"}
)


def visible(text: str) -> str:
    """`text` with every character that could act on a terminal shown by a stand-in of one cell."""
    return text if text.isprintable() else text.translate(_STAND_INS)


def in_ascii(text: str) -> str:
    """`text` in ASCII and as many cells: our glyphs by their likeness, all others as `?`."""
    if text.isascii():
        return text
    drawn = text.translate(_ASCII_GLYPHS)
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in drawn)


class VisibleOnly(LineFilter):
    """The second wall: no control character passes, whichever widget let it through."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with stand-ins for control, bidi and zero-width characters."""
        return [s if s.text.isprintable() else _changed(s, visible(s.text)) for s in segments]


class AsciiOnly(LineFilter):
    """Everything in ASCII, for terminals and locales that have nothing else."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in ASCII."""
        return [s if s.text.isascii() else _changed(s, in_ascii(s.text)) for s in segments]


def _changed(segment: Segment, text: str) -> Segment:
    return Segment(text, segment.style, segment.control)


def fit(text: str, width: int, right: bool = False) -> str:
    """`text` in exactly `width` cells: padded, or cut with `…`."""
    text = visible(text)
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if right else text + padding


def width_of(line: Iterable[Piece]) -> int:
    """Cells that `line` takes."""
    return sum(cell_len(visible(text)) for text, _ in line)


def cut(line: Iterable[Piece], width: int) -> list[Piece]:
    """`line` in at most `width` cells, the last piece cut with `…`."""
    kept: list[Piece] = []
    left = width
    for raw, role in line:
        text = visible(raw)
        length = cell_len(text)
        if length > left:
            return [*kept, (fit(text, left), role)] if left > 0 else _ellipsis_at_end(kept)
        kept.append((text, role))
        left -= length
    return kept


def _ellipsis_at_end(pieces: list[Piece]) -> list[Piece]:
    if not pieces:
        return pieces
    text, role = pieces[-1]
    return [*pieces[:-1], (set_cell_size(text, max(0, cell_len(text) - 1)) + "…", role)]


def flush(left: Line, right: Line, width: int) -> list[Piece]:
    """`left`, cut where it must, and `right` at the end of a line of `width` cells."""
    right = cut(right, width)
    room = width - width_of(right)
    left = cut(left, max(0, room - 1) if right else room)
    return [*left, (" " * max(0, room - width_of(left)), "plain"), *right]


def packed(chunks: Sequence[Line], width: int, most: int, indent: int = 2) -> list[list[Piece]]:
    """`chunks` two cells apart in at most `most` lines of `width`; later lines are indented.

    A chunk is broken over lines only when one line is left: then it is cut.
    """
    lines: list[list[Piece]] = []
    for chunk in chunks:
        if lines and _joins(lines[-1], chunk, width, last=len(lines) >= most):
            lines[-1] += [("  ", "plain"), *chunk]
        else:
            lines.append([(" " * indent, "plain"), *chunk] if lines else list(chunk))
    return [cut(line, width) for line in lines]


def _joins(line: Line, chunk: Line, width: int, last: bool) -> bool:
    return last or width_of(line) + 2 + width_of(chunk) <= width


def strip_of(line: Line, width: int, palette: Palette, faded: bool = False) -> Strip:
    """`line` as Textual draws it: exactly `width` cells, every one with its style."""
    pieces = cut(line, width)
    filler = width - width_of(pieces)
    segments = [Segment(text, palette.style(role, faded)) for text, role in pieces]
    if filler > 0:
        segments.append(Segment(" " * filler, palette.style("plain", faded)))
    return Strip(segments, width).simplify()
