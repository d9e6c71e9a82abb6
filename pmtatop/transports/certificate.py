"""Certificates: a pin is compared before the first byte of a request leaves."""

import asyncio
import hashlib
import ssl
from pathlib import Path

from pmtatop.model.frame import FaultKind
from pmtatop.transports.faults import TransportError


async def pinned_context(host: str, port: int, fingerprint: str) -> ssl.SSLContext:
    """A context that trusts only the server's present certificate, if that is the pinned one.

    `fingerprint`: SHA-256 of the DER certificate, hex, colons allowed. Reading it from the reply
    would be too late: an API key would have been sent by then.
    """
    der = await _served_certificate(host, port)
    found = hashlib.sha256(der).hexdigest()
    if found != fingerprint.strip().replace(":", "").lower():
        text = f"the certificate's fingerprint is {found}, not the pinned one: new, or not PMTA"
        raise TransportError(FaultKind.DENIED, text, f'fingerprint = "{found}"')
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the pin is trust, whoever issued it
    context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(der))
    return context


async def served_fingerprint(host: str, port: int) -> str:
    """SHA-256 of the certificate that is served now, hex; nothing else is said to the server."""
    return hashlib.sha256(await _served_certificate(host, port)).hexdigest()


async def _served_certificate(host: str, port: int) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        der: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
    if der is None:
        raise TransportError(FaultKind.INVALID, "the server shows no certificate")
    return der


def trusting_context(ca_file: Path | None, insecure: bool) -> ssl.SSLContext:
    """The system's CAs, or one CA file, or (when told in so many words) anybody."""
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        text = f"the `ca_file` {ca_file} cannot be used: {error.strerror or error}"
        raise TransportError(FaultKind.INVALID, text) from None
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
