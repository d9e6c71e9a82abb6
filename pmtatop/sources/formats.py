"""Which format a reply is in, and which version wrote it, from its bytes alone."""

import re

_VERSION = re.compile(
    rb'(?:"version"\s*:\s*"|<version>\s*|(?:^|\.)product\.version=")v?([0-9A-Za-z._-]{1,20})', re.M
)


def format_of(body: bytes) -> str | None:
    """`json`, `xml` or `dom`; None for an HTML page and everything else."""
    head = body[:300].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"{"):
        return "json"
    if head.startswith(b"<"):
        return None if b"<html" in head or b"<!doctype html" in head else "xml"
    return "dom" if re.match(rb"[a-z_][\w.\[\]-]*=\"", head) else None


def version_in(body: bytes) -> str | None:
    """`mta.product.version` of a status page in any format."""
    found = _VERSION.search(body[:20_000].replace(b"\x00", b""))
    return found[1].decode() if found else None
