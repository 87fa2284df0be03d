"""Find, read, change and write notebooks as the JSON they are, without nbformat (which takes 1 s to
import).
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
from pathlib import Path
from typing import Any

from analysis.errors import BallastError, ParameterError, did_you_mean

Json = dict[str, Any]


class NotebookError(BallastError):
    """A notebook that is damaged, ambiguous or not written for Python."""


class UnknownNotebookError(ParameterError, NotebookError):
    """A name that no notebook, or more than one, answers to."""


class OutputError(BallastError):
    """A file or folder that cannot be written."""


def find_notebook(name: str | Path, folder: Path) -> Path:
    """Path of the notebook meant by a path, a stem, or the beginning of a stem such as ``04``."""
    path = Path(name).expanduser()
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    known = {found.stem: found for found in sorted(folder.glob("*.ipynb"))}
    wanted = str(name).removesuffix(".ipynb")
    near = (
        [wanted]
        if wanted in known
        else [stem for stem in known if wanted and stem.startswith(wanted)]
    )
    if len(near) == 1:
        return known[near[0]]
    raise UnknownNotebookError(
        f"several notebooks begin with '{name}'" if near else f"there is no notebook '{name}'",
        allowed=", ".join(["a path that exists", *(near or known)]),
        do=did_you_mean(wanted, known)
        or "give a path, a file's name, or the number that it begins with",
    )


def read_notebook(path: Path) -> Json:
    """Notebook of format 4 as the dictionary that its file holds; NotebookError where it could not
    be run.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotebookError(
            f"{path} cannot be read: {error.strerror}", do="check its permissions"
        ) from None
    except ValueError as error:
        raise NotebookError(
            f"{path} is not text in UTF-8 ({error})", do="save it again in JupyterLab"
        ) from None
    return parse_notebook(text, path)


def parse_notebook(text: str, path: Path | str) -> Json:
    """Notebook of format 4 from its text; NotebookError, naming ``path``, where it could not be
    run.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        mend = "restore it from version control or save it again in JupyterLab"
        raise NotebookError(f"{path} is not valid JSON ({error})", do=mend) from None
    if not isinstance(content, dict) or content.get("nbformat") != 4 or not _has_cells(content):
        shape = "JSON with nbformat 4 and a list of cells"
        raise NotebookError(
            f"{path} is not a notebook of format 4", allowed=shape, do="save it again in JupyterLab"
        )
    metadata = content.setdefault("metadata", {})
    language = (metadata.get("kernelspec") or {}).get("language") or (
        metadata.get("language_info") or {}
    ).get("name")
    if language and language.casefold() != "python":
        raise NotebookError(
            f"{path} is written for the language '{language}'", allowed="Python notebooks"
        )
    return content


def _has_cells(content: Json) -> bool:
    cells = content.get("cells")
    return isinstance(cells, list) and all(
        isinstance(cell, dict)
        and "cell_type" in cell
        and isinstance(cell.get("source"), str | list)
        for cell in cells
    )


def source(cell: Json) -> str:
    """Text of a cell, which a file holds as one string or as a list of lines."""
    return "".join(cell["source"])


def tags(cell: Json) -> list[str]:
    """Tags of a cell, sorted."""
    return sorted((cell.get("metadata") or {}).get("tags") or [])


def code_cells(notebook: Json) -> list[Json]:
    """Cells that a kernel would run, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def title(notebook: Json, default: str) -> str:
    """First heading of a notebook without its marks, or the default where it has none."""
    text = "\n".join(source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    heading = re.search(r"^#+\s+(.+?)\s*#*$", text, re.MULTILINE)
    return heading.group(1) if heading else default


def with_injected(notebook: Json, code: str) -> Json:
    """Copy of a notebook with papermill's cell ``injected-parameters`` after the parameters cell,
    its id fixed.
    """
    cells = [cell for cell in notebook["cells"] if "injected-parameters" not in tags(cell)]
    cell: Json = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": ["injected-parameters"]},
    }
    cell |= {"outputs": [], "source": code.splitlines(keepends=True)}
    if notebook.get("nbformat_minor", 0) >= 5:
        cell["id"] = "injected-parameters"
    place = next(index for index, cell in enumerate(cells) if "parameters" in tags(cell)) + 1
    return notebook | {"cells": [*cells[:place], cell, *cells[place:]]}


def with_outputs(notebook: Json, executed: Json, *, record: bool) -> Json:
    """Copy of a notebook with the outputs of an executed one whose code cells are the same.

    Markdown and metadata are those of the notebook as it is now. ``record`` adds papermill's
    account of the run; without it nothing in the result depends on the clock or the machine.
    """
    result = copy.deepcopy(notebook)
    for cell, ran in zip(code_cells(result), code_cells(executed), strict=True):
        cell["outputs"], cell["execution_count"] = (
            _joined(ran.get("outputs", [])),
            ran.get("execution_count"),
        )
        metadata = cell.setdefault("metadata", {})
        cell["metadata"] = {
            key: metadata[key] for key in metadata if key not in ("execution", "papermill")
        }
        if record and "papermill" in ran["metadata"]:
            cell["metadata"]["papermill"] = ran["metadata"]["papermill"]
    result["metadata"].pop("papermill", None)
    kept = ("widgets", "papermill", "language_info") if record else ("widgets",)
    result["metadata"] |= {
        key: executed["metadata"][key] for key in kept if key in executed["metadata"]
    }
    for cell in result["cells"]:
        cell["source"] = source(cell).splitlines(keepends=True)
    return result


def _joined(outputs: list[Json]) -> list[Json]:
    """Outputs in which what was printed in a row is one: a kernel under load sends it in pieces."""
    joined: list[Json] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if (
            output["output_type"] == "stream" == last.get("output_type")
            and output["name"] == last["name"]
        ):
            text = "".join(last["text"]) + "".join(output["text"])
            joined[-1] = last | {"text": text.splitlines(keepends=True)}
        else:
            joined.append(output)
    return joined


def to_text(notebook: Json) -> str:
    """Notebook as Jupyter writes it: sorted keys, one space of indent, a newline at the end."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """``write_bytes`` of a text in UTF-8."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; OutputError where that cannot be done, and then nothing is
    left behind.
    """
    neighbour = path.with_name(f".{path.name[:80]}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        neighbour.write_bytes(content)
        os.replace(neighbour, path)
    except OSError as error:
        fault = f"{path} cannot be written: {error.strerror}"
        raise OutputError(
            fault, do="choose another folder, make room or mend the permissions"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            neighbour.unlink()


def check_writable(folder: Path) -> None:
    """OutputError, before any work is done, where results could not be written in the end."""
    probe = folder / f".probe.{os.getpid()}"
    write_text(probe, "")
    probe.unlink()
