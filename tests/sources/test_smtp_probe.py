"""The inbound probe tells "running but not accepting" from a port that takes mail."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pmtatop.model.totals import Inbound
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.probe_page import expiry_of, parse_probes
from pmtatop.sources.smtp_probe import SmtpProbe
from tests.engine.conftest import Make, simulate
from tests.faults.certificates import Certificate, certificate
from tests.sources.clocks import FrozenClock

__all__ = ["certificate", "simulate"]

HELLO = b"220 mx ready\r\n"


async def probed(port: int, *, mail_from: bool = True, host: str = "127.0.0.1") -> Inbound:
    probe = SmtpProbe(
        *(FrozenClock(), (host,), port, 60.0), mail_from=mail_from, stage_s=0.3, rounds=1
    )
    async with asyncio.timeout(5):
        (frame,) = [frame async for frame in probe.frames()]
    return parse_probes(frame.payload)


@pytest.mark.parametrize(
    ("illness", "state", "stage", "words"),
    [
        ("", "accepting", None, ""),
        ("silent", "silent", "greeting", ""),
        ("full", "refusing", "greeting", "421"),
        ("memory", "refusing", "mail", "452 4.3.2"),
    ],
)
async def test_what_ails_the_port_is_told(
    simulate: Make, illness: str, state: str, stage: str | None, words: str
) -> None:
    simulator, ready = simulate()
    simulator.illness = illness
    found = await probed(ready["smtp_port"])
    assert (found.state, found.stage) == (state, stage)
    assert words in found.text
    simulator.stop()


async def test_without_leave_it_goes_no_further_than_ehlo(simulate: Make) -> None:
    simulator, ready = simulate()
    simulator.illness = "memory"
    assert (await probed(ready["smtp_port"], mail_from=False)).state == "accepting"


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    found = await probed(port)
    assert (found.state, found.stage) == ("refusing", "connect")


@asynccontextmanager
async def server(context: ssl.SSLContext | None, heard: list[bytes]) -> AsyncIterator[int]:
    """An SMTP server that offers STARTTLS and notes every line."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HELLO)
        while line := await reader.readline():
            heard.append(line)
            if line.startswith(b"STARTTLS") and context is not None:
                writer.write(b"220 go\r\n")
                await writer.start_tls(context)
            else:
                writer.write(
                    b"250-mx\r\n250 STARTTLS\r\n" if line[:4] == b"EHLO" else b"250 ok\r\n"
                )
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()


async def test_the_certificate_s_end_is_read_and_nothing_else_is_said(
    certificate: Certificate,
) -> None:
    heard: list[bytes] = []
    async with server(certificate.context, heard) as port:
        found = await probed(port)
    assert found.state == "accepting"
    decoded = ssl._ssl._test_decode_cert(str(certificate.path))  # type: ignore[attr-defined]
    assert found.certificate_expires_at == float(ssl.cert_time_to_seconds(decoded["notAfter"]))
    said = [line.split()[0] for line in heard]
    assert said == [b"EHLO", b"STARTTLS", b"EHLO", b"MAIL", b"RSET", b"QUIT"]
    assert b"MAIL FROM:<>\r\n" in heard


@pytest.mark.parametrize(
    "greeting", [b"\r\n", b"hello\r\n", b"220" + b"x" * 5000, b"\xff\xfe\r\n", b"220-a\r\n" * 60]
)
async def test_an_odd_greeting_is_no_crash(greeting: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.read(1)
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    found = await probed(listener.sockets[0].getsockname()[1])
    listener.close()
    assert found.state in ("silent", "refusing")
    assert found.text.isprintable()


def test_the_worst_host_counts() -> None:
    rows = [{"host": "a", "stage": "done"}, {"host": "b", "stage": "greeting"}]
    assert parse_probes(json.dumps(rows).encode()).state == "silent"
    for damaged in (b"", b"[]", b"{", b"[" * 5000):
        with pytest.raises(ParseError):
            parse_probes(damaged)


@pytest.mark.parametrize("odd", ["", "zz", "17", "170d", "170d" + "39" * 12])
def test_what_is_no_certificate_has_no_end(odd: str) -> None:
    assert expiry_of(odd) is None
