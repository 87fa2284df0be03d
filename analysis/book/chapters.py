"""An executed notebook as a chapter: code folded, figures with caption and numbers, claims and
verdicts as cards.
"""

from __future__ import annotations

import base64
import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from analysis.book import cards
from analysis.claims import JUDGES, judge, ledger
from analysis.press.notebook import Json, NotebookError, read_notebook, source, tags, title
from analysis.tables import citation
from analysis.tables.catalogue import catalogue

FIGURE, NUMBERS, WORDS = "image/png", "text/csv", "text/plain"
SETUP = "setup"
"""Tag of the cell that looks for the project's environment: of no interest to a reader of the
book."""
SHORTEST_ALT = 40
FINGERPRINT = re.compile(r"^title: .*?(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
"""What a figure's cell prints for the tests; a reader has the figure and its numbers instead."""
NOT_SHOWN = "Not shown here"
"""What ``where_known`` prints where the data do not reach."""
EXPLORER = ("(explore.ipynb)", "(../explore.md)")
"""A link to the explorer's notebook, and to the page that stands for it in the book."""
QUESTION = re.compile(r"\*\*Question\.\*\*\s+(.*?)(?:\n\s*\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A notebook ready for the book.

    Attributes
    ----------
    name, title : str
    question : str
        What it asks, as its first cell says; '' where it does not.
    notebook : dict
        The notebook as Sphinx will read it.
    files : dict of path below the book's folder to bytes
        Its figures, and what each plots as CSV.
    """

    name: str
    title: str
    question: str
    notebook: Json
    files: dict[str, bytes] = field(repr=False)


def chapter(path: Path) -> Chapter:
    """Read an executed notebook and make a chapter of it.

    Raises
    ------
    NotebookError
        If a cell failed or was not run, a figure lacks its description or its numbers, or a printed
        verdict is not the ledger's; the cell is named.
    """
    notebook, name = copy.deepcopy(read_notebook(path)), path.stem
    files: dict[str, bytes] = {}
    has_sources = any(
        "## Sources" in source(cell)
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown"
    )
    cited = "#sources" if has_sources else "../data.md"
    cells: list[Json] = []
    for place, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code":
            cells.append({**cell, "source": source(cell).replace(*EXPLORER)})
        elif SETUP not in tags(cell):
            _require_run(cell, f"{name}, cell {place}")
            below = _figures(cell, name, place, cited=cited, files=files)
            if below:
                cells.append(_markdown(f"({name}-code-{place})=", f"code-{place}"))
            cells += [cell, *_cards(cell, f"{name}, cell {place}"), *below]
            cell["metadata"]["tags"] = [*tags(cell), "hide-input"]
    notebook["cells"] = cells
    asked = QUESTION.search(source(notebook["cells"][0]))
    return Chapter(name, title(notebook, name), asked[1] if asked else "", notebook, files)


def _require_run(cell: Json, where: str) -> None:
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            raise NotebookError(
                f"{where} failed with {output['ename']}: {output['evalue']}", do="run it again"
            )
    if cell.get("execution_count") is None and source(cell).strip():
        raise NotebookError(
            f"{where} was not run", do="`ballast run` runs every notebook to its end"
        )


def _figures(
    cell: Json, name: str, place: int, *, cited: str, files: dict[str, bytes]
) -> list[Json]:
    """Take the figures out of a cell and return them as cells of their own, with their files."""
    found = []
    for output in [one for one in cell["outputs"] if FIGURE in one.get("data", {})]:
        data, alt = output["data"], output["metadata"].get(FIGURE, {}).get("alt", "")
        heading = _text(data.get(WORDS, "")).removeprefix("Figure: ")
        if NUMBERS not in data or len(alt) < SHORTEST_ALT or alt == heading:
            wanted = (
                f"numbers, and a description of {SHORTEST_ALT} characters that is not the title"
            )
            raise NotebookError(
                f"{name}, cell {place} has a figure without {wanted}", do="show it with style.show"
            )
        figure = f"figures/{name}-{1 + len(files) // 2}"
        files[f"{figure}.png"] = base64.b64decode(_text(data[FIGURE]))
        files[f"{figure}.csv"] = _text(data[NUMBERS]).encode()
        found.append(
            _markdown(
                _figure(figure, heading, alt, cited, f"{name}-code-{place}"), f"figure-{len(files)}"
            )
        )
        cell["outputs"].remove(output)
    if not found and "style.show(" in source(cell) and NOT_SHOWN not in json.dumps(cell["outputs"]):
        raise NotebookError(f"{name}, cell {place} has lost its figure", do="run it again")
    if found:
        _rewrite(cell, lambda text: FINGERPRINT.sub("", text))
    return found


def _figure(figure: str, heading: str, alt: str, cited: str, code: str) -> str:
    links = f"[Numbers (CSV)](../{figure}.csv) · [Sources]({cited}) · [Code](#{code})"
    return (
        f"```{{figure}} ../{figure}.png\n:alt: {json.dumps(alt, ensure_ascii=False)}\n:class:"
        " chart\n:target:"
        f" ../_images/{Path(figure).name}.png\n\n[{cards.plain(heading)}]{{.finding}}"
        f" [{links}]{{.figure-links}}\n```"
    )


def _cards(cell: Json, where: str) -> list[Json]:
    """Claims, verdicts and citations that a cell prints, as cells with cards and lists in place of
    plain text.
    """
    made: list[str] = []

    def lift(text: str) -> str:
        for known, card in _known(text, where):
            if known in text:
                text = text.replace(known, "", 1)
                made.append(card)
        return text

    _rewrite(cell, lift)
    return [_markdown("\n\n".join(made), f"cards-{cell.get('id', where)}")] if made else []


def _known(text: str, where: str) -> list[tuple[str, str]]:
    """Printed forms of what the ledger and the catalogue hold, with their cards, in the order of
    the text.
    """
    found = []
    for match in re.finditer(
        r"^(?:(C\d\d) \(P.*, \w+\): |(C\d\d) ([A-Z ]+): |\[(\w+)\]$)", text, re.MULTILINE
    ):
        stated, judged, label, table = match.groups()
        if stated in ledger():
            found.append((str(ledger()[stated]), cards.claim_card(ledger()[stated])))
        elif judged in JUDGES:
            verdict = judge(judged)
            if verdict.label != label.lower():
                fault = (
                    f"{where} prints '{label.lower()}' for {judged}, and the ledger now says"
                    f" '{verdict.label}'"
                )
                raise NotebookError(fault, do="`ballast run` runs what has changed")
            found.append((cards.printed(verdict), cards.verdict_card(verdict)))
        elif table in catalogue():
            found.append(
                (f"[{table}]\n{citation(table)}", cards.citation_line(table, citation(table)))
            )
    return found


def _rewrite(cell: Json, change: Callable[[str], str]) -> None:
    """Change what a cell printed; outputs of which nothing is left are dropped."""
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            output["text"] = change(_text(output["text"]))
    cell["outputs"] = [
        one for one in cell["outputs"] if one["output_type"] != "stream" or one["text"].strip()
    ]


def _markdown(text: str, identifier: str) -> Json:
    return {"cell_type": "markdown", "id": identifier, "metadata": {}, "source": text}


def _text(held: str | list[str]) -> str:
    return held if isinstance(held, str) else "".join(held)
