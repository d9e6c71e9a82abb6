"""XML replies of all versions: `<rsp><data>...</data><succ/></rsp>` as nested dicts.

The bytes are cleaned before they are parsed: one ESC in one reply, raw or as `&#27;`, would make
the whole page unparseable. A DTD is refused by the parser, not by a search that UTF-16 slips by.
"""

import codecs
import re
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pmtatop.parsing.errors import ParseError, refuse_depth
from pmtatop.parsing.safe_text import safe_text

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"<\?xml[^>]{0,120}encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(x[0-9A-Fa-f]{1,8}|[0-9]{1,8});")
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def xml_text(payload: bytes) -> str:
    """The document as text that an XML parser takes: decoded, cleaned, without declaration."""
    text = _decoded(payload)
    text = _FORBIDDEN.sub(_stand_in, _DECLARATION.sub("", text, count=1))
    return _REFERENCE.sub(_legal, text).strip()


def _decoded(payload: bytes) -> str:
    for bom, encoding in _BOMS:
        if payload.startswith(bom):
            return payload[len(bom) :].decode(encoding, "replace")
    named = _ENCODING.search(payload[:200])
    try:
        return payload.decode(named[1].decode() if named else "utf-8", "surrogateescape")
    except (LookupError, UnicodeError):
        return payload.decode("utf-8", "surrogateescape")


def _stand_in(found: re.Match[str]) -> str:
    return safe_text(found[0])


def _legal(found: re.Match[str]) -> str:
    digits = found[1]
    code = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    if code > 0x10FFFF:
        return "\ufffd"
    return safe_text(chr(code)) if _FORBIDDEN.match(chr(code)) else found[0]


def xml_reply(root: Element) -> object:
    """`data` of a successful reply: nested dicts, or text. Raises ParseError.

    The documents name no failure element, so a `<rsp>` without `<succ>` is a failure.
    """
    tag = _tag(root)
    if tag.lower() == "html":
        raise ParseError("an HTML page, not XML: is this PMTA's web monitor?")
    if tag != "rsp":
        return value_of(root)
    children = {_tag(child): child for child in root}
    if "succ" not in children:
        words = " ".join(part.strip() for part in root.itertext() if part.strip())
        raise ParseError(f"PMTA says: {safe_text(words or 'failed, without a message', 200)}")
    if "data" in children:
        return value_of(children["data"])
    return {name: value_of(child) for name, child in children.items() if name != "succ"}


def succ_of(root: Element) -> str:
    """The sentence in `<succ>`, such as "1 queue busy while listing"; empty without one."""
    found = next((child for child in root if _tag(child) == "succ"), None)
    return "" if found is None else (found.text or "").strip()


def xml_root(text: str) -> Element:
    """The document, its stray `&` mended. Raises ParseError, also for a DTD."""
    try:
        try:
            return _strictly(text)
        except XmlError:
            mended = _STRAY.sub("&amp;", text)
            if mended == text:
                raise
            return _strictly(mended)
    except DefusedXmlException:
        raise ParseError("the reply is XML with a DTD, which PMTA never sends: refused") from None
    except (XmlError, ValueError, RecursionError) as error:
        raise ParseError(f"not XML: {safe_text(str(error), 120)}") from None


def _strictly(text: str) -> Element:
    root: Element = fromstring(text, forbid_dtd=True)
    return root


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def value_of(element: Element, depth: int = 0) -> object:
    """Text of a leaf, else a dict by tag; a tag that comes again becomes a list."""
    refuse_depth(depth)
    if not len(element):
        return (element.text or "").strip()
    tree: dict[str, object] = {}
    for child in element:
        name, value = _tag(child), value_of(child, depth + 1)
        if name not in tree:
            tree[name] = value
        elif isinstance(old := tree[name], list):
            old.append(value)
        else:
            tree[name] = [old, value]
    return tree
