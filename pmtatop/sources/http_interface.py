"""HttpInterface: PMTA's web monitor. JSON where it speaks it (5.x), else XML (all versions)."""

import dataclasses
from collections.abc import Mapping
from typing import Protocol

from pmtatop.model.frame import FaultKind
from pmtatop.model.page import Ask, Page
from pmtatop.sources.formats import format_of, version_in
from pmtatop.sources.interface import Access
from pmtatop.sources.pages import AS_TEXT, LISTS, PAGES, command_words, too_old, web_path
from pmtatop.transports.faults import TransportError
from pmtatop.transports.reply import Reply

_NEEDS_KEY = "over HTTP this needs an API key (`http-api-key`, PMTA 5.0) in `api_key_file`"


class WebTransport(Protocol):
    """What can fetch and post."""

    @property
    def url(self) -> str:
        """The base in use."""
        ...

    @property
    def offered(self) -> str | None:
        """The unknown certificate on loopback, for a pin."""
        ...

    def trust(self, fingerprint: str) -> None:
        """Pin it."""
        ...

    async def get(self, path: str) -> Reply:
        """One page. Raises TransportError."""
        ...

    async def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """One form. Raises TransportError."""
        ...

    async def aclose(self) -> None:
        """Close the connection."""
        ...


class HttpInterface:
    """Asks by GET; what only a command tells, and long lists, by `/command` with a key."""

    def __init__(
        self, transport: WebTransport, *, has_key: bool = False, format_: str | None = None
    ) -> None:
        """`format_`: use this one and look for no better."""
        self._transport = transport
        self._fixed = format_
        self._key_works = has_key
        self._access = Access("http", format_, None, has_key)

    @property
    def access(self) -> Access:
        """The scheme, the format found, the version, and whether there is a key."""
        way = self._transport.url.partition("://")[0]
        offered = self._transport.offered
        return dataclasses.replace(self._access, way=way, has_key=self._key_works, offered=offered)

    def can_ask(self, page: Page) -> str | None:
        """Pages of the web monitor always; the rest with a key, from 5.0 on."""
        if PAGES[page].path is not None:
            return None
        return too_old(page, self._access.version) or (None if self._key_works else _NEEDS_KEY)

    async def ask(self, ask: Ask) -> Reply:
        """The reply, in `access.format`."""
        reason = self.can_ask(ask.page)
        if reason is not None:
            raise TransportError(FaultKind.MISSING, reason)
        if self._key_works and (ask.page in LISTS or PAGES[ask.page].path is None):
            return await self._by_command(ask)
        return await self._by_page(ask)

    def trust(self, fingerprint: str) -> None:
        """Pin the certificate that is offered; the next call is made with it."""
        self._transport.trust(fingerprint)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._transport.aclose()

    async def _by_page(self, ask: Ask) -> Reply:
        wanted = self._access.format or "json"
        reply = await self._get(ask, wanted)
        found = format_of(reply.body)
        if found is None and self._fixed is None and self._access.format is None:
            # Before 5.0 only XML is certain; a page that has no JSON may answer in HTML.
            reply = await self._get(ask, "xml")
            found = format_of(reply.body)
        self._learn(ask, reply, found)
        return reply

    async def _get(self, ask: Ask, format_: str) -> Reply:
        return await self._transport.get(web_path(ask, format_))

    def _learn(self, ask: Ask, reply: Reply, found: str | None) -> None:
        if found is not None and self._fixed is None:
            self._access = dataclasses.replace(self._access, format=found)
        if ask.page is Page.STATUS:
            version = version_in(reply.body) or self._access.version
            self._access = dataclasses.replace(self._access, version=version)

    async def _by_command(self, ask: Ask) -> Reply:
        words = " ".join(command_words(ask))
        shape = "json-text" if ask.page in AS_TEXT else "json"
        try:
            reply = await self._transport.post("/command", {"command": words, "format": shape})
        except TransportError as error:
            refused = error.fault.kind in (FaultKind.DENIED, FaultKind.INVALID)
            if not refused or PAGES[ask.page].path is None:
                raise
            self._key_works = False  # a key that is refused must not cost the lists
            return await self._by_page(ask)
        return dataclasses.replace(reply, origin=f"/command {words}")
