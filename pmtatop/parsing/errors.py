"""ParseError: a payload that cannot be read, in one line."""


class ParseError(ValueError):
    """What could not be read, and why; the text is safe to show."""
