"""The filter prompt: one line at the bottom, there only while somebody types."""

from textual.message import Message
from textual.widgets import Input

from pmtatop.ui.query import Query


class QueryChanged(Message):
    """The filter that is being typed."""

    def __init__(self, query: Query) -> None:
        super().__init__()
        self.filter_query = query


class QueryDone(Message):
    """Enter: keep the filter and go back to the rows."""


class FilterPrompt(Input):
    """Text, `!` for not, or a regular expression; every letter filters at once."""

    DEFAULT_CSS = """
    FilterPrompt, FilterPrompt:focus {
        height: 1; border: none; padding: 0 1; background: $panel; color: $foreground;
    }
    """

    def __init__(self, query: Query) -> None:
        super().__init__(query.text, placeholder="text, !not, or a regex", select_on_focus=False)
        self.cursor_blink = False

    def on_input_changed(self, event: Input.Changed) -> None:
        """Pass on what is typed."""
        event.stop()
        self.post_message(QueryChanged(Query(event.value)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pass on that it is complete."""
        event.stop()
        self.post_message(QueryDone())
