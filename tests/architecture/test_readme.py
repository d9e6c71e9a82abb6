"""The README tells the truth: its keys are the registry's, its pictures exist, its commands too."""

import re
from pathlib import Path

from pmtatop.cli.root import COMMANDS
from pmtatop.ui.keys import markdown_table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_key_table_is_the_registrys() -> None:
    assert markdown_table().strip() in README


def test_it_opens_with_a_picture_that_exists() -> None:
    pictures = re.findall(r"!\[[^]]*]\(([^)]+)\)", README)
    assert README.startswith("![")
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_every_command_is_in_its_table() -> None:
    for name in COMMANDS.keys() - {"live"}:
        assert f"`pmtatop {name}" in README
