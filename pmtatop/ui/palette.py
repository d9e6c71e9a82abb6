"""The palettes: one table per theme, from the role of a piece of text to its colours."""

from dataclasses import dataclass
from typing import Literal

from rich.style import Style

Role = Literal[
    "plain",
    "dim",
    "strong",
    "heading",
    "focus",
    "good",
    "warn",
    "bad",
    "info",
    "banner",
    "cursor",
    "quote",
]
"""What a piece of text is; colour follows, and never says anything alone."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of one theme."""

    textual_theme: str
    """The Textual theme that paints what is behind the panes."""
    styles: dict[Role, Style]

    def style(self, role: Role, faded: bool = False) -> Style:
        """The style of `role`; faded text keeps headings, banners and the cursor visible."""
        if faded and role not in ("heading", "focus", "banner", "cursor"):
            role = "dim"
        return self.styles[role]


def _palette(textual_theme: str, background: str, colours: dict[Role, str]) -> Palette:
    on = f" on {background}"
    return Palette(
        textual_theme,
        {role: Style.parse(c if " on " in c else c + on) for role, c in colours.items()},
    )


_DARK: dict[Role, str] = {
    "plain": "#d8d8d8",
    "dim": "#8a8a8a",
    "strong": "bold #ffffff",
    "heading": "#c8d8f0 on #26344a",
    "focus": "bold #ffffff on #34598c",
    "good": "#6fcf7f",
    "warn": "#f0c050",
    "bad": "bold #ff7a70",
    "info": "#7fc4ff",
    "banner": "bold #101010 on #f0c050",
    "cursor": "bold #ffffff on #2d5a8a",
    "quote": "#e8d8b0",
}
_LIGHT: dict[Role, str] = {
    "plain": "#202020",
    "dim": "#707070",
    "strong": "bold #000000",
    "heading": "#102040 on #cfdcee",
    "focus": "bold #000000 on #9dbbe0",
    "good": "#1a7030",
    "warn": "#8a5a00",
    "bad": "bold #b01818",
    "info": "#0a5aa0",
    "banner": "bold #ffffff on #8a5a00",
    "cursor": "bold #ffffff on #2d5a8a",
    "quote": "#5a4410",
}
_TERMINAL: dict[Role, str] = {
    "plain": "default",
    "dim": "bright_black",
    "strong": "bold default",
    "heading": "reverse default",
    "focus": "bold reverse default",
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "info": "cyan",
    "banner": "bold black on yellow",
    "cursor": "bold white on blue",
    "quote": "default",
}
_CONTRAST: dict[Role, str] = {
    **dict.fromkeys(_DARK, "#ffffff"),
    "dim": "#c0c0c0",
    "strong": "bold #ffffff",
    "heading": "bold #000000 on #ffffff",
    "focus": "bold #000000 on #00ffff",
    "bad": "bold #ffff00",
    "warn": "#ffff00",
    "banner": "bold #000000 on #ffff00",
    "cursor": "bold #000000 on #00ffff",
}
_COLOUR_BLIND: dict[Role, str] = {
    **_DARK,
    "good": "#56b4e9",
    "warn": "#f0e442",
    "bad": "bold #ff9d2e",
    "banner": "bold #101010 on #ff9d2e",
}

PALETTES = {
    "dark": _palette("textual-dark", "#121212", _DARK),
    "light": _palette("textual-light", "#e0e0e0", _LIGHT),
    "terminal": _palette("ansi-dark", "default", _TERMINAL),
    "contrast": _palette("textual-dark", "#000000", _CONTRAST),
    "colour-blind": _palette("textual-dark", "#121212", _COLOUR_BLIND),
}
"""Every theme by the name that the settings use."""


def palette_named(theme: str) -> Palette:
    """The palette of `theme`; the dark one when there is no such theme."""
    return PALETTES.get(theme, PALETTES["dark"])
