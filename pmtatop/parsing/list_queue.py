"""`/listqueue`, `list`: recipients one by one, with the time at which each was queued."""

from collections.abc import Mapping

from pmtatop.model.details import ListedQueue, ListedRecipient, LogFile
from pmtatop.model.polls import ListPage
from pmtatop.model.text import SafeText
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import elements, first_of, kilobytes, local_time, number, text
from pmtatop.parsing.safe_text import safe_text
from pmtatop.parsing.tree import format_of, told_by, tree_of

Source = Mapping[str, object]

_KEYS = ("msgs", "recipients", "rcpts", "list", "queues")


def parse_list_queue(payload: bytes) -> ListedQueue:
    """Its rows; none is a good answer. Raises ParseError."""
    source, sentence = _told(payload)
    summary = safe_text(sentence)
    rows = tuple(_row(entry) for entry in elements(source) if _is_recipient(entry))
    return ListedQueue(rows, "busy" in summary.lower(), summary)


def _told(payload: bytes) -> tuple[object, str]:
    """(rows, PMTA's sentence about them)."""
    if format_of(payload) == "text":
        if payload.strip():
            raise ParseError(f"no list: {safe_text(payload.strip(), 120)}")
        return [], ""
    tree, sentence = told_by(payload)
    return (first_of(tree, *_KEYS) if "rcpt" not in tree else dict(tree)), sentence


def _is_recipient(source: Source) -> bool:
    """An entry that names neither queue nor recipient proves nobody's age."""
    return bool(first_of(source, "queue", "rcpt", "recipient"))


def _row(source: Source) -> ListedRecipient:
    return ListedRecipient(
        queue=text(source.get("queue")) or SafeText(""),
        recipient=text(first_of(source, "rcpt", "recipient")) or SafeText(""),
        local_queued_at=local_time(first_of(source, "timeQueued", "queued")),
    )


def parse_logs(payload: bytes) -> ListPage[LogFile]:
    """`/logs`: log and accounting files. Raises ParseError."""
    tree = tree_of(payload)
    rows = [_file(entry) for entry in elements(first_of(tree, "logs", "files"))]
    return ListPage(tuple(row for row in rows if row is not None), None)


def _file(source: Source) -> LogFile | None:
    name = text(first_of(source, "name", "file"))
    if name is None:
        return None
    size = kilobytes(source["kb"]) if "kb" in source else number(first_of(source, "size", "bytes"))
    return LogFile(name, local_time(first_of(source, "date", "time", "modified")), size)
