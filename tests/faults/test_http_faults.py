"""A call to a server that behaves oddly ends in bounded time, in one line that says why."""

import gc
import gzip
import socket
import subprocess
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pmtatop.model.frame import Fault, FaultKind
from pmtatop.model.instant import Instant
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.tree import tree_of
from pmtatop.transports.faults import TransportError
from pmtatop.transports.http import HttpOptions, HttpTransport
from tests.faults.certificates import Certificate, certificate, made_certificate
from tests.faults.odd_server import (
    Behaviour,
    OddServer,
    answering,
    closing_after,
    dripping,
    reply,
    resetting,
    silent,
)

__all__ = ["certificate"]

DEADLINE_S = 0.4
CAP = 100_000


@asynccontextmanager
async def transport(url: str, **options: Any) -> AsyncIterator[HttpTransport]:
    given = {"deadline_s": DEADLINE_S, "max_bytes": CAP} | options
    made = HttpTransport(HttpOptions(url, **given))
    try:
        yield made
    finally:
        await made.aclose()


async def fault_of(url: str, **options: Any) -> Fault:
    """How a call fails; it must do so within the deadline, in one printable line."""
    begun = time.monotonic()
    async with transport(url, **options) as made:
        with pytest.raises(TransportError) as caught:
            await made.get("/status?format=json")
    assert time.monotonic() - begun < DEADLINE_S + 2.0
    fault = caught.value.fault
    assert fault.text
    assert fault.text.isprintable()
    assert len(fault.text) < 500
    return fault


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def test_refused_is_unreachable() -> None:
    fault = await fault_of(f"http://127.0.0.1:{unused_port()}")
    assert fault.kind is FaultKind.UNREACHABLE


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 64 + ".invalid", "a..b"])
async def test_a_name_that_leads_nowhere_is_a_fault(host: str) -> None:
    await fault_of(f"http://{host}:1")


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "https://127.0.0.1:x", "http://[::1"])
@pytest.mark.parametrize("fingerprint", [None, "ab" * 32])
async def test_a_url_that_is_none_is_a_fault(url: str, fingerprint: str | None) -> None:
    await fault_of(url, fingerprint=fingerprint)


GOOD = reply(b"x" * 50)
PART = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        pytest.param(silent, FaultKind.TIMEOUT, id="accepted and silent"),
        pytest.param(dripping(b"", GOOD), FaultKind.TIMEOUT, id="slow headers"),
        pytest.param(dripping(PART, b"x" * 50), FaultKind.TIMEOUT, id="slow body"),
        pytest.param(resetting(b""), FaultKind.UNREACHABLE, id="reset"),
        pytest.param(resetting(PART), FaultKind.UNREACHABLE, id="reset in the body"),
        pytest.param(closing_after(b""), FaultKind.INVALID, id="closed without a word"),
        pytest.param(closing_after(PART), FaultKind.INVALID, id="truncated"),
        pytest.param(closing_after(b"\x1b[2J\r\n\r\n"), FaultKind.INVALID, id="no HTTP"),
        pytest.param(closing_after(b"SSH-2.0-x\r\n"), FaultKind.INVALID, id="another protocol"),
        pytest.param(answering(reply(b"", "403 No")), FaultKind.DENIED, id="403"),
        pytest.param(answering(reply(b"", "401 No")), FaultKind.DENIED, id="401"),
        pytest.param(answering(reply(b"", "500 No")), FaultKind.INVALID, id="500"),
        pytest.param(answering(reply(b"", "404 No")), FaultKind.INVALID, id="404"),
        pytest.param(answering(reply(b"x" * (CAP + 1))), FaultKind.INVALID, id="huge"),
    ],
)
async def test_an_odd_answer_is_its_fault(behave: Behaviour, kind: FaultKind) -> None:
    with OddServer(behave) as server:
        fault = await fault_of(server.url)
        assert fault.kind is kind
        assert server.bare in fault.text or "larger" in fault.text


async def test_403_names_the_directive_that_helps() -> None:
    with OddServer(answering(reply(b"", "403 Forbidden"))) as server:
        assert "http-access" in (await fault_of(server.url)).text


async def test_an_html_page_with_200_is_no_reply() -> None:
    page = b"<!DOCTYPE html><html>Sign in</html>"
    with OddServer(answering(reply(page))) as server:
        async with transport(server.url) as made:
            body = (await made.get("/status")).body
    with pytest.raises(ParseError, match="HTML"):
        tree_of(body)


