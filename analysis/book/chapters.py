"""An executed notebook as a chapter: code folded, figures with their numbers, cards linked."""

import base64
import copy
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from analysis.claims import ledger, verdict_on
from analysis.claims.cards import link_to
from analysis.figures.showing import FOR_PHONE, table_name
from analysis.press.notebook import Json, NotebookError, failure, read_notebook, source, tags, title
from analysis.tables.catalogue import catalogue
from analysis.tables.dictionary import plain

FIGURE, NUMBERS, PAGE = "image/png", "text/csv", "text/html"
SHORTEST_ALT = 40
"""Characters below which a description of a figure says too little."""
SETUP = "setup"
"""Tag of the cell that imports and looks for the project's environment: a reader of the book is
spared it."""
NOT_SHOWN = "Not shown here"
"""What a cell prints where the data do not reach."""
EXPLORER = ("(explore.ipynb)", "(../explore.md)")
"""A link to the explorer's notebook, and to the page that stands for it in the book."""
GLOSSARY = ("(../book/glossary.md", "(../glossary.md")
"""A link to a term as a notebook has it, and as the book does."""
SENTENCES = re.compile(r"(?:.*?[.?](?:\s+|$)){1,2}", re.DOTALL)
"""The first two sentences of a text."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A notebook as Sphinx will read it, with what its first cell asks and answers ('' where it
    does not); ``files`` by path below the book's folder are its figures, for a laptop and for a
    phone, and what each plots as CSV.
    """

    name: str
    title: str
    question: str
    answer: str
    notebook: Json
    files: dict[str, bytes] = field(repr=False)

    @property
    def opening(self) -> str:
        """The first two sentences of its answer, or of its question where it gives none."""
        begun = SENTENCES.match(self.answer or self.question)
        return begun[0].strip() if begun else ""


def chapter(path: Path) -> Chapter:
    """Read an executed notebook and make a chapter of it; NotebookError, which names the cell, if
    one failed or was not run, a figure lacks its description, its numbers or its picture for a
    phone, or a verdict is not the ledger's.
    """
    notebook, name = copy.deepcopy(read_notebook(path)), path.stem
    if reason := failure(notebook):
        raise NotebookError(f"the last run of {name} failed: {reason}", do="run it again")
    prose = [source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    cited = "#sources" if "## Sources" in "".join(prose) else "../data.md"
    files: dict[str, bytes] = {}
    cells: list[Json] = []
    for place, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code":
            cells.append({**cell, "source": source(cell).replace(*EXPLORER).replace(*GLOSSARY)})
        elif SETUP not in tags(cell):
            where = f"{name}, cell {place}"
            _require_run(cell, where)
            below = _figures(cell, name, place, cited=cited, files=files)
            if below:
                cells.append(_markdown(f"({name}-code-{place})=", f"code-{place}"))
            _link_cards(cell, where)
            cells += [cell, *below]
            cell["metadata"]["tags"] = [*tags(cell), "hide-input"]
    notebook["cells"] = cells
    question, answer = (_under(each, source(cells[0])) for each in ("Question", "Short answer"))
    return Chapter(name, title(notebook, name), question, answer, notebook, files)


def _under(head: str, text: str) -> str:
    """The paragraph that begins with a head in bold, '' where there is none."""
    found = re.search(rf"\*\*{head}\.\*\*\s+(.*?)(?:\n\s*\n|\Z)", text, re.DOTALL)
    return found[1] if found else ""


def _require_run(cell: Json, where: str) -> None:
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            raise NotebookError(
                f"{where} failed with {output['ename']}: {output['evalue']}", do="run it again"
            )
    if cell.get("execution_count") is None and source(cell).strip():
        do = "`ballast run` runs every notebook to its end"
        raise NotebookError(f"{where} was not run", do=do)


def _figures(
    cell: Json, name: str, place: int, *, cited: str, files: dict[str, bytes]
) -> list[Json]:
    """Take the figures out of a cell and return them as cells of their own, with their files."""
    figures = []
    for output in [each for each in cell["outputs"] if FIGURE in each.get("data", {})]:
        data, said = output["data"], output["metadata"].get(FIGURE, {})
        heading, alt = said.get("title", ""), said.get("alt", "")
        where = f"{name}, cell {place} has a figure without"
        if NUMBERS not in data or len(alt) < SHORTEST_ALT or alt == heading:
            lacking = f"numbers, and a description of {SHORTEST_ALT} characters"
            do = "display it with show()"
            raise NotebookError(f"{where} {lacking} that is not the title", do=do)
        if FOR_PHONE not in said:
            do = "draw it with a plot_ function that is @on_any_screen, and run it again"
            raise NotebookError(f"{where} a picture for a phone", do=do)
        figure = f"figures/{name}-{1 + len(files) // 3}"
        files[f"{figure}.png"] = base64.b64decode(_text(data[FIGURE]))
        files[f"static/{figure}-phone.png"] = base64.b64decode(said[FOR_PHONE])
        files[f"{figure}.csv"] = _text(data[NUMBERS]).encode()
        markdown = _figure(figure, heading, alt, cited, f"{name}-code-{place}")
        figures.append(_markdown(markdown, f"figure-{len(files)}"))
        cell["outputs"].remove(output)
    if not figures and ".plot_" in source(cell) and NOT_SHOWN not in json.dumps(cell["outputs"]):
        raise NotebookError(f"{name}, cell {place} has lost its figure", do="run it again")
    return figures


def _figure(figure: str, heading: str, alt: str, cited: str, code: str) -> str:
    image = f"../_images/{Path(figure).name}.png"
    links = f"[Numbers (CSV)](../{figure}.csv) · [Sources]({cited}) · [Code](#{code})"
    links += f' · <a href="{image}" download>Picture (PNG)</a>'
    return f"""```{{figure}} ../{figure}.png
:alt: {json.dumps(alt, ensure_ascii=False)}
:class: chart
:target: {image}

[{plain(heading)}]{{.finding}} [{links}]{{.figure-links}}
```"""


def _link_cards(cell: Json, where: str) -> None:
    """Lead claims to their pages and tables to the dictionary; refuse a verdict that has moved."""
    for output in cell["outputs"]:
        for claim, label in (output.get("metadata") or {}).get("labels", {}).items():
            if verdict_on(claim).label != label:
                raise NotebookError(
                    f"{where} shows '{label}' for {claim}, and the ledger now says"
                    f" '{verdict_on(claim).label}'",
                    do="`ballast run` runs what has changed",
                )
        if PAGE in output.get("data", {}):
            output["data"][PAGE] = linked(_text(output["data"][PAGE]), up="../")


def linked(html: str, *, up: str = "") -> str:
    """HTML of a card whose claims lead to their pages of the book, and tables to the dictionary;
    ``up`` is the way from the page that shows it to the book's first page: '' or '../'.
    """
    for claim in ledger():
        html = html.replace(link_to(claim), link_to(claim, f"{up}claims/{claim}.html"))
    for table in catalogue():
        link = f'<a class="table" href="{up}data.html#{table.replace("_", "-")}">{table}</a>'
        html = html.replace(table_name(table), link)
    return html


def _markdown(text: str, identifier: str) -> Json:
    return {"cell_type": "markdown", "id": identifier, "metadata": {}, "source": text}


def _text(held: str | list[str]) -> str:
    return held if isinstance(held, str) else "".join(held)
