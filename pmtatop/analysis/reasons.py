"""One reply to its class: by tag and text, then enhanced code, then reply code, then category.

A code alone decides little (a plain table of codes gets about a quarter of real replies right), so
the order of evidence is the order of the tables in `reply_rules`, `reply_phrases`, `reply_codes`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from pmtatop.analysis.remedies import HELP, REMEDIES, STAGES, WHOSE
from pmtatop.analysis.reply_codes import CATEGORY, ENHANCED, REPLY
from pmtatop.analysis.reply_phrases import PHRASES
from pmtatop.analysis.reply_rules import PMTA_RULES, PROVIDER_HINTS, RULES, Rule
from pmtatop.model.reason import Classification, Confidence, Level, ReasonClass, Stage, Whose
from pmtatop.model.text import SafeText

_MAX_TEXT = 1000
_WRAPPERS = re.compile(
    r'^(?:skip of mx requested: "(?P<a>.*?)"? received from|error: "(?P<b>.*?)"? while connected|'
    r"host \S+ said: (?P<c>.*))", re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_SMTP = re.compile(r"^\s*smtp;\s*", re.IGNORECASE)
_CODE = re.compile(r"^[\s\"'<(]*([245]\d\d)(?=$|[\s\-#.:,_;])")
_NO_MAILBOX = re.compile(r"mailbox (is )?(unavailable|not available)")
_ACCEPTED = re.compile(r"2\d\d(?=$|[\s\-])")
_LATER_CODE = re.compile(r"[\s:]([45]\d\d)[ -](?=[#45]?[a-z.\d])", re.IGNORECASE)
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
_CONTINUED = re.compile(r"(?:[\r\n␍␊␤↵]+|\\[rn])+\s*(?:[245]\d\d[- ])?(?:[245]\.\d\.\d{1,3}\s)?")
_FOLDS = re.compile(
    r"(?P<addr>[\w.+=\-]{1,64}@[\w.\-]{1,253})"
    r"|(?P<ip>(?<![\w.#])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]\d)|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}"
    r"[0-9a-f:]{1,9}|\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,6}::[0-9a-f]{0,4})"
    r"|(?P<num>(?<![\w.])\d{4,}(?![\w]))"
    r"|(?P<id>(?<![\w/.])(?=[a-z0-9_\-]*\d[a-z_\-]*\d)[a-z0-9][a-z0-9_\-]{13,}(?:\.\d+)?)"
)
_PLACEHOLDER = {"addr": "<addr>", "ip": "<ip>", "num": "#", "id": "#"}
_CONNECTION_CLASSES = frozenset({ReasonClass.TIMEOUT, ReasonClass.DNS_MX, ReasonClass.OWN_LIMIT})


def _fold(match: re.Match[str]) -> str:
    return _PLACEHOLDER[str(match.lastgroup)]


def _unwrapped(text: str) -> str:
    """The reply itself, out of PMTA's `skip of MX requested: "..."` or `Error: "..." while`."""
    found = _WRAPPERS.match(text)
    return next((part for part in found.groups() if part), text) if found else text


@lru_cache(maxsize=2048)
def fingerprint(text: str) -> str:
    """`text` with what differs from row to row folded: lower case, `<ip>`, `<addr>`, ids as `#`.

    Two replies of one meaning have one fingerprint; enhanced codes, tags and short numbers stay.
    """
    plain = _unwrapped(_SMTP.sub("", text[:_MAX_TEXT]).strip())
    joined = _CONTINUED.sub(" ", plain)
    return " ".join(_FOLDS.sub(_fold, joined.lower()).split())


class _Guess(NamedTuple):
    class_: ReasonClass
    confidence: Confidence
    matched: str
    rule: Rule | None = None


class _Compiled(NamedTuple):
    rule: Rule
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _rules() -> tuple[_Compiled, ...]:
    return _compile(RULES + PHRASES)


@lru_cache(maxsize=1)
def _pmta_rules() -> tuple[_Compiled, ...]:
    return _compile(PMTA_RULES)


def _compile(rules: Sequence[Rule]) -> tuple[_Compiled, ...]:
    return tuple(_Compiled(rule, re.compile(rule.pattern)) for rule in rules)


@lru_cache(maxsize=1)
def _hints() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), name) for pattern, name in PROVIDER_HINTS)


def _provider(folded: str) -> str | None:
    return next((name for pattern, name in _hints() if pattern.search(folded)), None)


def _by_text(folded: str, rules: tuple[_Compiled, ...]) -> _Guess | None:
    for rule, pattern in rules:
        found = pattern.search(folded)
        if found:
            return _Guess(rule.class_, rule.confidence, found.group(0)[:120], rule)
    return None


def _by_enhanced(enhanced: str | None) -> _Guess | None:
    if enhanced is None:
        return None
    known = ENHANCED.get(enhanced.partition(".")[2])
    return _Guess(*known, enhanced) if known else None


