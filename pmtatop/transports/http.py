"""HttpTransport: PMTA's web monitor, one deadline a call, nothing followed, nothing unbounded."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from pmtatop import __version__
from pmtatop.model.frame import FaultKind
from pmtatop.model.instant import Instant
from pmtatop.transports.body import capped_body
from pmtatop.transports.certificate import (
    pinned_context,
    served_fingerprint,
    trusting_context,
)
from pmtatop.transports.faults import TransportError
from pmtatop.transports.reply import Reply

HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"pmtatop/{__version__}"}

_ELSEWHERE = "{} redirects elsewhere, which is never followed: is this PMTA's web monitor?"

CONNECTING = 0.8
"""Part of the deadline that connecting may take, by all bases together."""


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """How to reach one web monitor."""

    url: str
    """`http(s)://host:port`; without a scheme https is tried first, then http, but never http
    when a pin or a CA is given."""
    deadline_s: float = 8.0
    """One call, from connect to last byte: httpx's own timeout is per read."""
    max_bytes: int = 64 * 2**20
    """Largest body, decompressed."""
    fingerprint: str | None = None
    ca_file: Path | None = None
    insecure: bool = False
    api_key: SecretStr | None = None
    """Opens `/command` and everything else: full admin rights from any address."""


class _Moved(Exception):  # noqa: N818 - a turn in the road, no error
    """5.0 sends plain http to https on its own host."""

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.base = base


