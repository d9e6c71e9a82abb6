"""The filter a person types: text, `!` for not, or a regular expression."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """A typed filter; an empty one lets everything pass."""

    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.text.strip("! "))

    def passes(self, words: str) -> bool:
        """Whether a row with these words stays."""
        if not self:
            return True
        wanted = self.text.lstrip()
        negated = wanted.startswith("!")
        return (_found(wanted.removeprefix("!").strip(), words)) is not negated


def _found(pattern: str, words: str) -> bool:
    """A pattern that is no regular expression (`[TSS04`, `*`) is looked for as it stands."""
    if pattern.lower() in words.lower():
        return True
    try:
        return re.search(pattern, words, re.IGNORECASE) is not None
    except (re.error, RecursionError):
        return False
