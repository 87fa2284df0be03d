"""Find, read and change notebooks as the JSON they are, without nbformat (1 s to import)."""

import copy
import json
import re
from pathlib import Path
from typing import Any

from analysis.errors import BallastError, ParameterError, did_you_mean
from analysis.press.files import OutputError, explained, last_line, read_from

Json = dict[str, Any]
ERROR_MARK = "papermill-error-cell-tag"
"""Tag that papermill gives to the cells that it adds where a run has failed."""
INJECTED = "injected-parameters"


class NotebookError(BallastError):
    """A notebook that is damaged, ambiguous or not written for Python."""


class UnknownNotebookError(ParameterError, NotebookError):
    """A name that no notebook, or more than one, answers to."""


def find_notebook(name: str | Path, folder: Path) -> Path:
    """Path of the notebook meant by a path, a stem, or the beginning of a stem such as ``04``."""
    path = Path(name).expanduser()
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    known = {file.stem: file for file in sorted(folder.glob("*.ipynb"))}
    wanted = str(name).removesuffix(".ipynb")
    begins = [stem for stem in known if wanted and stem.startswith(wanted)]
    near = [wanted] if wanted in known else begins
    if len(near) == 1:
        return known[near[0]]
    raise UnknownNotebookError(
        f"several notebooks begin with '{name}'" if near else f"there is no notebook '{name}'",
        allowed=", ".join(["a path that exists", *(near or known)]),
        do=did_you_mean(wanted, known)
        or "give a path, a file's name, or the number that it begins with",
    )


def read_notebook(place: Path | str) -> Json:
    """Notebook of format 4; NotebookError where it cannot be read or could not be run."""
    mend = "restore it from version control or save it again in JupyterLab"
    try:
        with explained(place, "read", do=mend):
            text = place.read_text("utf-8") if isinstance(place, Path) else read_from(place)
        content = json.loads(text)
    except OutputError as error:
        raise NotebookError(str(error)) from None
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"{place} is not valid JSON ({error})", do=mend) from None
    if not isinstance(content, dict) or content.get("nbformat") != 4 or not _has_cells(content):
        fault, shape = f"{place} is not a notebook of format 4", "JSON with nbformat 4 and cells"
        raise NotebookError(fault, allowed=shape, do="save it again in JupyterLab")
    metadata = content.setdefault("metadata", {})
    spec, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    language = str(spec.get("language") or info.get("name") or "python")
    if language.casefold() != "python":
        fault = f"{place} is written for the language '{language}'"
        raise NotebookError(fault, allowed="Python notebooks")
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


def failure(notebook: Json) -> str:
    """Why the run failed that papermill has recorded in a notebook, or '', in one line."""
    parts = [notebook, *notebook["cells"]]
    records = [(part.get("metadata") or {}).get("papermill") or {} for part in parts]
    if not any(record.get("exception") is True for record in records):
        return ""
    outputs = [output for cell in code_cells(notebook) for output in cell.get("outputs") or []]
    errors = [output for output in outputs if output.get("output_type") == "error"]
    if not errors:
        return "its record does not say why"
    said = last_line(errors[-1].get("evalue", ""))
    return said if errors[-1].get("ename") in (None, "NotRun") else f"{errors[-1]['ename']}: {said}"


def bare(notebook: Json) -> Json:
    """Copy of a notebook without outputs and without any record of a run."""
    result = copy.deepcopy(notebook)
    result["cells"] = [cell for cell in result["cells"] if ERROR_MARK not in tags(cell)]
    for part in (result, *result["cells"]):
        (part.get("metadata") or {}).pop("papermill", None)
    for cell in code_cells(result):
        cell |= {"outputs": [], "execution_count": None}
    return result


def not_run(notebook: Json, error: str) -> Json:
    """Copy of a notebook that was not executed: no outputs, and the error in its first cell."""
    result = bare(notebook)
    result["metadata"]["papermill"] = {"exception": True}
    said = {"output_type": "error", "ename": "NotRun", "evalue": error, "traceback": [error]}
    for cell in code_cells(result)[:1]:
        cell["outputs"] = [said]
    return result


def with_injected(notebook: Json, code: str) -> Json:
    """Copy of a notebook with this code in papermill's cell, after that with the parameters."""
    cells, lines = notebook["cells"], code.splitlines(keepends=True)
    if any(INJECTED in tags(cell) for cell in cells):
        told = [cell | {"source": lines} if INJECTED in tags(cell) else cell for cell in cells]
        return notebook | {"cells": told}
    cell: Json = {"cell_type": "code", "execution_count": None, "outputs": [], "source": lines}
    cell["metadata"] = {"tags": [INJECTED]}
    if notebook.get("nbformat_minor", 0) >= 5:
        cell["id"] = INJECTED
    place = next(index for index, cell in enumerate(cells) if "parameters" in tags(cell)) + 1
    return notebook | {"cells": [*cells[:place], cell, *cells[place:]]}


def with_outputs(notebook: Json, executed: Json, *, record: bool) -> Json:
    """Copy of a notebook with the outputs of an executed one whose code cells are the same.

    Without a ``record`` of the run nothing in it depends on the clock or the machine.
    """
    result, told = copy.deepcopy(notebook), executed["metadata"]
    for cell, ran in zip(code_cells(result), code_cells(executed), strict=True):
        cell["outputs"] = _joined(ran.get("outputs", []))
        cell["execution_count"] = ran.get("execution_count")
        metadata = cell["metadata"] = dict(cell.get("metadata") or {})
        for key in ("execution", "papermill"):
            metadata.pop(key, None)
        if record and (account := ran["metadata"].get("papermill")):
            metadata["papermill"] = account
    result["metadata"].pop("papermill", None)
    kept = ("widgets", "papermill", "language_info") if record else ("widgets",)
    result["metadata"] |= {key: told[key] for key in kept if key in told}
    for cell in result["cells"]:
        cell["source"] = source(cell).splitlines(keepends=True)
    return result


def _joined(outputs: list[Json]) -> list[Json]:
    """Outputs in which what was printed in a row is one: a kernel under load sends it in pieces."""
    joined: list[Json] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        goes_on = output["output_type"] == "stream" == last.get("output_type")
        if goes_on and output["name"] == last["name"]:
            text = "".join([*last["text"], *output["text"]])
            joined[-1] = last | {"text": text.splitlines(keepends=True)}
        else:
            joined.append(output)
    return joined


def to_text(notebook: Json) -> str:
    """Notebook as Jupyter writes it: sorted keys, one space of indent, a newline at the end."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
