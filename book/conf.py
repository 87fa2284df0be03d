"""How Sphinx makes the book. The pages themselves are gathered by `ballast book`."""

import re

from docutils.nodes import SkipNode
from math_core import LatexError, LatexToMathML
from sphinx.util import logging

project = "Ballast"
author = "The Ballast maintainers"
project_copyright = "The Ballast maintainers; text and figures CC BY 4.0, code MIT"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["deflist", "attrs_inline", "colon_fence", "dollarmath"]
myst_dmath_allow_space = False
myst_dmath_allow_digits = False
html_math_renderer = "mathml"
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "Ballast"
html_static_path = ["static"]
html_favicon = "static/ballast.svg"
templates_path = ["templates"]
html_css_files = ["book.css", "front.css"]
html_js_files = [("book.js", {"defer": "defer"}), ("argue.js", {"defer": "defer"})]
html_js_files += [("quote.js", {"defer": "defer"})]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b4f8a", "color-brand-content": "#0b4f8a"},
    "dark_css_variables": {"color-brand-primary": "#8cc4f2", "color-brand-content": "#8cc4f2"},
}


FORMULAS = LatexToMathML(fancy_error=False)


def write_formula(translator, node):
    """A formula as MathML, which browsers draw and read aloud by themselves, on paper too."""
    display = node.tagname == "math_block"
    try:
        formula = FORMULAS.convert_with_local_state(node.astext(), displaystyle=display)
    except LatexError as error:
        logging.getLogger(__name__).warning(
            "formula that cannot be drawn: %s: %s", node.astext(), error, location=node
        )
        raise SkipNode from error
    tag = "div" if display else "span"
    translator.body.append(f'<{tag} class="math">{formula}</{tag}>')
    raise SkipNode


def load_what_is_used(app, page, template, context, doctree):
    """A page asks for the notebooks' styles and the rules' script only where it has them."""
    for kind, name, users in (
        ("css_files", "mystnb", "notebooks/"),
        ("script_files", "argue", "claims/"),
    ):
        if not page.startswith(users):
            context[kind] = [file for file in context[kind] if name not in str(file.filename)]


def keep_sidebar_short(app, page, template, context, doctree):
    """The sidebar names chapters and parts only: two hundred claims and modules would weigh more
    than a page's text.
    """
    if "toctree" in context:
        whole = context["toctree"]
        context["toctree"] = lambda **options: whole(**options | {"collapse": True, "maxdepth": 1})


def mend_names(app, page, template, context, doctree):
    """A screen reader hears the words that a fold shows, and the level of the sidebar's
    headings.
    """
    if "body" in context:
        context["body"] = context["body"].replace(' aria-label="Toggle hidden content"', "")
    tree = context["furo_navigation_tree"]
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


CHART = re.compile(r'<img [^>]*src="\.\./_images/([^"/]+)\.png"[^>]*>')


def offer_phone_pictures(app, page, template, context, doctree):
    """A screen too narrow for a figure's words gets the picture that was drawn for a phone."""

    def both(chart):
        narrow = f"figures/{chart[1]}-phone.png"
        if not (app.srcdir / "static" / narrow).is_file():
            return chart[0]
        source = f'<source media="screen and (max-width: 560px)" srcset="../_static/{narrow}">'
        return f"<picture>{source}{chart[0]}</picture>"

    if "body" in context:
        context["body"] = CHART.sub(both, context["body"])


def leave_out_fields(app, what, name, item, skip, options):
    """Fields of a named tuple: its docstring tells them; alone they say their number."""
    return (
        True if (getattr(item, "__doc__", "") or "").startswith("Alias for field number") else None
    )


def leave_helpers_behind(app, doctree):
    """What was parsed as reStructuredText keeps the document that it was parsed in, and with it all
    that is known of every page: a reference page would be stored at a hundred times its size.
    """
    for node in doctree.findall():
        node.document = doctree


def setup(app):
    """Come before the theme, which asks for the whole tree, and after it."""
    app.connect("html-page-context", keep_sidebar_short, priority=400)
    app.connect("html-page-context", mend_names, priority=900)
    app.connect("html-page-context", load_what_is_used, priority=400)
    app.connect("html-page-context", offer_phone_pictures, priority=900)
    app.add_html_math_renderer("mathml", (write_formula, None), (write_formula, None))
    app.connect("autodoc-skip-member", leave_out_fields)
    app.connect("doctree-read", leave_helpers_behind)
