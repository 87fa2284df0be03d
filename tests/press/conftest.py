import json
from pathlib import Path

import pytest

from analysis.press import Places, batch, sweep
from analysis.press.forking import SERVER

PARAMETERS = """\
partner = "CHN"  # country; any ISO3, ISO2 or name
first_year: int = 1992  # first year = start of the figure; from 1960 to 2026
source = "gacc"  # one of: gacc, imf_china
windows = (3, 5)  # years; from 1 to 20
known_on = "2025-05-29"  # date; from 2016-01-01 to 2026-12-31
"""


@pytest.fixture
def make_notebook(tmp_path):
    """Write a notebook: an optional parameters cell, then code cells; a text that begins with '#'
    is Markdown."""
    return lambda name, *texts, parameters=None, folder=tmp_path / "notebooks": build(
        folder, name, texts, parameters
    )


def build(folder: Path, name, texts, parameters=None):
    parts = [("markdown", f"# About {name}")]
    parts += [("code", parameters)] if parameters is not None else []
    parts += [("markdown" if text.startswith("#") else "code", text) for text in texts]
    cells = []
    for place, (kind, text) in enumerate(parts):
        cells.append({"cell_type": kind, "id": f"cell-{place}", "metadata": {}, "source": text})
        if kind == "code":
            cells[-1] |= {"execution_count": None, "outputs": []}
    if parameters is not None:
        cells[1]["metadata"] = {"tags": ["parameters"]}
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def kept_warm(monkeypatch):
    """Fork the kernels of all batches from one process, which ends with the tests: to start one for
    each batch takes fifty times as long as a notebook of one cell."""
    monkeypatch.setattr(SERVER, "stop", lambda: None)


@pytest.fixture(scope="session")
def build_notebook():
    return build


class Answers:
    """Stands in for kernels: counts each run and answers it."""

    def __init__(self, monkeypatch, answer):
        self.executed, self.answer = [], answer
        for module in (batch, sweep):
            monkeypatch.setattr(module, "execute_all", self.execute_all)

    def execute_all(self, jobs, workers, execute):
        for job in jobs:
            self.executed.append(job.name)
            yield job, self.answer(job)


@pytest.fixture
def here(tmp_path):
    """Places of a project that has nothing but notebooks."""
    return Places(root=tmp_path, output=tmp_path / "out", cache=tmp_path / "cache")


@pytest.fixture
def places(here):
    """A small project: one module, two tables, a file of claims, a lock."""
    names = ("trade", "votes")
    tables = [{"name": name, "path": f"tidy/{name}.csv", "unit": "USD"} for name in names]
    files = {
        "analysis/shares.py": "x = 1\n",
        "analysis/press/batch.py": "x = 1\n",
        "data/tidy/trade.csv": "a\n1\n",
        "data/tidy/votes.csv": "a\n1\n",
        "data/essay/claims.yaml": "C01: x\n",
        "requirements.lock": "pandas==3\n",
        "data/datapackage.json": json.dumps({"resources": tables}),
    }
    for name, text in files.items():
        (here.root / name).parent.mkdir(parents=True, exist_ok=True)
        (here.root / name).write_text(text)
    return here