async def test_a_body_just_under_the_cap_comes_whole() -> None:
    with OddServer(answering(reply(b"x" * CAP))) as server:
        async with transport(server.url) as made:
            assert (await made.get("/queues")).body == b"x" * CAP


def packed(body: bytes, *headers: str) -> bytes:
    return reply(body, "200 OK", *(headers or ("Content-Encoding: gzip",)))


BOMB = gzip.compress(bytes(20 * 2**20))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(packed(BOMB), id="bomb"),
        pytest.param(packed(gzip.compress(BOMB), "Content-Encoding: gzip, gzip"), id="nested"),
        pytest.param(
            packed(gzip.compress(BOMB), "Content-Encoding: gzip", "Content-Encoding: gzip"),
            id="nested in two headers",
        ),
        pytest.param(packed(zlib.compress(bytes(2**20)), "Content-Encoding: deflate"), id="zlib"),
        pytest.param(packed(b"x", "Content-Encoding: br\x1b[2J"), id="unknown"),
        pytest.param(packed(b"no gzip at all"), id="damaged"),
        pytest.param(packed(gzip.compress(b"x" * 500)[:-9]), id="cut short"),
    ],
)
async def test_packed_bodies_are_capped_unpacked_and_odd_ones_refused(data: bytes) -> None:
    with OddServer(answering(data)) as server:
        assert (await fault_of(server.url)).kind is FaultKind.INVALID


async def test_one_layer_of_gzip_is_unpacked() -> None:
    with OddServer(answering(packed(gzip.compress(b"x" * CAP)))) as server:
        async with transport(server.url) as made:
            assert (await made.get("/queues")).body == b"x" * CAP


async def test_a_redirect_to_another_host_is_never_followed() -> None:
    with OddServer(answering(reply())) as other:
        moved = reply(b"", "302 Found", f"Location: {other.url}/status")
        with OddServer(answering(moved)) as server:
            fault = await fault_of(server.url)
        assert other.connections == 0
        assert fault.kind is FaultKind.INVALID
        assert "redirects" in fault.text


async def test_a_redirect_to_https_is_followed_on_the_same_host_alone() -> None:
    moved = reply(b"", "301 Moved", "Location: https://127.0.0.1:8443/status")
    with OddServer(answering(moved)) as server:
        assert "https://127.0.0.1:8443 " in (await fault_of(server.url)).text + " "
        assert server.connections == 1


@pytest.mark.parametrize(
    "location",
    ["https://\x1b]52;c;eA==\x07@127.0.0.1/", "http://[", "https://127.0.0.1:x/", "//", "\xff"],
)
async def test_a_hostile_location_is_only_a_fault(location: str) -> None:
    with OddServer(answering(reply(b"", "302 Found", f"Location: {location}"))) as server:
        fault = await fault_of(server.url)
        assert "52;c" not in fault.text
        assert "redirects" in fault.text


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "Mon, 01 Jan 0001 00:00:00 -0000", "Mon, 99 Xxx 9999 99:99:99 GMT", "\x1b"],
)
async def test_a_date_that_is_none_does_not_cost_the_page(date: str) -> None:
    with OddServer(answering(reply(b"{}", "200 OK", f"Date: {date}"))) as server:
        async with transport(server.url) as made:
            assert (await made.get("/status")).body == b"{}"


