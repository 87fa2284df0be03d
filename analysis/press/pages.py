"""Executed notebooks as pages for a browser: no script, no font and no picture from anywhere else."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from analysis.press.notebook import Json, NotebookError, check_writable, read_notebook, title, write_text

STYLE = """
:root { color-scheme: light dark; --line: #8884; --dim: color-mix(in srgb, CanvasText 65%, Canvas); }
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; margin-top: 2em; } h1 { margin-top: 1em; }
pre { font: .85rem/1.45 ui-monospace, monospace; overflow-x: auto; padding: .6rem .8rem; border-radius: .3rem;
  background: color-mix(in srgb, CanvasText 6%, Canvas); }
img { max-width: 100%; height: auto; } img[src^="data:image/png"] { background: white; }
table { border-collapse: collapse; font-size: .9rem; display: block; overflow-x: auto; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); }
details.code > summary { color: var(--dim); font-size: .8rem; cursor: pointer; }
.error pre { border-inline-start: 3px solid #c33; } nav, .dim { color: var(--dim); font-size: .9rem; }
.anchor-link { display: none; }
"""
TEMPLATE = """
{%- extends 'basic/index.html.j2' -%}
{%- block input_group -%}
<details class="code"><summary>code</summary>{{ super() }}</details>
{%- endblock input_group -%}
{%- block in_prompt %}{% endblock -%}
{%- block empty_in_prompt %}{% endblock -%}
{%- block output_prompt %}{% endblock -%}
{%- block output_area_prompt %}{% endblock -%}
"""
ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*\b(?:src|href)=[\"'](?!data:)[^\"']*[\"']"
)


def build_pages(folder: Path, target: Path, *, verdicts: Path | None = None) -> Path:
    """Render every executed notebook of a folder, and an index of them.

    Parameters
    ----------
    folder, target : Path
        Where the executed notebooks are, and where the pages go.
    verdicts : Path, optional
        JSON list of ``{id, paragraph, quote, verdict, measured, notebook}``; shown on the index where it exists.

    Returns
    -------
    Path of the index.

    Raises
    ------
    NotebookError
        If there is nothing to render, or a page would fetch something from elsewhere.
    OutputError
        If the target cannot be written.
    """
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        raise NotebookError(f"there are no executed notebooks in {folder}", do="`ballast run` makes them")
    check_writable(target)
    notebooks = {path.stem: read_notebook(path) for path in found}
    for name, notebook in notebooks.items():
        body = _body(notebook)
        if fetched := ELSEWHERE.findall(body):
            raise NotebookError(f"the page of {name} would fetch {', '.join(fetched)}", allowed="embedded content")
        write_text(
            target / f"{name}.html", page(title(notebook, name), f'<nav><a href="index.html">All</a></nav>{body}')
        )
    index = target / "index.html"
    write_text(index, page("Ballast", _index(notebooks, verdicts)))
    return index


def _body(notebook: Json) -> str:
    """Cells of a notebook as HTML, code folded away."""
    import nbformat
    from jinja2 import DictLoader
    from nbconvert.exporters import HTMLExporter

    exporter = HTMLExporter(extra_loaders=[DictLoader({"folded.html.j2": TEMPLATE})], template_file="folded.html.j2")
    exporter.embed_images = True
    body, _ = exporter.from_notebook_node(nbformat.reads(json.dumps(notebook), as_version=4))
    return str(body)


def page(heading: str, body: str) -> str:
    """Whole page around a body."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f'<!doctype html><html lang="en"><head>{head}<title>{html.escape(heading)}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def _index(notebooks: dict[str, Json], verdicts: Path | None) -> str:
    """List of the notebooks, and the table of verdicts where there is one."""
    items = [
        f'<li><a href="{html.escape(name)}.html">{html.escape(title(notebook, name))}</a> '
        f'<span class="dim">{html.escape(name)}</span></li>'
        for name, notebook in notebooks.items()
    ]
    table = ""
    if verdicts and verdicts.is_file():
        columns = ("id", "paragraph", "quote", "verdict", "measured", "notebook")
        rows = [
            [html.escape(str(one.get(column, ""))) for column in columns] for one in json.loads(verdicts.read_text())
        ]
        pages = {html.escape(name): f'<a href="{html.escape(name)}.html">{html.escape(name)}</a>' for name in notebooks}
        lines = ["<tr><td>" + "</td><td>".join([*row[:-1], pages.get(row[-1], row[-1])]) + "</td></tr>" for row in rows]
        table = f"<h2>Verdicts</h2><table><tr><th>{'</th><th>'.join(columns)}</th></tr>{''.join(lines)}</table>"
    return f"<h1>Ballast</h1><p>Each page was executed from top to bottom.</p><ol>{''.join(items)}</ol>{table}"
