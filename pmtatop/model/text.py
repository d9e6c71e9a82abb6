"""SafeText: a string from outside that has passed the one cleaning function."""

from typing import NewType

SafeText = NewType("SafeText", str)
"""Text of strangers after `parsing.safe_text.safe_text`: no control characters, no bidi, capped.

It may be drawn or printed as plain text. It is never markup and never a widget id.
"""
