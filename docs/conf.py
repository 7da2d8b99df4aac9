"""Sphinx: the pages of the course. `sphinx-build docs OUT` makes them from the files of the clone."""

import dlcourse

project = "dlcourse"
author = "the dlcourse authors"
copyright = "the dlcourse authors: code MIT, text CC BY 4.0"
release = dlcourse.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.viewcode", "myst_parser"]
templates_path = ["_templates"]
default_role = "literal"
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types in signatures are plain words here

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_inherit_docstrings = False
autosummary_ignore_module_all = False

html_theme = "furo"
html_title = "dlcourse"
html_copy_source = False


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
    app.connect("autodoc-process-docstring", equations_as_written)
