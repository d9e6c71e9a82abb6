"""DOM output of the command line: `queue[0].event[1].text="..."`, one leaf a line.

Quotes inside a value are not escaped (seen in the one real capture), so a value reaches from the
first `="` to the last `"` before the next line that begins with a path.
"""

import re
from collections.abc import Iterator

from pmtatop.parsing.errors import ParseError, refuse_depth

_START = re.compile(r"^([A-Za-z_][\w\-:]*(?:\[\d{1,8}\])?(?:\.[\w\-:]+(?:\[\d{1,8}\])?)*)=\"", re.M)
_STEP = re.compile(r"([^\[\]]+)(?:\[(\d+)\])?")

Node = dict[str | int, "Node | str"]


def is_dom(text: str) -> bool:
    """Whether the first line is a path and a value."""
    return _START.match(text) is not None


def dom_tree(text: str) -> dict[str, object]:
    """Nested dicts and lists. Raises ParseError where a leaf and a branch share a name."""
    root: Node = {}
    for path, value in _leaves(text):
        _put(root, path, value)
    tree = _plain(root)
    assert isinstance(tree, dict)
    return tree


def _leaves(text: str) -> Iterator[tuple[str, str]]:
    starts = list(_START.finditer(text))
    for i, start in enumerate(starts):
        end = starts[i + 1].start() if i + 1 < len(starts) else len(text)
        value, quote, _ = text[start.end() : end].rpartition('"')
        if quote:
            yield start[1], value


def _put(root: Node, path: str, value: str) -> None:
    steps: list[str | int] = []
    for part in path.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            return
        steps.append(found[1])
        if found[2] is not None:
            steps.append(int(found[2]))
    refuse_depth(len(steps))
    node = root
    for step in steps[:-1]:
        below = node.setdefault(step, {})
        if isinstance(below, str):
            raise ParseError(f"DOM: {path[:80]} is both a value and more than that")
        node = below
    if not isinstance(node.get(steps[-1]), dict):
        node[steps[-1]] = value


def _plain(node: "Node | str") -> object:
    """A branch of numbers is a list, in the order of the numbers."""
    if isinstance(node, str):
        return node
    numbered = [key for key in node if isinstance(key, int)]
    if numbered and len(numbered) == len(node):
        return [_plain(node[key]) for key in sorted(numbered)]
    return {str(key): _plain(value) for key, value in node.items()}
