"""Addresses without their local parts, in any text."""

import re

MASK = "***"

_LOCAL = re.compile(r"[^\s@<>\"'(),:;\[\]]+@(?=[^\s@])")
_SHORTEST = 3
"""A local part below so many characters may be any word: it is not looked for by itself."""


def masked(text: str, *addresses: str) -> str:
    """`text` with `***@` for every local part, and for those of `addresses` wherever they stand."""
    text = _LOCAL.sub(f"{MASK}@", text)
    for address in addresses:
        local = address.rpartition("@")[0]
        if len(local) >= _SHORTEST and local in text:
            text = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", MASK, text)
    return text
