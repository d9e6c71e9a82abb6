"""The View as JSON, key by key as commands.md has it."""

import json
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age, Counts
from pmtatop.model.view import View
from pmtatop.wording.times import rfc3339

_FLATTENED = (Counts,)
"""Records whose keys stand among their owner's, as the JSON has them flat."""

_AGE_KEYS = {
    "min_s": "oldest_age_s",
    "max_s": "oldest_age_max_s",
    "method": "oldest_age_method",
    "fresh_s": "fresh_age_s",
}

_UNPRINTED = frozenset({"log", "details", "banners", "interval_s"})
"""Fields that serve a screen alone."""

_PAIRS = frozenset({"protocols", "ciphers"})
"""Tuples of (name, count) that JSON writes as an object."""


def view_dict(view: View) -> dict[str, Any]:
    """The View as plain dicts, lists, numbers and strings; Instants as RFC 3339."""
    whole = _record(view)
    ordered = {"schema": whole.pop("schema")}
    return ordered | {k: v for k, v in whole.items() if k not in _UNPRINTED}


def view_json(view: View) -> str:
    """The View as one line of JSON."""
    return json.dumps(view_dict(view), ensure_ascii=False, allow_nan=False)


def record_dict(record: Any) -> dict[str, Any]:
    """Any record of the model (an alert, a classification) as plain dicts."""
    return _record(record)


def _record(record: Any) -> dict[str, Any]:
    result: dict[str, Any] = {}
    kind: type = type(record)
    for name, key, is_instant in _plan(kind):
        value = getattr(record, name)
        if isinstance(value, _FLATTENED):
            result.update(_record(value))
        elif isinstance(value, Age):
            result.update({_AGE_KEYS[k]: v for k, v in _record(value).items()})
        elif name in _PAIRS:
            result[key] = dict(value)
        else:
            result[key] = rfc3339(value) if is_instant and value is not None else _plain(value)
    return result


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _record(value)
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return _rounded(value)
    return value


def _rounded(value: float) -> float | None:
    """Six decimals are more than any source has; NaN and infinity are unknown."""
    return round(value, 6) if value == value and abs(value) != float("inf") else None


@cache
def _plan(kind: type) -> tuple[tuple[str, str, bool], ...]:
    """Per field of a record: its name, its JSON key, and whether it holds an Instant."""
    hints = typing.get_type_hints(kind)
    return tuple((f.name, f.name.rstrip("_"), _is_instant(hints[f.name])) for f in fields(kind))


def _is_instant(hint: Any) -> bool:
    return hint is Instant or Instant in typing.get_args(hint)
