"""Sphinx: the pages of the course. `sphinx-build docs OUT` makes them from the files of the clone."""

import shutil
from pathlib import Path

import dlcourse

DOCS = Path(__file__).parent

project = "dlcourse"
author = "the dlcourse authors"
copyright = "the dlcourse authors: code MIT, text CC BY 4.0"
release = dlcourse.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.viewcode", "myst_nb"]
templates_path = ["_templates"]
default_role = "literal"
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types in signatures are plain words here

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_inherit_docstrings = False
autosummary_ignore_module_all = False

myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"  # the pages show the outputs that are stored, and tested
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]

html_theme = "furo"
html_title = "dlcourse"
html_copy_source = False


def fetch_lessons(app):
    """Copy the solved notebooks beside the pages: Sphinx reads nothing from outside of its folder."""
    (DOCS / "lessons").mkdir(exist_ok=True)
    for notebook in sorted((DOCS.parent / "solutions").glob("*.ipynb")):
        shutil.copy2(notebook, DOCS / "lessons" / notebook.name)


def point_to_lessons(app, name, source):
    """Links to the notebooks of the repository become links to their pages."""
    source[0] = source[0].replace("](../solutions/", "](lessons/")


def equations_as_written(app, what, name, obj, options, lines):
    """Docstrings are plain text: keep equations as they stand, and let no | or * pass for markup."""
    lines[:] = [kept for line, above in zip(lines, ["", *lines], strict=False) for kept in _kept(line, above)]


def _kept(line: str, above: str) -> list[str]:
    if line.startswith("    "):
        return [line] if above.strip() else ["::", "", line]
    if line.startswith(">>>"):
        return [line]
    return ["".join("\\" + c if c in "|*" else c for c in line)]


def setup(app):
    app.connect("builder-inited", fetch_lessons)
    app.connect("source-read", point_to_lessons)
    app.connect("autodoc-process-docstring", equations_as_written)
