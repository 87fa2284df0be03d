"""An executed notebook as a chapter: code folded, figures described, their numbers beside them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

from analysis.press.notebook import Json, NotebookError, read_notebook, source, tags, title

FIGURE = "image/png"
NUMBERS = "text/csv"
SETUP = "setup"
"""Tag of the cell that looks for the project's environment: of no interest to a reader of the book."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A notebook ready for the book.

    Attributes
    ----------
    name, title : str
    notebook : dict
        The notebook as Sphinx will read it.
    numbers : dict of file name to CSV text
        What its figures plot.
    """

    name: str
    title: str
    notebook: Json
    numbers: dict[str, str]


def chapter(path: Path) -> Chapter:
    """Read an executed notebook and make a chapter of it.

    Raises
    ------
    NotebookError
        If a cell failed or was not run, or a figure lacks its description or its numbers; the cell is named.
    """
    notebook, name = copy.deepcopy(read_notebook(path)), path.stem
    cells: list[Json] = []
    numbers: dict[str, str] = {}
    for place, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code":
            cells.append(cell)
        elif SETUP not in tags(cell):
            _require_run(cell, f"{name}, cell {place}")
            cells.append(cell)
            for found in _figures(cell, f"{name}, cell {place}"):
                file = f"{name}-{len(numbers) + 1}.csv"
                numbers[file] = found
                cells.append(_link(file, f"{cell.get('id', place)}-numbers"))
            _fold(cell)
    notebook["cells"] = cells
    return Chapter(name, title(notebook, name), notebook, numbers)


def _require_run(cell: Json, where: str) -> None:
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            raise NotebookError(f"{where} failed with {output['ename']}: {output['evalue']}", do="run it again")
    if cell.get("execution_count") is None and source(cell).strip():
        raise NotebookError(f"{where} was not run", do="`ballast run` runs every notebook to its end")


def _figures(cell: Json, where: str) -> list[str]:
    """Numbers of each figure of a cell; its description moves to where Sphinx looks for it."""
    found = []
    for output in cell["outputs"]:
        if FIGURE not in output.get("data", {}):
            continue
        about = output["metadata"].get(FIGURE, {})
        if NUMBERS not in output["data"] or not about.get("alt"):
            raise NotebookError(f"{where} has a figure without its description or its numbers", do="use style.show")
        numbers = output["data"].pop(NUMBERS)
        found.append(numbers if isinstance(numbers, str) else "".join(numbers))
        output["metadata"] = {}
        cell["metadata"]["mystnb"] = {"image": {"alt": about["alt"]}}
    return found


def _link(file: str, identifier: str) -> Json:
    text = f"{{.numbers}}\n[Numbers in this figure (CSV)](../numbers/{file}). The code is folded above it."
    return {"cell_type": "markdown", "id": identifier, "metadata": {}, "source": text}


def _fold(cell: Json) -> None:
    """Code is folded away under a line that says so; a click opens it."""
    cell["metadata"]["tags"] = [*tags(cell), "hide-input"]
