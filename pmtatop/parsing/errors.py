"""ParseError: a payload that cannot be read, in one line."""


class ParseError(ValueError):
    """What could not be read, and why; the text is safe to show."""


DEEPEST = 32
"""Levels of a reply; PMTA's pages have seven."""


def refuse_depth(depth: int) -> None:
    """Raises ParseError below the deepest level that is followed."""
    if depth > DEEPEST:
        raise ParseError("the reply nests deeper than any PMTA page")
