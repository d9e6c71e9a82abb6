"""The body of a reply under a cap that counts decompressed bytes."""

import zlib
from collections.abc import AsyncIterator

from pmtatop.model.frame import FaultKind
from pmtatop.transports.faults import TransportError

GZIP_WINDOW = 16 + zlib.MAX_WBITS


async def capped_body(chunks: AsyncIterator[bytes], encoding: str, most: int) -> bytes:
    """All of `chunks`, at most `most` bytes after at most one layer of gzip.

    httpx's own decoding has no cap: 822 bytes of doubly compressed zeros become a gigabyte.
    """
    unpack = _unpacker(encoding)
    body = bytearray()
    async for chunk in chunks:
        body += _unpacked(unpack, chunk, most - len(body) + 1) if unpack else chunk
        if len(body) > most:
            raise TransportError(
                FaultKind.INVALID, f"the reply is larger than {most:,} bytes; ask for fewer rows"
            )
    if unpack and not unpack.eof:
        raise TransportError(FaultKind.INVALID, "the reply is gzip that ends too early")
    return bytes(body)


def _unpacked(unpack: "zlib._Decompress", chunk: bytes, most: int) -> bytes:
    try:
        return unpack.decompress(chunk, most)
    except zlib.error as error:
        raise TransportError(FaultKind.INVALID, f"the reply is damaged gzip: {error}") from None


def _unpacker(encoding: str) -> "zlib._Decompress | None":
    if encoding in ("", "identity"):
        return None
    if encoding == "gzip":
        return zlib.decompressobj(GZIP_WINDOW)
    raise TransportError(FaultKind.INVALID, f"the reply is encoded as {encoding[:40]!r}, unasked")
