"""CommandInterface: the `pmta` command, here or over ssh. JSON from 5.0 on, else XML, else DOM."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol

from pmtatop.model.frame import FaultKind
from pmtatop.model.page import Ask, Page
from pmtatop.sources.formats import format_of, version_in
from pmtatop.sources.interface import Access
from pmtatop.sources.pages import AS_TEXT, PAGES, command_words, too_old
from pmtatop.transports.faults import TransportError
from pmtatop.transports.reply import Reply

FORMATS = ("json", "xml", "dom")


class Command(Protocol):
    """What can run `pmta`."""

    async def run(self, words: Sequence[str]) -> Reply:
        """Its standard output. Raises TransportError."""
        ...


class CommandInterface:
    """Asks one command at a time."""

    def __init__(self, command: Command, way: str, format_: str | None = None) -> None:
        """`way`: `local command` or `ssh`; `format_`: use this one and look for no better."""
        self._command = command
        self._access = Access(way, format_)

    @property
    def access(self) -> Access:
        """The way, the format found and the version."""
        return self._access

    def can_ask(self, page: Page) -> str | None:
        """Everything that has a command in this version."""
        if PAGES[page].words is None:
            return "there is no pmta command for it: only the web monitor has it"
        return too_old(page, self._access.version)

    async def ask(self, ask: Ask) -> Reply:
        """The reply in `access.format`, or as text where only that is documented."""
        reason = self.can_ask(ask.page)
        if reason is not None:
            raise TransportError(FaultKind.MISSING, reason)
        words = command_words(ask)
        if ask.page in AS_TEXT:
            return await self._command.run(words)
        if self._access.format is None:
            return await self._first_format(ask, words)
        reply = await self._command.run((f"--{self._access.format}", *words))
        self._learn(ask, reply)
        return reply

    def trust(self, fingerprint: str) -> None:
        """A command shows no certificate: nothing is ever offered."""

    async def aclose(self) -> None:
        """Nothing is held between two commands."""

    async def _first_format(self, ask: Ask, words: Sequence[str]) -> Reply:
        """The first format that this version's command answers in."""
        fault: TransportError | None = None
        for name in FORMATS:
            try:
                reply = await self._command.run((f"--{name}", *words))
            except TransportError as error:
                if error.fault.kind is not FaultKind.INVALID:
                    raise
                fault = error
                continue
            if format_of(reply.body) == name:
                self._access = dataclasses.replace(self._access, format=name)
                self._learn(ask, reply)
                return reply
            fault = TransportError(FaultKind.INVALID, f"`pmta --{name}` answered in another format")
        assert fault is not None
        raise fault

    def _learn(self, ask: Ask, reply: Reply) -> None:
        if ask.page is Page.STATUS:
            version = version_in(reply.body) or self._access.version
            self._access = dataclasses.replace(self._access, version=version)
