"""The settings in force as TOML, so that what is shown can be used as a file."""

import json
from collections.abc import Mapping
from typing import Any

from pmtatop.settings.schema import Settings


def settings_toml(settings: Settings) -> str:
    """Every setting, defaults included; unset keys are left out, as TOML has no null."""
    values = settings.model_dump(mode="python", by_alias=True, exclude_none=True)
    scalars = {k: v for k, v in values.items() if not _is_table(v)}
    parts = [_pairs(scalars), *(_table(k, v) for k, v in values.items() if _is_table(v))]
    return "\n".join(part for part in parts if part)


def _is_table(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(item, Mapping) for item in value)
    return isinstance(value, Mapping)


def _table(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"[{name}]\n{_pairs(value)}"
    return "\n".join(f"[[{name}]]\n{_pairs(item)}" for item in value)


def _pairs(values: Mapping[str, Any]) -> str:
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in values.items())


def _key(key: str) -> str:
    bare = key.replace("-", "").replace("_", "")
    return key if bare.isascii() and bare.isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return json.dumps(str(value), ensure_ascii=False)
