"""KeyedTable: rows known by key, columns as data; cursor and scroll survive ticks and sorts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.message import Message
from textual.strip import Strip

from pmtatop.ui.lines import Piece, fit, strip_of
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.palette import Role
from pmtatop.ui.query import Query
from pmtatop.ui.widgets.pane import Pane

Row = TypeVar("Row")
Identity = tuple[str, int]
"""A row's key and how many rows of the same key stand above it: keys of strangers may repeat."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column."""

    title: str
    width: int
    """Cells; 0 takes what the others leave."""
    cell: Callable[[Row], Piece]
    order: Callable[[Row], float | str | None] | None = None
    """What the column sorts by; None: it does not. A value of None goes last."""
    right: bool = True
    from_width: int = 0
    """Shown in tables at least this wide."""
    falling: bool = True
    """Whether the largest comes first."""


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """What a KeyedTable shows: rows, their key, columns, and which rows are in trouble."""

    title: str
    rows: Callable[[Scene], Sequence[Row]]
    """The rows of a Scene in the order that says most, most unusual first."""
    key: Callable[[Row], str]
    columns: tuple[Column[Row], ...]
    words: Callable[[Row], str]
    """What the filter looks at."""
    troubled: Callable[[Row], bool] = lambda _row: False
    empty: str = "nothing to show"


class RowChosen(Message):
    """Enter was pressed on the row called `key` of `table`."""

    def __init__(self, table: "KeyedTable[object]", key: str) -> None:
        super().__init__()
        self.table, self.key = table, key