@pytest.mark.parametrize("zone", ["GMT", "+0000", "-0000"])
async def test_the_date_of_a_reply_is_utc(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        date = f"Date: Thu, 01 Jan 1970 00:01:00 {zone}"
        with OddServer(answering(reply(b"{}", "200 OK", date))) as server:
            async with transport(server.url) as made:
                assert (await made.get("/status")).date == Instant(60)
    finally:
        monkeypatch.undo()
        time.tzset()


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with OddServer(answering(reply(b"proxy"))) as proxy, OddServer(answering(reply())) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        async with transport(server.url) as made:
            assert (await made.get("/status")).body == b"{}"
        assert proxy.connections == 0


async def test_a_transport_recovers_after_a_timeout() -> None:
    with OddServer(silent) as server:
        async with transport(server.url) as made:
            with pytest.raises(TransportError):
                await made.get("/status")
            server.behave = answering(reply(b"back"))
            assert (await made.get("/status")).body == b"back"


async def test_the_pinned_certificate_is_trusted(certificate: Certificate) -> None:
    with OddServer(answering(reply(b"pinned")), certificate.context) as server:
        pin = certificate.fingerprint
        for given in (pin, pin.replace(":", "").lower(), f" {pin} "):
            async with transport(server.url, fingerprint=given) as made:
                assert (await made.get("/status")).body == b"pinned"


async def test_a_pinned_certificate_needs_no_known_issuer(certificate: Certificate) -> None:
    issuer = ("-CA", certificate.path, "-CAkey", certificate.key)
    try:
        leaf = made_certificate(certificate.path.parent, "leaf", *issuer)
    except subprocess.CalledProcessError:
        pytest.skip("this openssl cannot issue a certificate in one step")
    with OddServer(answering(reply(b"pinned")), leaf.context) as server:
        async with transport(server.url, fingerprint=leaf.fingerprint) as made:
            assert (await made.get("/status")).body == b"pinned"


async def test_another_certificate_than_the_pinned_gets_no_request(
    certificate: Certificate,
) -> None:
    with OddServer(answering(reply()), certificate.context) as server:
        fault = await fault_of(server.url, fingerprint="ab" * 32)
        assert fault.kind is FaultKind.DENIED
        assert "fingerprint" in fault.text
        assert server.requests == []


async def test_a_port_that_is_silent_on_tls_is_a_timeout_and_leaks_no_socket() -> None:
    with OddServer(silent) as server:
        for options in ({}, {"fingerprint": "ab" * 32}):
            fault = await fault_of(f"https://{server.bare}", **options)
            assert fault.kind is FaultKind.TIMEOUT
        gc.collect()  # what leaked warns here, and a warning is an error


async def test_a_stranger_s_certificate_is_refused_and_not_fled_from(
    certificate: Certificate,
) -> None:
    with OddServer(answering(reply()), certificate.context) as server:
        for url in (server.url, server.bare):
            fault = await fault_of(url)
            assert fault.kind is FaultKind.DENIED
            assert "fingerprint" in fault.text
        assert server.requests == []


async def test_a_ca_file_makes_it_trusted(certificate: Certificate) -> None:
    with OddServer(answering(reply(b"known")), certificate.context) as server:
        async with transport(server.url, ca_file=certificate.path) as made:
            assert (await made.get("/status")).body == b"known"


async def test_insecure_asks_nobody(certificate: Certificate) -> None:
    with OddServer(answering(reply(b"any")), certificate.context) as server:
        async with transport(server.url, insecure=True) as made:
            assert (await made.get("/status")).body == b"any"


async def test_a_ca_file_that_is_not_there_is_named_and_nothing_is_sent(tmp_path: Path) -> None:
    with OddServer(answering(reply())) as server:
        for url in (server.bare, f"https://{server.bare}"):
            fault = await fault_of(url, ca_file=tmp_path / "no-such-ca.pem")
            assert "no-such-ca.pem" in fault.text
        assert server.requests == []


async def test_a_pin_is_not_lost_by_falling_back_to_http() -> None:
    with OddServer(answering(reply())) as server:
        server.hangs_up_on_tls = True
        await fault_of(server.bare, fingerprint="ab" * 32)
        assert server.requests == []


async def test_without_a_scheme_https_is_tried_first(certificate: Certificate) -> None:
    with OddServer(answering(reply(b"tls")), certificate.context) as server:
        async with transport(server.bare, insecure=True) as made:
            assert (await made.get("/status")).body == b"tls"
            assert made.url == server.url


@pytest.mark.parametrize("hangs_up", [True, False], ids=["hung up on", "waited on"])
async def test_without_a_scheme_http_comes_second_and_stays(hangs_up: bool) -> None:
    with OddServer(answering(reply(b"plain"))) as server:
        server.hangs_up_on_tls = hangs_up
        async with transport(server.bare) as made:
            for _ in range(2):
                assert (await made.get("/status")).body == b"plain"
            assert made.url == f"http://{server.bare}"
        assert server.connections == 2


async def test_without_a_scheme_and_without_a_server_it_is_unreachable() -> None:
    assert (await fault_of(f"127.0.0.1:{unused_port()}")).kind is FaultKind.UNREACHABLE
