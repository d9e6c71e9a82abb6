"""The catalogue of PMTA's documented commands that an incident asks for, and their exact text.

pmtatop sends none of them yet: a preview is text for somebody who may run it.
"""

import shlex
from dataclasses import dataclass

OBJECT = "{object}"
"""Stands in a command for the literal name."""


@dataclass(frozen=True, slots=True)
class Action:
    """One documented command of the `pmta` program."""

    name: str
    command: tuple[str, ...]
    """Words after `pmta`, with OBJECT where the literal name goes."""
    reads_only: bool
    effect: str
    undo: str | None = None
    """Name of the action that takes it back."""


ACTIONS = (
    Action("show-queue", ("show", "queues", OBJECT, "--errors"), True, "shows the last errors"),
    Action("show-settings", ("show", "settings", OBJECT), True, "shows the settings in force"),
    Action("resolve", ("resolve", "--connect", OBJECT), True, "resolves, connects, says EHLO"),
    Action("pause-queue", ("pause", "queue", OBJECT), False, "stops attempts", "resume-queue"),
    Action("resume-queue", ("resume", "queue", OBJECT), False, "attempts go on", "pause-queue"),
)
"""The commands as the 5.0 guide lists them."""


class RefusedNameError(ValueError):
    """A name that cannot stand in a command as one literal argument; the text says why."""


def action_named(name: str) -> Action:
    """The action called `name`; KeyError when there is none."""
    return {action.name: action for action in ACTIONS}[name]


def preview(action: Action, target: str) -> str:
    """The command line for a shell, `target` as one literal word. Raises RefusedNameError."""
    _require_literal(target)
    return shlex.join(("pmta", *(target if word == OBJECT else word for word in action.command)))


def _require_literal(target: str) -> None:
    if "*" in target:
        raise RefusedNameError(f"{target}: `*` is PMTA's wildcard, not a literal name")
    if target.startswith("-"):
        raise RefusedNameError(f"{target}: would be read as an option")
    if not target or any(c.isspace() or not c.isprintable() or c in "\"'`" for c in target):
        raise RefusedNameError(f"{target!r}: holds a space, a quote or a control character")
