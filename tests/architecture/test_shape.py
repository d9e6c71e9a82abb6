"""Sizes that keep the code readable, and modules that start-up must not load."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "pmtatop"
FILES = sorted(PACKAGE.rglob("*.py"))


def function_lengths() -> list[int]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, functions)
    ]


def test_no_file_passes_400_lines() -> None:
    too_long = {str(f): n for f in FILES if (n := f.read_text().count("\n")) > 400}
    assert not too_long


def test_functions_stay_short() -> None:
    lengths = sorted(function_lengths())
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] < 30


def test_help_loads_neither_textual_nor_plotext() -> None:
    code = (
        "import sys; sys.argv = ['pmtatop', '--help']\n"
        "import pmtatop.cli.root as root\n"
        "root._exit_code()\n"
        "heavy = {'textual', 'plotext', 'httpx'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stderr.strip() == "[]"
