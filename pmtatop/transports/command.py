"""CommandTransport: the `pmta` command here, or over ssh; an argument list, never a shell here."""

import asyncio
import contextlib
import os
import shlex
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pmtatop.model.frame import FaultKind
from pmtatop.transports.faults import TransportError
from pmtatop.transports.reply import Reply

BLOCK = 65536
GRACE_S = 2.0
"""Seconds that a killed command gets to be gone."""

MOST_WORDS = 2000
"""Bytes kept of what a command says on standard error."""


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """How to run `pmta`."""

    argv: tuple[str, ...]
    """The words in front of pmta's own, such as `("sudo", "-n", "/usr/sbin/pmta")`."""
    deadline_s: float = 8.0
    max_bytes: int = 64 * 2**20
    remote: bool = False
    """Over ssh: the remote side has a shell, so pmta's words are quoted for it."""


def local_argv(pmta: str = "pmta", sudo: bool = False) -> tuple[str, ...]:
    """`pmta` on this host; with `sudo`, which must not ask for a password."""
    return ("sudo", "-n", "--", pmta) if sudo else (pmta,)


def ssh_login(target: str, control_dir: str) -> tuple[str, ...]:
    """The words up to the remote command. Raises ValueError for what is no host.

    One connection is kept for a minute: a login for each poll would fill the host's log.
    """
    parts = urlsplit(target)
    host = parts.hostname or ""
    if parts.scheme != "ssh" or not _is_word(host) or not _is_word(parts.username or "x"):
        raise ValueError(f"{target!r} is no ssh://[user@]host[:port]")
    port = ("-p", str(parts.port)) if parts.port else ()
    login = f"{parts.username}@{host}" if parts.username else host
    kept = (f"ControlPath={control_dir}/%C", "ControlMaster=auto", "ControlPersist=60")
    options = (word for option in ("BatchMode=yes", *kept) for word in ("-o", option))
    return ("ssh", *options, "-T", *port, "--", login)


def _is_word(text: str) -> bool:
    return text.isprintable() and text[:1] not in ("", "-") and not set(text) & set(" '\"\\$`;|&<>")


class CommandTransport:
    """Runs one command at a time; each in its own session, killed whole at the deadline."""

    def __init__(self, options: CommandOptions) -> None:
        self._options = options

    async def run(self, words: Sequence[str]) -> Reply:
        """Standard output of `pmta WORDS`. Raises TransportError with one line."""
        options, begun = self._options, time.monotonic()
        own = (shlex.join(words),) if options.remote else tuple(words)
        process = await self._started((*options.argv, *own))
        try:
            async with asyncio.timeout(options.deadline_s):
                out, said = await asyncio.gather(
                    _read(process.stdout, options.max_bytes + 1, lambda: _kill(process)),
                    _read(process.stderr, MOST_WORDS, lambda: None),
                )
                code = await process.wait()
        except TimeoutError:
            text = f"`{self._name}` gave no whole answer in {options.deadline_s:g} s"
            raise TransportError(FaultKind.TIMEOUT, text) from None
        finally:
            await _ended(process)
        if len(out) > options.max_bytes:
            text = f"the output is larger than {options.max_bytes:,} bytes; ask for fewer rows"
            raise TransportError(FaultKind.INVALID, text)
        if code:
            raise _fault_of(self._name, code, said or out[-MOST_WORDS:])
        return Reply(out, None, time.monotonic() - begun, "pmta " + shlex.join(words))

    @property
    def _name(self) -> str:
        return "ssh" if self._options.remote else " ".join(self._options.argv)

    async def _started(self, argv: Sequence[str]) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except FileNotFoundError:
            text = f"there is no command `{argv[0]}` here; is this PMTA's host?"
            raise TransportError(FaultKind.MISSING, text, "pmta = PATH of the command") from None
        except PermissionError:
            text = f"`{argv[0]}` may not be run by this user; its group or sudo would allow it"
            raise TransportError(FaultKind.DENIED, text) from None
        except (OSError, ValueError) as error:
            text = f"`{argv[0]}` cannot be started: {error}"
            raise TransportError(FaultKind.INVALID, text) from None


async def _read(
    stream: asyncio.StreamReader | None, most: int, on_excess: Callable[[], None]
) -> bytes:
    """The first `most` bytes; what follows is read and dropped, for a full pipe never ends."""
    assert stream is not None
    kept = bytearray()
    while block := await stream.read(BLOCK):
        kept += block[: most - len(kept)]
        if len(kept) >= most:
            on_excess()
    return bytes(kept)


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Nothing of the command lives on: its group is killed and the process is waited for.

    Its pipes are read to their ends first: asyncio holds a process to be running while one of
    them is open and full. A child that left the group may hold them for ever, so not for long.
    """
    _kill(process)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE_S):
            await _read(process.stdout, 0, lambda: None)
            await _read(process.stderr, 0, lambda: None)
            await process.wait()


_SUDOERS = "USER ALL=(root) NOPASSWD: /usr/sbin/pmta"
_DENIED = (
    ("password is required", f"{_SUDOERS}  (sudoers)"),
    ("not in the sudoers", f"{_SUDOERS}  (sudoers)"),
    ("permission denied", "its user or group may run it, or sudo = true"),
    ("host key verification failed", "connect once by hand to know the host"),
)


def _fault_of(name: str, code: int, said: bytes) -> TransportError:
    words = _printable(said)
    lower = words.lower()
    for sign, remedy in _DENIED:
        if sign in lower:
            return TransportError(FaultKind.DENIED, f"`{name}`: {words}; {remedy}", remedy)
    if code == 127 or "command not found" in lower:
        return TransportError(FaultKind.MISSING, f"`{name}`: {words or 'no such command'}")
    if code == 255 and name.startswith("ssh"):
        return TransportError(FaultKind.UNREACHABLE, f"`{name}`: {words or 'no connection'}")
    return TransportError(FaultKind.INVALID, f"`{name}` failed ({code}): {words or 'in silence'}")


def _printable(said: bytes) -> str:
    """The last line, as plain ASCII: strangers may have written it."""
    lines = said.decode("ascii", "replace").strip().splitlines()
    line = lines[-1] if lines else ""
    return "".join(c if c.isprintable() else "?" for c in line)[:200]
