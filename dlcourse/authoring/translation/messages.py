"""What the engine, students' commands, feedback pages and the site say, for translators: `messages.po`."""

import ast
from collections.abc import Iterator
from pathlib import Path

from dlcourse.authoring.translation.catalogue import Catalogue
from dlcourse.authoring.translation.po_file import Message

STEM = "messages"
_SAYS = {"tr", "marked", "phrase"}
_IN_ENGLISH, _FOR_ALL = "authoring", "site"  # authors read what their commands say, and all read the site


class Messages(Catalogue):
    """One entry a sentence, said of the module where it first stands."""

    def __init__(self, root: Path, language: str):
        said = list(messages(root / "dlcourse"))
        formats = {text for _, text in said if "{" in text}
        super().__init__(root, language, STEM, said, formats=formats)


def messages(package: Path) -> Iterator[Message]:
    """(module, text) of every text that stands in a call of `tr`, `marked` or `phrase`, each text once."""
    seen: set[str] = set()
    for path in sorted(package.rglob("*.py")):
        module = path.relative_to(package)
        if module.parts[0] != _IN_ENGLISH or module.parts[1] == _FOR_ALL:
            for text in _texts(ast.parse(path.read_bytes())):
                if text not in seen:
                    seen.add(text)
                    yield module.with_suffix("").as_posix(), text


def _texts(tree: ast.AST) -> Iterator[str]:
    """In the order of the file."""
    found = [
        argument
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYS
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    for argument in sorted(found, key=lambda one: (one.lineno, one.col_offset)):
        yield str(argument.value)
