"""Tables of a page without scripts: sorted when it is written, by the column that one asks for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

_TEXT = Markup(' class="text"')
_SORTED = Markup(' aria-sort="ascending"')
_TABLE = Markup("""\
<div class="wide" tabindex="0" role="region" aria-label="{about} table">
<table>
<caption>{caption}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>{foot}
</table>
</div>""")
STYLE = """
div.wide { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 }
caption { text-align: left; padding: .25rem 0 }
th, td { text-align: right; padding: .15rem .4rem; border-bottom: 1px solid #8886; font-weight: normal }
th, td { overflow-wrap: normal }
th.text, td.text { text-align: left; overflow-wrap: anywhere; min-width: 8rem }
tbody th.text { overflow-wrap: break-word }
thead th { font-weight: bold; vertical-align: bottom }
thead th[aria-sort]::after { content: " ↑" }
tfoot th, tfoot td { border-bottom: none }
@media print { div.wide { overflow: visible } }
"""


@dataclass(frozen=True)
class Column:
    """What stands below a heading.

    value    of a row: a number or a text by which to sort; None where there is none
    shown    the same as it is to be read, by default the value; text is escaped
    is_text  set to the left; such columns come first
    """

    name: str
    value: Callable[[Any], Any]
    shown: Callable[[Any], object] | None = None
    is_text: bool = False

    def cell(self, row) -> object:
        return (self.shown or self.value)(row)


class Tables:
    """Makes tables, each sorted by the column of that name if it has one: nothing first, then upwards.

    columns  the names of all columns so far
    """

    def __init__(self, sort: str = ""):
        self._sort = sort.casefold()
        self.columns: dict[str, None] = {}

    @property
    def knows_its_column(self) -> bool:
        return not self._sort or self._sort in map(str.casefold, self.columns)

    def table(
        self, caption: str, columns: Sequence[Column], rows: Iterable, foot: Sequence[object] = ()
    ) -> Markup:
        """Each row begins with its heading, and so does the last, `foot`. No rows, no table."""
        self.columns |= dict.fromkeys(column.name for column in columns)
        rows = self._in_order(columns, list(rows))
        if not rows:
            return Markup("")
        head = Markup("").join(map(self._heading, columns))
        body = Markup("\n").join(_row(columns, [column.cell(row) for column in columns]) for row in rows)
        last = Markup("\n<tfoot>{}</tfoot>").format(_row(columns, foot)) if foot else ""
        return _TABLE.format(about=columns[0].name, caption=caption, head=head, body=body, foot=last)

    def _heading(self, column: Column) -> Markup:
        is_sorted = column.name.casefold() == self._sort
        kind = _TEXT if column.is_text else ""
        return Markup('<th scope="col"{}{}>{}</th>').format(kind, _SORTED if is_sorted else "", column.name)

    def _in_order(self, columns: Sequence[Column], rows: list) -> list:
        column = next((column for column in columns if column.name.casefold() == self._sort), None)
        return sorted(rows, key=lambda row: _rank(column.value(row))) if column else rows


def _rank(value) -> tuple:
    """Where a value comes: first none at all, also not a number, then in its order."""
    if value is None or value != value:
        return False, 0
    return True, value.casefold() if isinstance(value, str) else value


def _row(columns: Sequence[Column], cells: Sequence[object]) -> Markup:
    kinds = [_TEXT if column.is_text else "" for column in columns]
    rest = Markup("").join(
        Markup("<td{}>{}</td>").format(kind, cell) for kind, cell in zip(kinds[1:], cells[1:], strict=True)
    )
    return Markup('<tr><th scope="row"{}>{}</th>{}</tr>').format(kinds[0], cells[0], rest)
