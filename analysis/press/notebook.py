"""Read a notebook without running it, find it by a short name, and write files that are never half there."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis.errors import BallastError, did_you_mean

Json = dict[str, Any]


class NotebookError(BallastError):
    """A notebook that is missing, ambiguous, damaged or not written for Python."""


class UnknownNotebookError(NotebookError):
    """A name that no notebook here answers to."""


class OutputError(BallastError):
    """A file or folder that cannot be written."""


def find_notebook(name: str | Path, folder: Path) -> Path:
    """Path of the notebook that a reader means by a path, a stem, or the beginning of a stem such as ``04``.

    Raises
    ------
    UnknownNotebookError
        If none or several answer to the name.
    """
    path = Path(name).expanduser()
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    known = {found.stem: found for found in sorted(folder.glob("*.ipynb"))}
    wanted = str(name).removesuffix(".ipynb")
    if wanted in known:
        return known[wanted]
    near = [stem for stem in known if wanted and stem.startswith(wanted)]
    if len(near) == 1:
        return known[near[0]]
    problem = f"several notebooks begin with '{name}'" if near else f"there is no notebook '{name}'"
    raise UnknownNotebookError(
        problem,
        allowed="a path that exists, or one of " + ", ".join(near or known) if near or known else "a path that exists",
        do=did_you_mean(wanted, known) or "give the path, the file's name, or the number that it begins with",
    )


def read_notebook(path: Path) -> Json:
    """Notebook as the dictionary that its file holds (format 4), checked just enough to be run.

    Raises
    ------
    NotebookError
        If the file is missing, is not a notebook of format 4, or is written for another language.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotebookError(
            f"{path} cannot be read: {error.strerror}", do="check the path and its permissions"
        ) from None
    except ValueError as error:
        raise NotebookError(
            f"{path} is not valid JSON ({error})", do="restore it from version control or save it again in JupyterLab"
        ) from None
    if not isinstance(content, dict) or content.get("nbformat") != 4 or not _has_cells(content):
        raise NotebookError(
            f"{path} is not a notebook of format 4",
            allowed="JSON with nbformat 4 and a list of cells",
            do="open it in JupyterLab and save it again",
        )
    language = _language(content)
    if language not in ("", "python"):
        raise NotebookError(f"{path} is written for the language '{language}'", allowed="Python notebooks")
    return content


def _has_cells(content: Json) -> bool:
    cells = content.get("cells")
    return isinstance(cells, list) and all(
        isinstance(cell, dict) and "cell_type" in cell and isinstance(cell.get("source"), str | list) for cell in cells
    )


def _language(content: Json) -> str:
    metadata = content.get("metadata") or {}
    spec, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    return str(spec.get("language") or info.get("name") or "").casefold()


def source(cell: Json) -> str:
    """Text of a cell, which the file format stores as one string or as a list of lines."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def tags(cell: Json) -> list[str]:
    """Tags of a cell, sorted."""
    return sorted((cell.get("metadata") or {}).get("tags") or [])


def code_cells(notebook: Json) -> list[Json]:
    """Cells that a kernel would run, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def title(notebook: Json, default: str) -> str:
    """First heading of a notebook, without its marks, or the default where it has none."""
    for cell in notebook["cells"]:
        heading = re.search(r"^#+\s+(.+)$", source(cell), re.MULTILINE) if cell["cell_type"] == "markdown" else None
        if heading:
            return heading.group(1).strip().strip("#").strip()
    return default


def with_injected(notebook: Json, code: str) -> Json:
    """Copy of a notebook with one more cell, tagged ``injected-parameters``, after the parameters cell.

    As papermill does it, except that the cell's id never changes and an older injected cell is replaced.
    """
    changed = copy.deepcopy(notebook)
    cells = [cell for cell in changed["cells"] if "injected-parameters" not in tags(cell)]
    cell: Json = {"cell_type": "code", "execution_count": None, "metadata": {"tags": ["injected-parameters"]}}
    cell |= {"outputs": [], "source": code.splitlines(keepends=True)}
    if notebook.get("nbformat_minor", 0) >= 5:
        cell["id"] = "injected-parameters"
    place = next(index for index, cell in enumerate(cells) if "parameters" in tags(cell)) + 1
    changed["cells"] = [*cells[:place], cell, *cells[place:]]
    return changed


def with_outputs(notebook: Json, executed: Json, *, record: bool) -> Json:
    """Copy of a notebook with the outputs of an executed one whose code cells are the same.

    Markdown, tags and metadata come from the notebook as it is now. ``record`` keeps papermill's account of the
    run (times, status); without it nothing in the result depends on the clock or on the machine.
    """
    result = copy.deepcopy(notebook)
    for cell, ran in zip(code_cells(result), code_cells(executed), strict=True):
        cell["outputs"], cell["execution_count"] = ran.get("outputs", []), ran.get("execution_count")
        cell.setdefault("metadata", {}).pop("execution", None)
        cell["metadata"].pop("papermill", None)
        if record and "papermill" in ran["metadata"]:
            cell["metadata"]["papermill"] = ran["metadata"]["papermill"]
    metadata = result.setdefault("metadata", {})
    metadata.pop("papermill", None)
    kept = ("papermill", "widgets") if record else ("widgets",)
    metadata |= {key: executed["metadata"][key] for key in kept if key in executed["metadata"]}
    for cell in result["cells"]:
        if isinstance(cell["source"], str):
            cell["source"] = cell["source"].splitlines(keepends=True)
    return result


def to_text(notebook: Json) -> str:
    """Notebook as Jupyter writes it: sorted keys, one space of indent, a newline at the end."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: a neighbour is written first and then takes the file's name.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written. Nothing is left behind.
    """
    neighbour = path.with_name(f".{path.name[:80]}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        neighbour.write_text(text, encoding="utf-8")
        os.replace(neighbour, path)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}", do="choose another folder or mend its permissions"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            neighbour.unlink()


def check_writable(folders: Iterable[Path]) -> None:
    """Fail before any work is done if one of the folders could not be written to in the end."""
    for folder in folders:
        probe = folder / f".probe.{os.getpid()}"
        write_text(probe, "")
        probe.unlink()
