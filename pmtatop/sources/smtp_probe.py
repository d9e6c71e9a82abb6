"""SmtpProbe: does PMTA's own SMTP port accept mail? It says EHLO, perhaps MAIL FROM:<>, no more.

Memory above its limit refuses at MAIL FROM, a full `total-max-smtp-in` greets with 421 or hangs:
both look healthy to a check that only connects. Nothing but EHLO, STARTTLS, MAIL FROM:<>, RSET and
QUIT is ever sent, and only to the hosts of the settings.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field

from pmtatop.model.frame import Frame, SourceName
from pmtatop.sources.host_clock import HostClock

STAGE_S = 5.0
"""Deadline of each stage; a healthy PMTA greets within milliseconds."""

LONGEST_LINE = 2000
MOST_LINES = 50
GREETING_NAME = "localhost"


@dataclass(slots=True)
class Probe:
    """What one conversation found; written as JSON into the frame."""

    host: str
    stage: str = "connect"
    """`connect|greeting|ehlo|starttls|mail|done`: where it ended."""
    code: int | None = None
    """The reply's code at that stage; None: there was no reply."""
    text: str = ""
    banner_ms: float | None = None
    certificate: str = ""
    """The certificate as hex DER, where STARTTLS was offered."""
    extensions: list[str] = field(default_factory=list)


class SmtpProbe:
    """A frame with the conversations of all hosts every `interval_s` seconds."""

    names = (SourceName.INBOUND,)

    def __init__(
        self,
        clock: HostClock,
        hosts: tuple[str, ...],
        port: int,
        interval_s: float,
        *,
        mail_from: bool = False,
        stage_s: float = STAGE_S,
        rounds: int | None = None,
    ) -> None:
        """`mail_from`: go as far as MAIL FROM:<> and RSET; `rounds`: end after so many."""
        self._clock = clock
        self._hosts = hosts
        self._port = port
        self._interval_s = interval_s
        self._mail_from = mail_from
        self._stage_s = stage_s
        self._rounds = rounds

    async def frames(self) -> AsyncIterator[Frame]:
        """Probe after probe."""
        done = 0
        while True:
            probes = [await self._probe(host) for host in self._hosts]
            payload = json.dumps([asdict(probe) for probe in probes]).encode()
            now, monotonic = self._clock.now(), self._clock.monotonic()
            yield Frame(SourceName.INBOUND, now, monotonic, payload, origin=",".join(self._hosts))
            done += 1
            if self._rounds is not None and done >= self._rounds:
                return
            await self._clock.sleep(self._interval_s)

    async def aclose(self) -> None:
        """Nothing is held between two probes."""

    async def _probe(self, host: str) -> Probe:
        found = Probe(host)
        name, _, port = host.partition(":")
        try:
            async with asyncio.timeout(self._stage_s):
                reader, writer = await asyncio.open_connection(
                    name, int(port or self._port), limit=LONGEST_LINE
                )
        except (OSError, TimeoutError, ValueError) as error:
            found.text = str(error) or "no answer"
            return found
        try:
            await self._talk(found, reader, writer)
        except (OSError, TimeoutError, EOFError, ValueError, ssl.SSLError) as error:
            found.code, found.text = None, str(error) or "no answer"
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError, ssl.SSLError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()
        return found

    async def _talk(
        self, found: Probe, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """The conversation; `found` holds the stage when anything goes wrong."""
        found.stage = "greeting"
        begun = self._clock.monotonic()
        if not await self._hear(found, reader):
            return
        found.banner_ms = (self._clock.monotonic() - begun) * 1000
        if not await self._say(found, "ehlo", f"EHLO {GREETING_NAME}", reader, writer):
            return
        if "STARTTLS" in found.extensions:
            if not await self._say(found, "starttls", "STARTTLS", reader, writer):
                return
            await self._encrypt(found, writer)
            if not await self._say(found, "ehlo", f"EHLO {GREETING_NAME}", reader, writer):
                return
        if self._mail_from:
            if not await self._say(found, "mail", "MAIL FROM:<>", reader, writer):
                return
            await self._say(found, "mail", "RSET", reader, writer)
        found.stage = "done"
        writer.write(b"QUIT\r\n")

    async def _encrypt(self, found: Probe, writer: asyncio.StreamWriter) -> None:
        """Any certificate will do: it is looked at, not trusted."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        async with asyncio.timeout(self._stage_s):
            await writer.start_tls(context)
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        found.certificate = (der or b"").hex()

    async def _say(
        self,
        found: Probe,
        stage: str,
        line: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        found.stage = stage
        writer.write(line.encode("ascii") + b"\r\n")
        return await self._hear(found, reader)

    async def _hear(self, found: Probe, reader: asyncio.StreamReader) -> bool:
        """One reply of up to some lines; whether it is a good one."""
        found.code, found.text = None, ""
        async with asyncio.timeout(self._stage_s):
            lines = [await _line(reader)]
            while lines[-1][3:4] == "-" and len(lines) < MOST_LINES:
                lines.append(await _line(reader))
        found.code, found.text = int(lines[-1][:3]), lines[-1][4:300]
        if found.stage == "ehlo":
            found.extensions = [line[4:].split(" ")[0].upper() for line in lines[1:]]
        return found.code < 400


async def _line(reader: asyncio.StreamReader) -> str:
    """One line. Raises EOFError where the other side hangs up, ValueError for an endless one."""
    raw = await reader.readline()
    if not raw:
        raise EOFError("it hung up")
    return raw.decode("latin-1").rstrip("\r\n")