class HttpTransport:
    """Calls to one server. Not for several tasks at once: one request in flight is a promise."""

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._bases = _bases(options)
        self._client: httpx.AsyncClient | None = None
        self._keyed_pages = False
        self._offered: str | None = None

    @property
    def offered(self) -> str | None:
        """SHA-256 of this host's own unknown certificate, which may be trusted by a key press."""
        return self._offered

    def trust(self, fingerprint: str) -> None:
        """Pin the certificate that is offered; any other word is no pin."""
        if self._offered is not None and fingerprint == self._offered:
            self._options = replace(self._options, fingerprint=fingerprint)
            self._offered = None

    @property
    def url(self) -> str:
        """The base URL in use; before the first answer, the one that is tried first."""
        return self._bases[0]

    async def get(self, path: str) -> Reply:
        """GET `path`. Raises TransportError with one line for every way in which it fails."""
        return await self._ask(path, None)

    async def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """POST `form` with the API key, which PMTA's protection against forgery asks for.

        Raises TransportError, also where the key would leave over plain http.
        """
        return await self._ask(path, form)

    async def _ask(self, path: str, form: Mapping[str, str] | None) -> Reply:
        try:
            async with asyncio.timeout(self._options.deadline_s):
                return await self._with_rights(path, form)
        except (TimeoutError, httpx.TimeoutException):
            text = f"{self.url} gave no whole answer in {self._options.deadline_s:g} s"
            raise TransportError(FaultKind.TIMEOUT, text) from None
        except TransportError:
            raise
        except (httpx.HTTPError, OSError) as error:
            if "certificate" in str(error).lower():
                raise await self._untrusted(error) from None
            raise _fault_of(self.url, error) from None
        except (httpx.InvalidURL, ValueError, OverflowError) as error:
            text = f"{self.url} is no usable URL: {str(error)[:160]}"
            raise TransportError(FaultKind.INVALID, text) from None

    async def aclose(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _untrusted(self, error: Exception) -> TransportError:
        """A certificate that nobody vouches for: PMTA 5.0 makes its own. The pin is offered."""
        parts = urlsplit(self.url)
        text = f"{self.url}: {str(error)[:120]}"
        try:
            async with asyncio.timeout(self._options.deadline_s):
                found = await served_fingerprint(parts.hostname or "", parts.port or 443)
        except (OSError, TimeoutError, TransportError):
            return TransportError(FaultKind.DENIED, f"{text}; name its `ca_file`")
        # Only on loopback: elsewhere somebody in between could show a certificate of his own.
        self._offered = found if _is_loopback(self.url) else None
        await self.aclose()
        light = f'fingerprint = "{found}"'
        hint = f"if this is your PMTA, pin it: {light}, or name its `ca_file`"
        return TransportError(FaultKind.DENIED, f"{text}; {hint}", light)

    async def _with_rights(self, path: str, form: Mapping[str, str] | None) -> Reply:
        """A page that this address may not read is asked for with the key, where there is one."""
        try:
            return await self._try_bases(path, form)
        except TransportError as error:
            refused = form is None and error.fault.kind is FaultKind.DENIED
            if not refused or self._keyed_pages or self._options.api_key is None:
                raise
            self._keyed_pages = True
            try:
                return await self._try_bases(path, form)
            except TransportError:
                self._keyed_pages = False
                raise error from None

    async def _try_bases(self, path: str, form: Mapping[str, str] | None) -> Reply:
        """The first base that answers is kept; a refusal of the last one is the fault."""
        while True:
            try:
                reply = await self._call(path, form)
            except _Moved as moved:
                await self.aclose()
                self._bases = (moved.base,)
            except (httpx.ConnectError, httpx.ConnectTimeout, OSError) as error:
                if len(self._bases) == 1 or "certificate" in str(error).lower():
                    raise
                await self.aclose()
                self._bases = self._bases[1:] + self._bases[:1]
                if self._bases[0].startswith("https"):
                    raise
            else:
                self._bases = self._bases[:1]
                return reply

    async def _call(self, path: str, form: Mapping[str, str] | None) -> Reply:
        headers = self._key_header() if form is not None or self._keyed_pages else {}
        if self._client is None:
            self._client = await self._connected_client()
        begun = time.monotonic()
        method, url = "GET" if form is None else "POST", self._bases[0] + path
        async with self._client.stream(method, url, data=form, headers=headers) as response:
            _check(self._bases[0], response)
            encoding = response.headers.get("content-encoding", "").strip().lower()
            body = await capped_body(response.aiter_raw(), encoding, self._options.max_bytes)
            return Reply(body, _date(response), time.monotonic() - begun, path)

    def _key_header(self) -> dict[str, str]:
        """The key, for this base. Raises TransportError where it would travel in the open."""
        key, base = self._options.api_key, self._bases[0]
        if key is None:
            text = "this needs an API key: name its file as `api_key_file`"
            raise TransportError(FaultKind.DENIED, text, "api_key_file = FILE")
        meant = base == self._options.url.rstrip("/")
        if not base.startswith("https") and not (meant and _is_loopback(base)):
            text = f"{base} is plain http: an API key is never sent over it; use https"
            raise TransportError(FaultKind.DENIED, text)
        return {"X-API-Key": key.get_secret_value()}

    async def _connected_client(self) -> httpx.AsyncClient:
        _ = urlsplit(self._bases[0]).port  # ValueError here, not a group of errors on connecting
        verify: ssl.SSLContext | bool = True
        if self._bases[0].startswith("https"):
            verify = await self._context()
        # The deadline over the whole call is `get`'s; httpx's own, per read, only stands behind it.
        # Connecting has less: an http server may wait for ever on a TLS greeting while http is
        # still to be tried, and a handshake that is cancelled from outside leaks its socket.
        connect_s = self._options.deadline_s * CONNECTING / len(self._bases)
        return httpx.AsyncClient(
            verify=verify,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(self._options.deadline_s, connect=connect_s),
            headers=HEADERS,
        )

    async def _context(self) -> ssl.SSLContext:
        options, parts = self._options, urlsplit(self._bases[0])
        if options.fingerprint:
            host, port = parts.hostname or "", parts.port or 443
            return await pinned_context(host, port, options.fingerprint)
        return trusting_context(options.ca_file, options.insecure)


def _is_loopback(base: str) -> bool:
    host = urlsplit(base).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bases(options: HttpOptions) -> tuple[str, ...]:
    bare = options.url.rstrip("/")
    if "://" in bare:
        return (bare,)
    if options.fingerprint or options.ca_file:
        return (f"https://{bare}",)
    return (f"https://{bare}", f"http://{bare}")


def _date(response: httpx.Response) -> Instant | None:
    try:
        date = parsedate_to_datetime(response.headers["date"])
        return Instant((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _check(base: str, response: httpx.Response) -> None:
    """Raises TransportError for everything but 200."""
    code = response.status_code
    if code == 200:
        return
    if code in (401, 403):
        light = f"http-access {_own_address(response)} monitor"
        text = f"{base} refuses this address: PMTA needs `{light}`"
        raise TransportError(FaultKind.DENIED, text, light)
    if response.is_redirect:
        there = _https_here(base, response)
        if there is not None:
            raise _Moved(there)
        raise TransportError(FaultKind.INVALID, _ELSEWHERE.format(base))
    raise TransportError(FaultKind.INVALID, f"{base} answered with HTTP status {code}")


def _own_address(response: httpx.Response) -> str:
    """The address from which PMTA saw us, as far as this host knows it."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("client_addr") if stream is not None else None
    return str(address[0]) if address else "<this address>"


def _https_here(base: str, response: httpx.Response) -> str | None:
    """The https base on the same host that 5.0 redirects to; nothing is followed elsewhere."""
    here = urlsplit(base)
    try:
        there = urlsplit(response.headers.get("location", "")[:500])
        if there.hostname == here.hostname and there.scheme == "https" != here.scheme:
            return f"https://{_bracketed(there.hostname or '')}:{there.port or 443}"
    except ValueError:  # a port that is no number
        return None
    return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _fault_of(base: str, error: Exception) -> TransportError:
    words = str(error) or type(error).__name__
    if isinstance(error, httpx.RemoteProtocolError):
        if "location header" in words:  # httpx reads it even where nothing is followed
            return TransportError(FaultKind.INVALID, _ELSEWHERE.format(base))
        return TransportError(FaultKind.INVALID, f"{base} broke off in mid-reply: {words[:160]}")
    text = f"{base} cannot be reached: {words[:160]}; is PMTA up, and the port right?"
    return TransportError(FaultKind.UNREACHABLE, text)