class KeyedTable(Pane, Generic[Row], can_focus=True):
    """A table as lines: line 0 is the heading, the rows scroll below it."""

    def __init__(self, look: Look, table: Table[Row]) -> None:
        super().__init__(look, table.title)
        self.table = table
        self.filter_query = Query()
        self.sort_title: str | None = None
        """Title of the column sorted by; None: the order of the View."""
        self.reversed = False
        self.cursor: Identity | None = None
        """The row under the cursor; None until it is moved: then the first row, whichever."""
        self._rows: Sequence[Row] = ()
        self._shown: list[tuple[Identity, Row]] = []
        self._at = 0

    @property
    def keys(self) -> list[str]:
        """Keys of the rows that pass the filter, from top to bottom."""
        return [identity[0] for identity, _ in self._shown]

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor."""
        return self._shown[self._at][0][0] if self._shown else None

    def receive(self, scene: Scene) -> None:
        """Take the rows of a new Scene."""
        self._rows = self.table.rows(scene)
        self._arrange()

    def filter_by(self, query: Query) -> None:
        """Show only rows that pass `query`."""
        self.filter_query = query
        self.rearrange()

    def sort_by_neighbour(self, step: int) -> None:
        """Sort by the sortable column `step` places beside the present one, or by the View."""
        titles = [None, *(c.title for c in self._columns() if c.order is not None)]
        at = titles.index(self.sort_title) if self.sort_title in titles else 0
        self.sort_title, self.reversed = titles[(at + step) % len(titles)], False
        self.rearrange()

    def reverse(self) -> None:
        """Turn the order around."""
        self.reversed = not self.reversed
        self.rearrange()

    def rearrange(self) -> None:
        """Filter and sort again, and redraw."""
        self._guarded(self._arrange)
        self.redraw()

    def move(self, rows: int) -> None:
        """Put the cursor `rows` further down."""
        self._put_cursor(self._at + rows)

    def edge(self, direction: int) -> None:
        """Put the cursor on the first or the last row."""
        self._put_cursor(0 if direction < 0 else len(self._shown) - 1)

    def to_trouble(self, step: int) -> None:
        """Put the cursor on the next (1) or previous (-1) row in trouble, around the end."""
        rows, at = len(self._shown), self._at
        for distance in range(1, rows + 1):
            index = (at + step * distance) % rows
            if self.table.troubled(self._shown[index][1]):
                self._put_cursor(index)
                return

    def choose(self) -> None:
        """Say that the row under the cursor was chosen; its key is bound now."""
        if (key := self.cursor_key) is not None:
            self.post_message(RowChosen(self, key))  # type: ignore[arg-type]

    def strip_at(self, y: int) -> Strip:
        """The heading, or the row that stands there."""
        if y == 0:
            return strip_of(self._heading(), self.size.width, self.palette)
        at = y - 1 + self.scroll_offset.y
        if at >= len(self._shown):
            text = f" {self._emptiness()}" if at == 0 else ""
            return strip_of([(text, "dim")], self.size.width, self.palette)
        return self._row_strip(self._shown[at][1], at == self._at)

    def _arrange(self) -> None:
        seen: dict[str, int] = {}
        identified: list[tuple[Identity, Row]] = []
        for row in self._rows:
            key = self.table.key(row)
            seen[key] = nth = seen.get(key, -1) + 1
            if not self.filter_query or self.filter_query.passes(self.table.words(row)):
                identified.append(((key, nth), row))
        self._shown = self._sorted(identified)
        self._find_cursor()
        self.set_height_within(len(self._shown) + 1)
        self._scroll_to_cursor()

    def _find_cursor(self) -> None:
        """Where the cursor's row stands now; a row that has gone leaves it to its neighbour."""
        index = {identity: at for at, (identity, _) in enumerate(self._shown)}
        last = max(0, len(self._shown) - 1)
        if self.cursor is None or not self._shown:
            self._at = 0
        elif self.cursor in index:
            self._at = index[self.cursor]
        else:
            self._at = min(self._at, last)
            self.cursor = self._shown[self._at][0]

    def _sorted(self, rows: list[tuple[Identity, Row]]) -> list[tuple[Identity, Row]]:
        column = next((c for c in self.table.columns if c.title == self.sort_title), None)
        if column is None or column.order is None:
            return rows[::-1] if self.reversed else rows
        order = column.order
        known = [(v, r) for r in rows if (v := order(r[1])) is not None]
        unknown = [r for r in rows if order(r[1]) is None]
        known.sort(key=lambda pair: pair[0], reverse=column.falling is not self.reversed)
        return [row for _, row in known] + unknown

    def _put_cursor(self, index: int) -> None:
        if self._shown:
            self._at = max(0, min(index, len(self._shown) - 1))
            self.cursor = self._shown[self._at][0]
            self._scroll_to_cursor()
            self.redraw()

    def _scroll_to_cursor(self) -> None:
        room, top, at = max(1, self.size.height - 1), self.scroll_offset.y, self._at
        target = min(at, max(top, at - room + 1))
        target = max(0, min(target, len(self._shown) - room))
        if target != top:
            self.scroll_to(y=target, animate=False, force=True)

    def _columns(self) -> list[Column[Row]]:
        return [c for c in self.table.columns if c.from_width <= self.size.width]

    def _widths(self) -> list[tuple[Column[Row], int]]:
        columns = self._columns()
        rest = self.size.width - sum(c.width + 1 for c in columns)
        return [(c, c.width or max(4, rest)) for c in columns]

    def _heading(self) -> list[Piece]:
        cells = [fit(self._marked(c), width, c.right) for c, width in self._widths()]
        return self._with_place(" " + " ".join(cells).rstrip())

    def _marked(self, column: Column[Row]) -> str:
        if column.title != self.sort_title:
            return column.title
        return column.title + ("▼" if column.falling is not self.reversed else "▲")

    def _with_place(self, heading: str) -> list[Piece]:
        """The heading with filter and place at its end, where rows are hidden."""
        room, shown = self.size.height - 1, len(self._shown)
        place = f" {shown} of {len(self._rows)}" if self.filter_query else ""
        place = f" filter: {self.filter_query.text} {place}" if self.filter_query else place
        if shown > room > 0:
            place += f" {self.scroll_offset.y + room}/{shown}↓"
        width = self.size.width
        return [
            (fit(heading, width - len(place)) + place, "focus" if self.has_focus else "heading")
        ]

    def _row_strip(self, row: Row, selected: bool) -> Strip:
        under: Role | None = "cursor" if selected and self.has_focus else None
        line: list[Piece] = [(">" if selected else " ", under or "plain")]
        for column, width in self._widths():
            text, role = column.cell(row)
            line.append((fit(text, width, column.right), under or role))
            line.append((" ", under or "plain"))
        return strip_of(line[:-1], self.size.width, self.palette, self.faded)

    def _emptiness(self) -> str:
        if self._rows:
            return f"no row passes the filter {self.filter_query.text}"
        return self.table.empty
