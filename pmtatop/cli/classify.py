"""`pmtatop classify`: replies on standard input to class, cause and remedy."""

import sys
from collections.abc import Iterator

import click

from pmtatop.cli.options import common_options
from pmtatop.serve.reply_lines import reply_json, reply_words


@click.command()
@common_options
@click.option("--json", "as_json", is_flag=True, help="An object for each line.")
def classify(as_json: bool, **flags: object) -> int:
    """Say of each reply on standard input, one a line, what it means and what to do."""
    write = reply_json if as_json else reply_words
    for line in _lines():
        click.echo(write(line))
    return 0


def _lines() -> Iterator[str]:
    """Only LF ends a line: a reply may hold every other separator."""
    for raw in sys.stdin.buffer:
        yield raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
