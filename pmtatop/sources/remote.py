"""Looks at PMTA's host over ssh: pmtad's books and `df`, by fixed scripts for any POSIX shell."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from pmtatop.model.frame import FaultKind
from pmtatop.sources.look import Look
from pmtatop.sources.process import NAME
from pmtatop.transports.faults import TransportError
from pmtatop.transports.reply import Reply

PROCESS = f"""
root=$1 pid=
for comm in "$root"/[0-9]*/comm; do
    {{ read -r name < "$comm"; }} 2>/dev/null || continue
    [ "$name" = {NAME} ] || continue
    dir=${{comm%/comm}}
    number=${{dir##*/}}
    if [ -z "$pid" ] || [ "$number" -lt "$pid" ]; then pid=$number; fi
done
[ -n "$pid" ] || exit 0
for file in status smaps_rollup stat limits; do
    if text=$(cat "$root/$pid/$file" 2>/dev/null); then printf '== %s\\n%s\\n' "$file" "$text"; fi
done
if text=$(cat "$root/meminfo" 2>/dev/null); then printf '== meminfo\\n%s\\n' "$text"; fi
if list=$(ls "$root/$pid/fd" 2>/dev/null); then
    printf '== fd\\n'; printf '%s\\n' "$list" | wc -l
fi
"""
"""The sections of `read_process`, of the oldest pmtad under the proc tree `$1`; none: nothing."""

DISKS = """
for path in "$@"; do
    printf '== %s\\n' "$path"
    df -Pk -- "$path" 2>&1 | tail -n 1
    df -Pi -- "$path" 2>&1 | tail -n 1
done
"""
"""A section per path: the line of its blocks and that of its inodes, or what df says instead."""


class Shell(Protocol):
    """What runs a command on the other host."""

    async def run(self, words: Sequence[str]) -> Reply:
        """Its standard output. Raises TransportError."""
        ...


def remote_process(shell: Shell, root: Path) -> Look:
    """Pmtad's books on the other host; `root`: its proc tree."""
    return partial(_process, shell, root)


async def _process(shell: Shell, root: Path) -> bytes:
    reply = await shell.run(("sh", "-c", PROCESS, "sh", str(root)))
    if not reply.body.strip():
        text = f"no {NAME} process on that host: is PMTA running there?"
        raise TransportError(FaultKind.MISSING, text)
    return reply.body


def remote_disks(shell: Shell, paths: Sequence[Path]) -> Look:
    """The file systems of the other host."""
    return partial(_disks, shell, tuple(paths))


async def _disks(shell: Shell, paths: tuple[Path, ...]) -> bytes:
    return (await shell.run(("sh", "-c", DISKS, "sh", *map(str, paths)))).body
