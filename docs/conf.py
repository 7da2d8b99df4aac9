"""Sphinx: how the pages look that `dlcourse site` makes from this folder and the lessons."""

import re
from pathlib import Path

import dlcourse
from dlcourse.authoring.site import page_language

project = "dlcourse"
author = "the dlcourse authors"
copyright = "the dlcourse authors: code MIT, text CC BY 4.0"
release = dlcourse.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.githubpages",  # .nojekyll: GitHub is to serve _static/ too
    "sphinx.ext.napoleon",  # docstrings that say "Args:"
    "sphinx.ext.viewcode",
    "myst_nb",
]
templates_path = ["_templates"]
default_role = "literal"
highlight_language = "text"  # what says no other is a command line or an equation
add_module_names = False  # each page says once where its names come from
nitpicky = True

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_inherit_docstrings = False
autosummary_ignore_module_all = False
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # attributes are listed as arguments are

myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"  # the pages show the outputs that are stored, and tested
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]

nb_ipywidgets_js = {}

# MathJax 3 beside the pages; without its menu, which would fetch more of it.
mathjax_path = "mathjax/es5/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "furo"
html_title = "dlcourse"
html_copy_source = False
html_domain_indices = False  # the general index has every name
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_sidebars = {
    "**": [
        *(f"sidebar/{part}.html" for part in ("brand", "search", "scroll-start", "navigation")),
        "source.html",
        "sidebar/scroll-end.html",
    ]
}
html_js_files = ["site.js"]
html_search_scorer = str(Path(__file__).with_name("search.js"))  # relative, it would be to where one stands
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"


def equations_as_written(app, what, name, obj, options, lines):
    """Docstrings are plain text: keep equations as they stand, and let no | or * pass for markup."""
    parts = re.split(r"\n\n+", "\n".join(lines))
    lines[:] = "\n\n".join(_kept(part) for part in parts).split("\n")


def _kept(part: str) -> str:
    if part.startswith("    "):  # an equation; what "Args:" and its like say stands under them, in their part
        return f"::\n\n{part}"
    return part if part.startswith(">>>") else re.sub(r"[|*]", r"\\\g<0>", part)


def without_words_of_its_own(app, what, name, obj, skip, options):
    """Leave out the fields of a named tuple, of which Python says "Alias for field number 0"."""
    words = obj.__doc__  # of a class of the interpreter: a descriptor
    return True if isinstance(words, str) and words.startswith("Alias for field number") else None


def named_for_all(app, page, template, context, doctree):
    """What screen readers need: captions of a level, and folds that go by their own words."""
    for part in ("body", "furo_navigation_tree"):
        text = context.get(part, "").replace('role="heading"', 'role="heading" aria-level="2"')
        context[part] = text.replace(' aria-label="Toggle hidden content"', "")


def setup(app):
    app.connect("autodoc-process-docstring", equations_as_written, priority=400)  # before napoleon
    app.connect("autodoc-skip-member", without_words_of_its_own)
    app.connect("html-page-context", named_for_all, priority=900)  # after the theme
    app.connect("html-page-context", page_language.say, priority=950)
    app.connect("doctree-read", page_language.places_by_name, priority=400)  # before contents are gathered
