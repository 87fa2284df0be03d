"""A plain page for a browser that fetches nothing: no script, no font and no picture from
anywhere.
"""

from __future__ import annotations

import html

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


def page(heading: str, body: str) -> str:
    """Whole page around a body."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    )
    return (
        f'<!doctype html><html lang="en"><head>{head}<title>{html.escape(heading)}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>\n"
    )
