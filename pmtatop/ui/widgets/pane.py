"""Pane: a widget of lines that redraws only the cells that changed, and fails alone."""

import logging
from collections.abc import Callable, Iterator

from rich.cells import cell_len
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from pmtatop.ui.lines import Line, strip_of
from pmtatop.ui.look import Look, Scene
from pmtatop.ui.palette import Palette, palette_named

_log = logging.getLogger(__name__)

_JOINED_GAP = 12
"""Unchanged cells between two changes that are cheaper sent again than jumped over."""


class PaneFailed(Message):
    """A pane could not draw itself; the program goes on, its exit code will not be 0."""


class PaneReady(Message):
    """A pane is mounted and wants to be shown what its screen shows."""

    def __init__(self, pane: "Pane") -> None:
        super().__init__()
        self.pane = pane


class Pane(ScrollView, can_focus=False, inherit_bindings=False):
    """A widget whose viewport line `y` is `strip_at(y)`.

    Subclasses take what they need of a Scene in `receive` and draw in `strip_at`; an exception in
    either shows an error in this pane only.
    """

    DEFAULT_CSS = """
    Pane { scrollbar-size: 0 0; height: 1; overflow: hidden; }
    """

    def __init__(self, look: Look, title: str = "") -> None:
        super().__init__()
        self.look = look
        self.title = title
        """What the pane is called when it fails."""
        self.scene: Scene | None = None
        self._drawn: dict[int, Strip] = {}
        self._drawn_size = Size(0, 0)
        self._taken = True
        self._failure: str | None = None

    @property
    def palette(self) -> Palette:
        """The colours of the look."""
        return palette_named(self.look.theme)

    @property
    def faded(self) -> bool:
        """Whether the numbers of the pane are old."""
        return self.scene is not None and self.scene.faded

    def show(self, scene: Scene) -> None:
        """Take a new Scene and redraw what it changes."""
        self.scene = scene
        self._taken = False
        if self.size:
            self._take_scene()
            self.redraw()

    def _take_scene(self) -> None:
        """Let the pane compose itself for its present size."""
        self._failure, self._drawn_size, self._taken = None, self.size, True
        scene = self.scene
        if scene is not None:
            self._guarded(lambda: self.receive(scene))

    def receive(self, scene: Scene) -> None:
        """Take from `scene` what this pane shows."""

    def strip_at(self, y: int) -> Strip:
        """What stands in line `y` of the viewport."""
        raise NotImplementedError

    def move(self, rows: int) -> None:
        """Go `rows` down; a pane that has no cursor scrolls."""
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True)

    def edge(self, direction: int) -> None:
        """Go to the first or the last row."""
        self.scroll_to(y=0 if direction < 0 else self.max_scroll_y, animate=False, force=True)

    def page(self, direction: int) -> None:
        """Go one page down or up."""
        self.move(direction * max(1, self.size.height - 2))

    def set_height_within(self, lines: int) -> None:
        """Say how many lines can be scrolled over; costs no layout, as assigning it would."""
        self.set_reactive(Pane.virtual_size, self.size.with_height(max(lines, self.size.height)))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Redraw what the scrolling changed."""
        if round(old_value) != round(new_value):
            self.redraw()

    def render_line(self, y: int) -> Strip:
        """Textual asks for a line that is dirty; after a resize it asks for all of them."""
        if self._drawn_size != self.size or not self._taken:
            self._drawn.clear()
            self._take_scene()
        strip = self._drawn[y] = self._strip(y)
        return strip

    def redraw(self) -> None:
        """Mark dirty the cells that differ from what was drawn last."""
        for y in range(self.size.height):
            old, new = self._drawn.get(y), self._strip(y)
            if old is None:
                self.refresh(Region(0, y, self.size.width, 1))
            elif old != new:
                self._drawn[y] = new
                self.refresh(*(Region(x, y, w, 1) for x, w in changed_spans(old, new)))

    def on_mount(self) -> None:
        """Ask for the Scene; nested panes are mounted after their screen."""
        self.post_message(PaneReady(self))

    def on_focus(self) -> None:
        """The focused pane looks different."""
        self.redraw()

    def on_blur(self) -> None:
        """The focused pane looks different."""
        self.redraw()

    def _strip(self, y: int) -> Strip:
        strip: list[Strip] = []
        if self._failure is None:
            self._guarded(lambda: strip.append(self.strip_at(y)))
        return strip[0] if strip else self._failure_strip(y)

    def _failure_strip(self, y: int) -> Strip:
        text = f" {self.title} pane failed: {self._failure}" if y == 0 else ""
        line: Line = ((text, "bad"),)
        return strip_of(line, self.size.width, self.palette)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  # whatever it is, the other panes live on
            self._failure = f"{type(error).__name__}: {error}"
            _log.error("pane %s failed", self.title, exc_info=error)
            self.post_message(PaneFailed())
            self._drawn.clear()
            self.refresh()  # lines drawn before the failure must not stand as if they were true


class LinesPane(Pane):
    """A pane of composed lines; more of them than the pane is high can be scrolled."""

    def __init__(self, look: Look, title: str = "", tail: bool = False) -> None:
        super().__init__(look, title)
        self.lines: list[Line] = []
        self.tail = tail
        """Stay at the newest line, which is the last, unless scrolled away from it."""

    def receive(self, scene: Scene) -> None:
        """Compose the lines and follow the tail."""
        at_end = self.tail and self.scroll_offset.y >= self.max_scroll_y
        self.lines = list(self.compose_lines(scene, self.size.width))
        self.set_height_within(len(self.lines))
        if at_end:
            self.scroll_to(y=len(self.lines) - self.size.height, animate=False, force=True)

    def compose_lines(self, scene: Scene, width: int) -> list[Line]:
        """The lines of `scene` for `width` cells."""
        raise NotImplementedError

    def lines_wanted(self, scene: Scene, width: int) -> int:
        """How many lines the pane has to say at that width, before it is laid out."""
        lines: list[Line] = []
        self._guarded(lambda: lines.extend(self.compose_lines(scene, width)))
        return len(lines) if self._failure is None else 1

    def strip_at(self, y: int) -> Strip:
        """The composed line that stands there."""
        at = y + self.scroll_offset.y
        line = self.lines[at] if at < len(self.lines) else ()
        return strip_of(line, self.size.width, self.palette, self.faded)


def changed_spans(old: Strip, new: Strip) -> Iterator[tuple[int, int]]:
    """The stretches of cells (first, width) in which two lines differ."""
    first = last = -1
    for x, (before, after) in enumerate(zip(_cells(old), _cells(new), strict=False)):
        if before == after:
            continue
        if first >= 0 and x - last > _JOINED_GAP:
            yield first, last - first + 1
            first = x
        first, last = (x if first < 0 else first), x
    if first >= 0:
        yield first, last - first + 1
    if old.cell_length != new.cell_length:
        yield 0, max(old.cell_length, new.cell_length)


def _cells(strip: Strip) -> Iterator[tuple[str, object]]:
    """Every cell with its style; a wide character fills two."""
    for text, style, _ in strip:
        for character in text:
            for _ in range(1 if character.isascii() else cell_len(character)):
                yield character, style
