"""The command line: the composition root, the only place that knows every concrete class."""

from pmtatop.cli.root import main

__all__ = ["main"]
