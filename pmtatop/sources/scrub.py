"""Scrub: replies without addresses, keys and host names, and with everything else as it was.

Each name has one stand-in throughout a Scrubber, so that what belongs together still does. Only
the values of a reply are touched: its keys, numbers, quotes and order are what it is kept for.
"""

import json
import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address

from pmtatop.analysis.providers import DOMAINS, MX_SUFFIXES
from pmtatop.sources.formats import format_of

_PUBLIC = frozenset(" ".join(DOMAINS.values()).split())
"""Mailbox domains that everybody writes to: they name nobody."""

_OPERATORS = _PUBLIC | MX_SUFFIXES.keys()
"""Domains whose hosts keep them behind their stand-in: an operator's, no customer's."""

_FILES = frozenset(("log", "csv", "gz", "txt", "conf", "pem", "php", "html", "htm", "xml", "json"))
"""Endings of files, which no host name has here."""

_LETTER = r"(?:[^\W_]|&\#x?[0-9A-Fa-f]{1,6};)"
_LABEL = rf"(?:{_LETTER}|_)(?:(?:{_LETTER}|[_-]){{0,62}}{_LETTER})?"
_TOP = r"(?:[^\W\d_]{2,63}|xn--[A-Za-z0-9-]{1,59})(?![\w-])"
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{0,20}}\.{_TOP}"
_WORD = re.compile(
    rf"(?P<mail>[^\s@<>\"'&;,:()\[\]/\\]{{1,200}}@(?:{_HOST}|\[[^\]\s]{{1,50}}\]))"
    r"|(?P<ip4>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d))"
    r"|(?P<ip6>(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:]))"
    rf"|(?P<host>(?<![\w.-]){_HOST})"
    r"|(?P<key>(?<!\w)\w{32,128}(?!\w))"
)

_PRIVATE = (
    r"(?:serial|hostId|userString|CSRFToken|header_\w+"
    r"|[\w-]*licen[sc]e[\w-]*|[\w-]*password[\w-]*|[\w-]*key[\w-]*)"
)
_PRIVATE_VALUES = (
    re.compile(rf'("{_PRIVATE}"\s*:\s*")((?:[^"\\]|\\.)+)()', re.I),
    re.compile(rf"(<{_PRIVATE}>)([^<]+)()", re.I),
    re.compile(rf'^((?:[\w\[\]-]+\.)*{_PRIVATE}=")(.+)("\r?)$', re.I | re.M),
    re.compile(
        rf"^([ \t]*{_PRIVATE}(?:[ \t]+(?:number|id))?(?:[ \t]*:[ \t]*|[ \t]+))(\S.*)()$",
        re.I | re.M,
    ),
)
"""Values that are secret or personal whatever they look like, in JSON, XML, DOM and text."""

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DOM_LINE = re.compile(r'^([A-Za-z_][\w\[\].:-]*=")(.*)$', re.M)
_TAG = re.compile(r"(<[^<>]*>)")

GONE = "scrubbed"


class Scrubber:
    """Replaces what could name somebody; the same word always by the same stand-in."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets`: words that must not appear at all, such as an API key."""
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._known: dict[str, str] = dict.fromkeys(filter(None, secrets), GONE)

    def learn(self, kind: str, names: Iterable[str]) -> None:
        """Names that only their place tells: of VMTAs, jobs, this host."""
        for name in names:
            if len(name) > 1 and name not in ("{default}", "*") and name not in self._known:
                self._known[name] = f"{kind}-{len(self._known) + 1}"

    def bytes(self, body: bytes) -> bytes:
        """One reply, scrubbed; bytes that are no text stay what they were."""
        text = body.decode("utf-8", "surrogateescape")
        for pattern in _PRIVATE_VALUES:
            text = pattern.sub(rf"\g<1>{GONE}\g<3>", text)
        kind = format_of(body)
        if kind == "json":
            text = _STRING.sub(self._literal, text)
        elif kind == "dom":
            text = _DOM_LINE.sub(lambda line: line[1] + self.text(line[2]), text)
        elif kind == "xml":
            parts = _TAG.split(text)
            text = "".join(p if p.startswith("<") else self.text(p) for p in parts)
        else:
            text = self.text(text)
        return text.encode("utf-8", "surrogateescape")

    def _literal(self, found: re.Match[str]) -> str:
        """One JSON string; rewritten only where something in it was replaced."""
        try:
            said = json.loads(found[0], strict=False)
        except ValueError:
            said = found[1]
        kept = self.text(said)
        return found[0] if kept == said else json.dumps(kept, ensure_ascii=False)

    def text(self, text: str) -> str:
        """Words of any kind, scrubbed."""
        return _WORD.sub(self._word, self._without_known(text))

    def _without_known(self, text: str) -> str:
        if not self._known:
            return text
        # Longest first: a name may begin with another.
        names = sorted(map(re.escape, self._known), key=len, reverse=True)
        pattern = rf"(?<![\w.-])(?:{'|'.join(names)})(?![\w-]|\.\w)"
        return re.sub(pattern, lambda found: self._known[found[0]], text)

    def _word(self, found: re.Match[str]) -> str:
        return _REPLACED[found.lastgroup or ""](self, found[0])

    def _stand_in(self, kind: str, word: str, made: Callable[[int], str]) -> str:
        key = kind, word.lower()
        if key not in self._stand_ins:
            count = sum(1 for known, _ in self._stand_ins if known == kind)
            self._stand_ins[key] = made(count + 1)
        return self._stand_ins[key]

    def mail(self, word: str) -> str:
        """`u1@` and the scrubbed host."""
        local, _, domain = word.rpartition("@")
        user = self._stand_in("user", local, lambda n: f"u{n}")
        return f"{user}@{self.text(domain)}"

    def ip4(self, word: str) -> str:
        """An address of the range for benchmarks (RFC 2544); loopback stays."""
        if not _is_address(word) or word.startswith(("127.", "0.")):
            return word
        return self._stand_in("ip4", word, lambda n: f"198.18.{n // 256}.{n % 256}")

    def ip6(self, word: str) -> str:
        """An address of the range for documentation (RFC 3849); loopback stays."""
        if not _is_address(word) or word in ("::", "::1"):
            return word
        return self._stand_in("ip6", word, lambda n: f"2001:db8::{n:x}")

    def host(self, word: str) -> str:
        """`h1.example`; behind a host of a known operator its domain stays, as a mailbox's does."""
        lower = word.lower()
        if lower in _PUBLIC or lower.rpartition(".")[2] in _FILES:
            return word
        below = next((d for d in _parents(lower) if d in _OPERATORS), "example")
        return self._stand_in("host", word, lambda n: f"h{n}.{below}")

    def key(self, word: str) -> str:
        """As long as `http-api-key` is: never shown."""
        return GONE


_REPLACED: dict[str, Callable[[Scrubber, str], str]] = {
    "mail": Scrubber.mail,
    "ip4": Scrubber.ip4,
    "ip6": Scrubber.ip6,
    "host": Scrubber.host,
    "key": Scrubber.key,
}


def _parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[i:]) for i in range(1, len(labels) - 1)]


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True
