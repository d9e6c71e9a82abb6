"""Replies as JSON objects, one a line: the stable face of `pmtatop classify`."""

import json
from typing import Any

from pmtatop.analysis.reasons import classify
from pmtatop.model.reason import Classification
from pmtatop.parsing.safe_text import safe_text


def reply_json(text: str) -> str:
    """One reply as a line of JSON."""
    return json.dumps(reply_dict(text), ensure_ascii=False)


def reply_dict(text: str) -> dict[str, Any]:
    """One reply by the contract's keys."""
    told = classify(text)
    return {
        "text": safe_text(text),
        "class": told.class_.value,
        "provider": told.provider,
        "code": told.code,
        "enhanced": told.enhanced,
        "stage": told.stage.value,
        "level": told.level.value,
        "confidence": told.confidence.value,
        "matched": told.matched,
        "remedy": _remedy(told),
        "whose": told.whose.value,
    }


def _remedy(told: Classification) -> dict[str, Any]:
    remedy = told.remedy
    return {
        "check": remedy.check,
        "text": remedy.text,
        "directive": remedy.directive,
        "wait_s": remedy.wait_s,
        "not": remedy.not_,
        "url": remedy.url,
    }


def reply_words(text: str) -> str:
    """One reply for a person: its class, how sure that is and why, and what to consider."""
    if not text.strip():
        return ""
    told = classify(text)
    who = f"{told.provider}, " if told.provider else ""
    sure = f"{told.confidence.value} by {told.matched!r}" if told.matched else "no evidence"
    return f"{told.class_.value:21} {who}{told.whose.value}; {sure}; {told.remedy.text}"
