"""Settings: each error is one line with file and line number; what is shown can be read again."""

from importlib import resources
from pathlib import Path

import pytest

from pmtatop.settings.load import SettingsError, load_settings, parse_settings, settings_file
from pmtatop.settings.schema import Settings
from pmtatop.settings.show import settings_toml


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("interval_s = 0\n", "c.toml:1: interval_s: "),
        ("[[node]]\nname = 'a'\nurl = 'x'\n[[node]]\nname = 'b'\n\nurll = 3\n", "c.toml:4: node.1"),
        ("[[node]]\nname = 'a'\nurl = 'x'\nurll = 3\n", "c.toml:4: node.0.urll: unknown key"),
        ("a = 1\nb = = 2\n", "c.toml:2: not TOML"),
        ("[[window]]\nname = 'n'\nminutes = [0, 77]\n", "c.toml:3: window.0.minutes"),
        ("[[vmta]]\nname = '*'\n", "c.toml:2: vmta.0.name"),
        ("[inbound]\nport = 70000\n", "c.toml:2: inbound.port"),
    ],
)
def test_errors_name_file_and_line(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, "c.toml")
    assert any(line.startswith(message) for line in str(caught.value).splitlines())


def test_every_error_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings("interval_s = 0\ntheme = 'pink'\n", "c.toml")
    assert len(str(caught.value).splitlines()) == 2


def test_the_example_is_valid_and_shows_every_key() -> None:
    text = resources.files("pmtatop.settings").joinpath("example.toml").read_text()
    parse_settings(text, "example")
    assert all(name in text for name in Settings.model_fields)


def test_what_is_shown_can_be_read_again() -> None:
    text = resources.files("pmtatop.settings").joinpath("example.toml").read_text()
    settings = parse_settings(text, "example")
    assert parse_settings(settings_toml(settings), "shown") == settings


def test_defaults_round_trip() -> None:
    assert parse_settings(settings_toml(Settings()), "shown") == Settings()


def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "absent.toml")


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    own = tmp_path / "pmtatop" / "config.toml"
    own.parent.mkdir()
    own.write_text("")
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": "/nonexistent"}
    assert settings_file(None, environment) == own
    assert settings_file(None, environment | {"PMTATOP_CONFIG": "/x.toml"}) == Path("/x.toml")
    assert settings_file(Path("/y.toml"), environment) == Path("/y.toml")