def _by_code(folded: str, code: str | None) -> _Guess | None:
    """The three-digit code; a bare 450 "try later" is a slow-down, though a vague one."""
    if _NO_MAILBOX.search(folded) and (code or folded)[:1] == "5":
        return _Guess(ReasonClass.UNKNOWN_USER, Confidence.LOW, "mailbox unavailable")
    if code is None:
        return None
    if code == "450" and re.search(r"\b(try|retry|later|wait)\b", folded):
        return _Guess(ReasonClass.RATE, Confidence.LOW, "450 try later")
    known = REPLY.get(code)
    return _Guess(*known, code) if known else None


def _by_category(category: str) -> _Guess | None:
    known = CATEGORY.get(category.strip().lower())
    return _Guess(*known, f"bounceCat {category}") if known else None


_VAGUE = frozenset({"5.5.0", "4.5.0", "5.3.0", "4.3.0"})
"""Enhanced codes that servers send with anything: a reply code says as much."""
_NOTHING = _Guess(ReasonClass.UNCLASSIFIED, Confidence.LOW, "")


def _code_of(folded: str) -> str | None:
    found = _CODE.match(folded) or _LATER_CODE.search(folded)
    return found.group(1) if found else None


def _enhanced_of(folded: str, status: str) -> str | None:
    found = _ENHANCED.search(folded[:400]) or _ENHANCED.search(status)
    return found.group(1) if found else None


def _guess(folded: str, status: str, category: str) -> _Guess:
    """Ask the tables in the order of their worth."""
    code, enhanced = _code_of(folded), _enhanced_of(folded, status)
    if code is not None and code[0] == "2":
        return _NOTHING
    spoken = _by_text(folded, _rules()) if folded else _by_text(status.lower(), _pmta_rules())
    return (
        spoken
        or (_by_enhanced(enhanced) if enhanced not in _VAGUE else None)
        or _by_code(folded, code)
        or _by_enhanced(enhanced)
        or _by_category(category)
        or _NOTHING
    )


def _stage(guess: _Guess, folded: str, level: Level) -> Stage:
    told = guess.rule.stage if guess.rule is not None else None
    if level is Level.RECIPIENT:
        return told or STAGES.get(guess.class_, Stage.UNKNOWN)
    # A session that was refused never came to MAIL, whatever the text usually answers to.
    return told if told and told in _SESSION_STAGES else _queue_stage(guess.class_, folded)


_SESSION_STAGES = (Stage.CONNECT, Stage.DNS, Stage.GREETING, Stage.EHLO, Stage.STARTTLS)


def _queue_stage(class_: ReasonClass, folded: str) -> Stage:
    """Where a session ended before a recipient was named."""
    if re.search(r"\b(ehlo|helo)\b", folded):
        return Stage.EHLO
    if class_ is ReasonClass.TLS:
        return Stage.STARTTLS
    if _CODE.match(folded):
        return Stage.GREETING
    return {ReasonClass.TIMEOUT: Stage.CONNECT, ReasonClass.DNS_MX: Stage.DNS}.get(
        class_, Stage.UNKNOWN
    )


def _level(guess: _Guess, folded: str, record_type: str) -> Level:
    if record_type == "tq":
        return Level.QUEUE
    own = guess.rule in PMTA_RULES and guess.class_ in _CONNECTION_CLASSES
    greeting = guess.rule is not None and guess.rule.stage is Stage.GREETING and not record_type
    return Level.QUEUE if (own and not _CODE.match(folded)) or greeting else Level.RECIPIENT


@lru_cache(maxsize=8192)
def _classify(folded: str, status: str, record_type: str, category: str) -> Classification:
    guess = _guess(folded, status, category)
    level = _level(guess, folded, record_type)
    provider = (guess.rule.provider if guess.rule else None) or _provider(folded)
    own = guess.rule.whose if guess.rule else None
    return Classification(
        class_=guess.class_,
        provider=provider,
        code=_code_of(folded),
        enhanced=_enhanced_of(folded, status),
        stage=_stage(guess, folded, level),
        level=level,
        confidence=guess.confidence,
        matched=SafeText(guess.matched),
        remedy=replace(REMEDIES[guess.class_], url=HELP.get(provider or "")),
        whose=own or _whose(guess),
    )


def _whose(guess: _Guess) -> Whose:
    """What the class usually means; a vague guess at a limit blames nobody."""
    if guess.class_ is ReasonClass.RATE and guess.confidence is Confidence.LOW:
        return Whose.UNKNOWN
    return WHOSE[guess.class_]


@lru_cache(maxsize=4096)
def _classify_raw(text: str, status: str, record_type: str, category: str) -> Classification:
    return _classify(fingerprint(text), status, record_type, category)


def classify(
    text: str, *, status: str = "", record_type: str = "", category: str = ""
) -> Classification:
    """What the reply `text` (column `dsnDiag`, or one line of a queue page's errors) means.

    `status` is `dsnStatus`, `record_type` the accounting type (`tq` makes it a refusal of the
    whole queue), `category` PMTA's `bounceCat`. Never fails: an unknown text is `unclassified`.
    Equal fingerprints give the same object, so a repeated reply costs one look-up.
    """
    if text[:1] == "2" and _ACCEPTED.match(text):
        return _accepted()
    return _classify_raw(text, status, record_type, category)


@lru_cache(maxsize=1)
def _accepted() -> Classification:
    """One object for every reply that accepts: most rows are deliveries with an id of their own."""
    return _classify("250 ok", "", "d", "")
