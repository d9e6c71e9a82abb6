"""`pmtatop capture`: real replies, scrubbed, in one archive that can be given away."""

import asyncio
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import click

from pmtatop import __version__
from pmtatop.cli.compose import nodes_of
from pmtatop.cli.live import live_settings
from pmtatop.cli.options import common_options
from pmtatop.cli.reach import interface_for
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.tree import leaves, tree_of
from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.sources.formats import format_of
from pmtatop.sources.scrub import Scrubber
from pmtatop.sources.sweep import Captured, Names, sweep

FORMATS = ("json", "xml")
COMMAND_FORMATS = ("json", "xml", "dom")


@click.command()
@click.argument("target")
@common_options
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The archive (tar.gz); it is replaced in one step.",
)
def capture(target: str, out: Path, **flags: object) -> int:
    """Save every reply that TARGET gives, without addresses, keys and host names."""
    settings = live_settings(flags)
    node = nodes_of((target,), settings)[0]
    found, names = asyncio.run(_captured(node, settings))
    kept = sum(item.body is not None for _, item in found)
    if not kept:
        said = next(item.fault for _, item in found)
        raise click.ClickException(f"{node.name}: nothing to capture: {said}")
    try:
        _write(out, found, _scrubber(node, names))
    except OSError as error:
        raise click.ClickException(f"{out}: cannot be written: {error.strerror}") from error
    click.echo(f"{out}: {kept} replies, {len(found) - kept} refusals; look through it first")
    return 0


Found = list[tuple[str, Captured]]


async def _captured(node: NodeTable, settings: Settings) -> tuple[Found, Names]:
    """(format asked for, reply or refusal) of every question; a line of progress each."""
    found: Found = []
    names = Names()
    command = node.url == "local" or node.url.startswith("ssh:")
    for wanted in COMMAND_FORMATS if command else FORMATS:
        interface = interface_for(node.model_copy(update={"format": wanted}), settings)
        fresh = Names()
        try:
            async for item in sweep(interface, fresh):
                found.append((wanted, item))
                click.echo(f"{wanted:4} {item.ask.page:16} {item.fault or 'ok'}", err=True)
        finally:
            await interface.aclose()
        names.queues += fresh.queues
        names.vmtas += fresh.vmtas
        names.jobs += fresh.jobs
        names.hosts += fresh.hosts
    return found, names


def _scrubber(node: NodeTable, names: Names) -> Scrubber:
    key = node.api_key_file.read_text().strip() if node.api_key_file else ""
    scrubber = Scrubber((key,))
    scrubber.learn("host", names.hosts)
    scrubber.learn("vmta", names.vmtas)
    scrubber.learn("job", names.jobs)
    return scrubber


def _write(out: Path, found: Found, scrubber: Scrubber) -> None:
    """The archive in one step, readable by its owner alone."""
    partial = out.with_name(f".{out.name}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz") as archive,
        ):
            for name, content in _members(found, scrubber):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(content), 0o600
                archive.addfile(entry, io.BytesIO(content))
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _members(found: Found, scrubber: Scrubber) -> Iterator[tuple[str, bytes]]:
    """Every reply in a file of its own, and what was asked in `capture.json`."""
    asked = []
    for number, (wanted, item) in enumerate(found, 1):
        told = _told(wanted, item, scrubber)
        if item.body is not None:
            told["file"] = f"{number:03}-{item.ask.page}.{format_of(item.body) or 'txt'}"
            yield told["file"], scrubber.bytes(item.body)
        asked.append(told)
    index = {"pmtatop": __version__, "asked": asked}
    yield "capture.json", json.dumps(index, indent=1, ensure_ascii=False).encode()


def _told(wanted: str, item: Captured, scrubber: Scrubber) -> dict[str, Any]:
    return {
        "page": item.ask.page,
        "about": scrubber.text(item.ask.about),
        "origin": scrubber.text(unquote_plus(item.origin)),
        "wanted": wanted,
        "ms": round(item.seconds * 1000),
        "fault": scrubber.text(item.fault) if item.fault else None,
        "paths": _paths(item.body),
    }


def _paths(body: bytes | None) -> list[str]:
    """The leaf paths of a page, known ones and unknown ones; none of a text."""
    try:
        return sorted({re.sub(r"\d+(?=\])", "", path) for path, _ in leaves(tree_of(body or b""))})
    except ParseError:
        return []
