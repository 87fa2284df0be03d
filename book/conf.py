"""How Sphinx makes the book. The pages themselves are gathered by `ballast book`."""

project = "Ballast"
author = "The Ballast maintainers"
project_copyright = "The Ballast maintainers; text and figures CC BY 4.0, code MIT"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = "code"
nb_code_prompt_hide = "hide the code"
nb_mime_priority_overrides = [("*", "text/csv", None)]
myst_enable_extensions = ["deflist", "attrs_inline"]
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
html_css_files = ["book.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b5fa5", "color-brand-content": "#0b5fa5"},
    "dark_css_variables": {"color-brand-primary": "#7ab8ee", "color-brand-content": "#7ab8ee"},
}
