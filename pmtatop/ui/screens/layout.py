"""Layout: how many lines each pane of the overview gets at a given terminal size."""

from dataclasses import dataclass

NEEDED = (40, 8)
"""Columns and lines below which only a polite line is drawn."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines for the panes; the ISP table takes what they leave."""

    traffic: int
    notes: int
    """Lines about missing sources."""
    alerts: int
    """At most."""
    vmta_bars: int
    tables: int
    """Lines of the second row of tables (VMTAs, queues); 0: not shown."""
    log: int
    single: bool = False
    """One pane at a time, the one that has the focus."""
    too_small: bool = False


def layout_for(width: int, height: int) -> Layout:
    """The layout for a terminal of `width` columns and `height` lines."""
    if width < NEEDED[0] or height < NEEDED[1]:
        return Layout(0, 0, 0, 0, 0, 0, too_small=True)
    if width < 80 or height < 24:
        return Layout(1, 1, 2, 0, 0, height, single=True)
    if width >= 160 and height >= 44:
        return Layout(2, 4, 12, 0, 13, 9)
    if height >= 36:
        return Layout(2, 3, 9, 2, 0, 8)
    return Layout(1, 2, 7, 1, 0, 4 if height < 30 else 6)
