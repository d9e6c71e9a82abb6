"""Sparklines and bars of block glyphs, with an ASCII form for terminals that have no others."""

from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = ".:-=+*#"
_GAP = " "


def _resampled(values: Sequence[float | None], width: int) -> list[float | None]:
    """The newest values in at most `width` groups, each group's mean; a group of gaps is a gap."""
    if len(values) <= width:
        return list(values)
    groups: list[float | None] = []
    for i in range(width):
        part = values[i * len(values) // width : (i + 1) * len(values) // width]
        known = [v for v in part if v is not None]
        groups.append(sum(v / len(known) for v in known) if known else None)
    return groups


def _is_number(value: float | None) -> bool:
    return value is not None and value == value and abs(value) != float("inf")


def sparkline(values: Sequence[float | None], width: int, ascii_only: bool = False) -> str:
    """`values` (oldest first) as `width` cells scaled from 0 to their maximum; gaps are blank."""
    cells = _resampled([v if _is_number(v) else None for v in values], width)
    glyphs = _ASCII if ascii_only else _BLOCKS
    top = max((v for v in cells if v is not None), default=0.0)
    drawn = "".join(_GAP if v is None else glyphs[_level(v, top, len(glyphs))] for v in cells)
    return drawn.rjust(width)


def _level(value: float, top: float, levels: int) -> int:
    if top <= 0 or value <= 0:
        return 0
    return min(levels - 1, int(value / top * (levels - 1) + 0.5))


def bar(ratio: float | None, width: int, ascii_only: bool = False) -> str:
    """A ratio of 0..1 as a bar of `width` cells; unknown is a row of dots, above 1 is full."""
    if ratio is None or not _is_number(ratio):
        return "·" * width if not ascii_only else "." * width
    full, empty = ("#", "-") if ascii_only else ("█", "░")
    filled = round(min(1.0, max(0.0, ratio)) * width)
    return full * filled + empty * (width - filled)
