"""`pmtatop events`: accounting rows to JSON lines, once through or for ever."""

import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click

from pmtatop.cli.compose import existing
from pmtatop.cli.options import common_options, settings_from
from pmtatop.cli.units import MOMENT
from pmtatop.model.event import AccountingRow
from pmtatop.model.frame import SourceName
from pmtatop.parsing.acct_csv import RECORD_TYPES, AcctReader
from pmtatop.parsing.errors import ParseError
from pmtatop.serve.event_lines import Extra, event_line
from pmtatop.sources.checkpoint import Checkpoint, CheckpointError
from pmtatop.sources.follow import FileFollower
from pmtatop.sources.host_clock import SystemClock
from pmtatop.sources.whole_files import WholeFileError, named_by, portions

SAVE_S = 0.2
"""A checkpoint is written this often at most: what came since is repeated after a kill."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows, and how they are printed."""

    types: frozenset[str]
    domain: str | None
    since: float | None
    raw: bool
    addresses: bool
    extra: Extra

    def takes(self, row: AccountingRow) -> bool:
        """Whether this row is one of them."""
        return (
            row.type_ in self.types
            and self.domain in (None, row.domain)
            and (self.since is None or row.logged >= self.since)
        )


@dataclass(slots=True)
class Printer:
    """Rows to standard output; what could not be read is counted and told at the end."""

    wanted: Wanted
    write: Callable[[bytes], object]
    readers: dict[bytes, AcctReader] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)

    def take(self, rows: bytes, header: bytes, identity: str, offset: int) -> None:
        """Print the rows that are wanted of one portion."""
        try:
            reader = self.readers.get(header) or AcctReader(header)
        except ParseError as error:
            self.unread[str(error)] += 1
            return
        self.readers[header] = reader
        lines = []
        for row, place in reader.rows_and_bytes(rows, identity, offset):
            if self.wanted.takes(row):
                lines.append(self._line(row, rows[place]))
        if lines:
            self.write(b"".join(lines))

    def _line(self, row: AccountingRow, raw: bytes) -> bytes:
        wanted = self.wanted
        if wanted.raw:
            return raw if raw.endswith(b"\n") else raw + b"\n"
        line = event_line(row, wanted.extra, addresses=wanted.addresses)
        return line.encode("utf-8", "replace") + b"\n"

    def report(self) -> None:
        """What was left out, on standard error."""
        skipped: Counter[str] = Counter()
        for reader in self.readers.values():
            skipped += reader.skipped
        torn = sum(reader.malformed for reader in self.readers.values())
        for type_, count in skipped.items():
            click.echo(f"{count} rows of the unknown type {type_} were skipped", err=True)
        if torn:
            click.echo(f"{torn} rows are torn or have no time: skipped", err=True)
        for text in self.unread:
            click.echo(text, err=True)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@common_options
@click.option("--follow", is_flag=True, help="Go on for ever, through every rotation.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where --follow remembers how far it came.",
)
@click.option("--from-start", is_flag=True, help="--follow: also the rows that are there already.")
@click.option("--type", "types", metavar="d,b,t,...", help="Only these record types.")
@click.option("--domain", metavar="D", help="Only this recipient domain.")
@click.option("--since", type=MOMENT, help="Only rows from this time on.")
@click.option("--raw", is_flag=True, help="The rows as they stand, not JSON.")
@click.option("--addresses", is_flag=True, help="Whole addresses; without it they are masked.")
def events(
    files: tuple[str, ...],
    follow: bool,
    state: Path | None,
    from_start: bool,
    types: str | None,
    domain: str | None,
    since: datetime | None,
    raw: bool,
    addresses: bool,
    **flags: object,
) -> int:
    """Print accounting rows as JSON lines. FILE: a path, a glob, a .gz, or - for standard input."""
    config = flags.get("config")
    settings = settings_from(config if isinstance(config, Path) else None)
    wanted = Wanted(
        types=_types(types),
        domain=domain.lower() if domain else None,
        since=since.timestamp() if since else None,
        raw=raw,
        addresses=addresses,
        extra=settings.providers,
    )
    printer = Printer(wanted, sys.stdout.buffer.write)
    if follow:
        asyncio.run(_followed(files, printer, state, from_start=from_start))
        return 0
    return _read(files, printer)


def _types(words: str | None) -> frozenset[str]:
    if not words:
        return RECORD_TYPES
    wanted = frozenset(word.strip() for word in words.split(","))
    if wanted - RECORD_TYPES:
        unknown = ", ".join(sorted(wanted - RECORD_TYPES))
        raise click.BadParameter(f"{unknown} is no record type; PMTA's are d b t tq r rb rs f")
    return wanted


def _read(files: Sequence[str], printer: Printer) -> int:
    """Each file once; one that cannot be read costs its own rows alone."""
    failed = False
    try:
        paths = named_by(files)
    except WholeFileError as error:
        raise click.ClickException(str(error)) from error
    for path in paths:
        try:
            for part in portions(path):
                printer.take(part.rows, part.header, part.identity, part.offset)
        except WholeFileError as error:
            click.echo(f"Error: {error}", err=True)
            failed = True
    sys.stdout.flush()
    printer.report()
    return int(failed)


async def _followed(
    files: Sequence[str], printer: Printer, state: Path | None, *, from_start: bool
) -> None:
    checkpoint, marks = None, None
    try:
        if state is not None:
            checkpoint = Checkpoint(state)
            marks = checkpoint.load()
    except CheckpointError as error:
        raise click.ClickException(str(error)) from error
    follower = FileFollower(
        existing(files),
        SourceName.ACCT,
        SystemClock(),
        has_header=True,
        start="start" if from_start or marks is not None else "end",
        marks=marks or (),
    )
    task = asyncio.ensure_future(_printed(follower, printer, checkpoint))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await task
    finally:
        await follower.aclose()
        if checkpoint is not None:
            checkpoint.close()
    printer.report()


async def _printed(follower: FileFollower, printer: Printer, checkpoint: Checkpoint | None) -> None:
    """Rows out, then the place behind them: a kill between the two repeats, and loses nothing."""
    saved_at = 0.0
    try:
        async for frame in follower.frames():
            if frame.fault is not None:
                click.echo(f"{frame.fault.text}", err=True)
            if frame.payload:
                printer.take(frame.payload, frame.header, frame.identity, frame.offset)
                sys.stdout.flush()
            now = time.monotonic()
            if checkpoint is not None and (now - saved_at >= SAVE_S or not frame.payload):
                checkpoint.save(follower.marks)
                saved_at = now
    finally:
        if checkpoint is not None:
            checkpoint.save(follower.marks)
