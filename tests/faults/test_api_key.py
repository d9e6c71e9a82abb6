"""The API key opens everything: it travels only where it was meant to, and is told to nobody."""

import socket
from typing import Any

import pytest
from pydantic import SecretStr

from pmtatop.model.frame import FaultKind
from pmtatop.model.page import Ask, Page
from pmtatop.sources.http_interface import HttpInterface
from pmtatop.transports.faults import TransportError
from pmtatop.transports.http import HttpOptions, HttpTransport
from tests.faults.certificates import Certificate, certificate
from tests.faults.odd_server import OddServer, answering, reply

__all__ = ["certificate"]

KEY = "k3y_" + "x" * 40
FORM = {"command": "show license", "format": "json"}


def keyed(url: str, **options: Any) -> HttpTransport:
    given: dict[str, Any] = {"deadline_s": 2.0, "api_key": SecretStr(KEY)} | options
    return HttpTransport(HttpOptions(url, **given))


async def refusal(made: HttpTransport) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await made.post("/command", FORM)
    await made.aclose()
    assert KEY not in caught.value.fault.text
    return caught.value


async def test_the_key_goes_to_the_pinned_server(certificate: Certificate) -> None:
    with OddServer(answering(reply()), certificate.context) as server:
        made = keyed(server.url, fingerprint=certificate.fingerprint)
        await made.post("/command", FORM)
        await made.get("/status")
        await made.aclose()
        assert f"x-api-key: {KEY}" in server.heads[0].lower()
        assert KEY not in server.heads[1], "pages that any monitor may read need no key"


async def test_a_page_that_is_refused_without_the_key_is_asked_for_with_it() -> None:
    def behave(server: OddServer, connection: socket.socket) -> None:
        keyed_ = KEY in server.heads[-1]
        connection.sendall(reply(b'{"a": 1}') if keyed_ else reply(b"no", "403 Forbidden"))

    with OddServer(behave) as server:
        made = keyed(server.url)
        assert [(await made.get("/status")).body for _ in range(2)] == [b'{"a": 1}'] * 2
        await made.aclose()
        assert [KEY in head for head in server.heads] == [False, True, True]


async def test_a_key_that_does_not_help_leaves_the_refusal_of_the_address() -> None:
    with OddServer(answering(reply(b"no", "403 Forbidden"))) as server:
        made = keyed(server.url)
        for _ in range(2):
            with pytest.raises(TransportError, match="http-access"):
                await made.get("/status")
        await made.aclose()


async def test_the_key_never_goes_over_a_fallback_to_http() -> None:
    with OddServer(answering(reply())) as server:
        server.hangs_up_on_tls = True
        made = keyed(server.bare)
        assert (await refusal(made)).fault.kind is FaultKind.DENIED
        assert KEY not in "".join(server.heads)


async def test_plain_http_takes_the_key_on_loopback_when_the_url_says_so() -> None:
    with OddServer(answering(reply())) as server:
        made = keyed(server.url)
        await made.post("/command", FORM)
        await made.aclose()
        assert KEY in server.heads[0]
    fault = (await refusal(keyed("http://mx.example.invalid"))).fault
    assert "plain http" in fault.text


async def test_a_redirect_takes_the_call_to_https(
    certificate: Certificate,
) -> None:
    with OddServer(answering(reply(b'{"a": 1}')), certificate.context) as secure:
        moved = reply(b"", "302 Found", f"Location: {secure.url}/status")
        with OddServer(answering(moved)) as plain:
            made = keyed(plain.url, fingerprint=certificate.fingerprint, api_key=None)
            assert (await made.get("/status")).body == b'{"a": 1}'
            assert made.url == secure.url
            await made.get("/status")
            await made.aclose()
            assert plain.connections == 1
        assert len(secure.requests) == 2


async def test_a_redirect_to_another_host_gets_nothing(certificate: Certificate) -> None:
    with OddServer(answering(reply()), certificate.context) as other:
        there = other.url.replace("127.0.0.1", "localhost")
        with OddServer(answering(reply(b"", "302 Found", f"Location: {there}/"))) as server:
            error = await refusal(keyed(server.url))
            assert "redirects elsewhere" in error.fault.text
        assert other.connections == 0


async def test_a_certificate_that_is_not_the_pinned_one_gets_no_key(
    certificate: Certificate,
) -> None:
    with OddServer(answering(reply()), certificate.context) as server:
        await refusal(keyed(server.url, fingerprint="ab" * 32))
        await refusal(keyed(server.url))
        assert server.heads == []


def test_the_key_is_in_no_representation() -> None:
    options = HttpOptions("https://mx", api_key=SecretStr(KEY))
    assert KEY not in repr(options)
    assert KEY not in str(options)


async def test_a_key_that_pmta_refuses_does_not_cost_the_lists() -> None:
    def behave(server: OddServer, connection: socket.socket) -> None:
        denied = server.requests[-1].startswith("POST")
        data = reply(b"<html>no</html>", "403 Forbidden") if denied else reply(b'{"data": {}}')
        connection.sendall(data)

    with OddServer(behave) as server:
        interface = HttpInterface(keyed(server.url), has_key=True)
        assert (await interface.ask(Ask(Page.QUEUES))).body == b'{"data": {}}'
        assert not interface.access.has_key
        assert interface.can_ask(Page.SETTINGS) is not None
        await interface.aclose()
    assert [line.partition(" ")[0] for line in server.requests] == ["POST", "GET"]
