"""Tables that are sorted when they are written."""

import math
import re

from markupsafe import Markup

from dlcourse.grading.output.tables import Column, Tables

COLUMNS = [
    Column("name", lambda row: row[0], is_text=True),
    Column("share", lambda row: row[1], lambda row: f"{row[1]!r} of all"),
]
ROWS = [("b", 0.5), ("a", math.nan), ("C", 0.25), ("<d>", None)]


def shown(sort):
    table = Tables(sort).table("Shares.", COLUMNS, ROWS, ["of", Markup("<b>1</b>")])
    assert table.endswith("<td><b>1</b></td></tr></tfoot>\n</table>\n</div>")
    return re.findall(r'<tr><th scope="row" class="text">(.*?)</th>', table)


def test_rows_stand_as_they_come_or_in_the_order_of_a_column_with_nothing_first():
    assert shown("") == ["b", "a", "C", "&lt;d&gt;", "of"]
    assert shown("NAME") == ["&lt;d&gt;", "a", "b", "C", "of"]
    assert shown("share") == ["a", "&lt;d&gt;", "C", "b", "of"]


def test_it_is_known_whether_any_table_had_the_column():
    tables = Tables("Share")
    assert not tables.knows_its_column
    tables.table("Nothing.", COLUMNS[:1], ROWS)
    assert not tables.knows_its_column
    assert tables.table("Nobody.", COLUMNS, []) == ""
    assert tables.knows_its_column
