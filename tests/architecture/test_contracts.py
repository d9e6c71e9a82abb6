"""The import contracts hold, and each of them notices the violation that it is there for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PLANTED = {
    "Data flows one way": ("pmtatop/parsing/planted.py", "import pmtatop.engine.loop\n"),
    "Decisions are pure": ("pmtatop/analysis/planted.py", "import random\n"),
    "Only the screen draws": ("pmtatop/engine/planted.py", "import rich.text\n"),
    "The screen fetches nothing": ("pmtatop/ui/planted.py", "import pmtatop.sources.follow\n"),
    "The simulator cannot share a bug": (
        "pmtatop/simulator/planted.py",
        "import pmtatop.model.text\n",
    ),
    "No cycles among siblings": (
        "pmtatop/model/text.py",
        "import pmtatop.model.view\n",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package copied to `folder`."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "pmtatop", tmp_path / "pmtatop", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_contracts_hold(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("contract", PLANTED)
def test_each_contract_notices_its_violation(copy: Path, contract: str) -> None:
    file, line = PLANTED[contract]
    target = copy / file
    target.write_text(target.read_text() + line if target.exists() else line)
    result = lint(copy)
    broken = [row for row in result.stdout.splitlines() if "BROKEN" in row]
    assert result.returncode == 1
    assert any(row.startswith(contract) for row in broken), result.stdout
