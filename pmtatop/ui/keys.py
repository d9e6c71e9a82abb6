"""The one table of keys: bindings, footer, help and the README's key table come from it."""

from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One action and the keys that ask for it."""

    keys: tuple[str, ...]
    """Textual's names of the keys; the first one is shown in the footer."""
    shown: str
    """How a person calls them."""
    action: str
    """Action of the App, with its arguments."""
    text: str
    group: str
    footer: str = ""
    """Words in the footer; empty: not there."""
    priority: bool = False
    """Taken before the widget that has the focus sees it."""
    read_only_safe: bool = True
    """Whether it stays when nothing may be changed."""


GENERAL, MOVE, ROWS = "Everywhere", "Moving", "Rows"

KEYS = (
    KeyRow(("q",), "q", "quit", "quit", GENERAL, "q quit"),
    KeyRow(("question_mark", "f1"), "? F1", "help", "this help", GENERAL, "? help"),
    KeyRow(("slash",), "/", "filter", "filter: text, !not, regex", ROWS, "/ filter"),
    KeyRow(("c",), "c", "clear_filter", "clear the filter", ROWS),
    KeyRow(("enter",), "Enter", "drill", "look into the row", MOVE, "Enter drill"),
    KeyRow(("escape",), "Esc", "go_back", "back; clears a filter first; never quits", MOVE),
    KeyRow(("n",), "n", "anomaly(1)", "next row in trouble", MOVE, "n next"),
    KeyRow(("N",), "N", "anomaly(-1)", "previous row in trouble", MOVE),
    KeyRow(
        ("less_than_sign",), "<", "sort(-1)", "sort by the column to the left", ROWS, "< > sort"
    ),
    KeyRow(("greater_than_sign", "s"), "> s", "sort(1)", "sort by the next column", ROWS),
    KeyRow(("I",), "I", "reverse", "reverse the order", ROWS),
    KeyRow(("p", "Z"), "p Z", "freeze", "freeze the screen, and go on", GENERAL, "p freeze"),
    KeyRow(("P",), "P", "pin", "pin the certificate that PMTA shows on this host", GENERAL),
    KeyRow(("tab",), "Tab", "pane(1)", "next pane", MOVE, "Tab pane"),
    KeyRow(("shift+tab",), "Shift+Tab", "pane(-1)", "previous pane", MOVE),
    KeyRow(("down", "j"), "Down j", "move(1)", "one row down", MOVE),
    KeyRow(("up", "k"), "Up k", "move(-1)", "one row up", MOVE),
    KeyRow(("pagedown",), "PgDn", "page(1)", "one page down", MOVE),
    KeyRow(("pageup",), "PgUp", "page(-1)", "one page up", MOVE),
    KeyRow(("home",), "Home", "edge(-1)", "first row", MOVE),
    KeyRow(("end",), "End", "edge(1)", "last row", MOVE),
    KeyRow(("ctrl+c",), "Ctrl+C", "quit", "quit, whatever has the focus", GENERAL, priority=True),
)


def bindings() -> list[BindingType]:
    """One Textual binding per key of the table."""
    return [
        Binding(key, row.action, row.text, show=False, priority=row.priority)
        for row in KEYS
        for key in row.keys
    ]


def footer_words() -> list[str]:
    """What the footer says, in order."""
    return [row.footer for row in KEYS if row.footer]


def groups() -> dict[str, list[KeyRow]]:
    """The table's rows by group, groups in the order of the help."""
    return {g: [row for row in KEYS if row.group == g] for g in (GENERAL, MOVE, ROWS)}


def markdown_table() -> str:
    """The README's key table."""
    rows = [f"| {_code(row.shown)} | {row.text} |" for g in groups().values() for row in g]
    return "\n".join(["| key | what it does |", "| --- | --- |", *rows]) + "\n"


def _code(shown: str) -> str:
    return " ".join(f"`{key}`" for key in shown.split(" "))
