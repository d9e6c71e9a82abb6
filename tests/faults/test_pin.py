"""A certificate that nobody vouches for is offered for a pin on loopback, and only there."""

from typing import Any

import pytest

from pmtatop.transports.faults import TransportError
from pmtatop.transports.http import HttpOptions, HttpTransport
from tests.faults.certificates import Certificate, certificate
from tests.faults.odd_server import OddServer, answering, reply

__all__ = ["certificate"]


async def refused(made: HttpTransport) -> None:
    with pytest.raises(TransportError):
        await made.get("/status")


def transport(url: str, **options: Any) -> HttpTransport:
    return HttpTransport(HttpOptions(url, deadline_s=2.0, **options))


async def test_the_offer_is_taken_by_its_own_fingerprint_alone(certificate: Certificate) -> None:
    with OddServer(answering(reply(b'{"a": 1}')), certificate.context) as server:
        made = transport(server.url)
        await refused(made)
        offered = made.offered
        assert offered == certificate.fingerprint.replace(":", "").lower()
        made.trust("ab" * 32)
        await refused(made)
        made.trust(offered)
        assert (await made.get("/status")).body == b'{"a": 1}'
        await made.aclose()


async def test_a_pin_that_does_not_match_is_never_replaced(certificate: Certificate) -> None:
    with OddServer(answering(reply()), certificate.context) as server:
        made = transport(server.url, fingerprint="ab" * 32)
        await refused(made)
        assert made.offered is None
        made.trust(certificate.fingerprint)
        await refused(made)
        await made.aclose()
