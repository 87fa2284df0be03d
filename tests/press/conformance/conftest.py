"""The stock chain (papermill, nbval, jupyter-cache), run as its users run it, beside the press."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.press.notebook import code_cells

WAIT = 240.0
"""Seconds to wait for a stock tool: many times what it takes on an idle machine."""


@dataclass(frozen=True)
class Said:
    status: int
    text: str


@pytest.fixture(scope="session")
def stock():
    """Run a stock tool by its name in the environment, in a folder, with more variables; it is told
    yes if it asks."""

    def run(*words, folder: Path, wait: float = WAIT, **variables: str) -> Said:
        tool = Path(sys.executable).with_name(words[0])
        command = [str(tool), *(str(word) for word in words[1:])]
        plain = {name: os.environ[name] for name in os.environ if name != "MPLBACKEND"}
        own = {"PYTEST_ADDOPTS": "", "PYDEVD_DISABLE_FILE_VALIDATION": "1", **variables}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        how = {"cwd": folder, "env": plain | own, "timeout": wait, "input": "y\n" * 9, **pipes}
        done = subprocess.run(command, **how)
        return Said(done.returncode, done.stdout)

    return run


@pytest.fixture(scope="session")
def still():
    """Notice the day that a stock tool is mended."""

    def check(wrong: bool, fault: str, said: Said | None = None) -> None:
        shown = said.text[-2000:] if said else ""
        assert wrong, (
            f"fixed upstream, or failing in another way: {fault}. If it is fixed, drop our"
            f" workaround.\n{shown}"
        )

    return check


@pytest.fixture(scope="session")
def printed():
    """What the code cells of an executed notebook printed, or showed as their value."""

    def read(path: Path) -> str:
        cells = code_cells(json.loads(path.read_text()))
        outputs = [output for cell in cells for output in cell["outputs"]]
        texts = (o.get("text") or o.get("data", {}).get("text/plain") or [] for o in outputs)
        return "".join(map("".join, texts))

    return read
