from collections import Counter

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.authoring.translation.markup import differences
from dlcourse.authoring.translation.po_file import messages, read_entries, refreshed, serialise_entries
from dlcourse.course.errors import UserError

BEFORE = "The slope of the sigmoid is largest at zero and falls off on both sides."
EDITED = "The slope of the sigmoid is largest at zero and falls off quickly on both sides."
OTHER = "Four clouds of points stand at the corners of a square."


def entry(context, text, translation, **fields):
    return polib.POEntry(msgctxt=context, msgid=text, msgstr=translation, **fields)


def test_a_context_says_behind_which_code_cell_a_text_stands(read):
    lesson = read("# %% [markdown] name", "# %% [markdown]\n# Another.\n\n# %% [markdown] name")
    assert list(messages(lesson).values()) == [
        ("at the top", "# A lesson"),
        ("after check-double", "Another."),
        ("after check-double, 2", "What is twice two?"),
    ]


def test_an_unchanged_text_keeps_its_translation_and_its_comment():
    (new,) = refreshed([entry("here", BEFORE, "옮긴 글", tcomment="why")], [("here", BEFORE)])
    assert (new.msgstr, new.tcomment, new.translated()) == ("옮긴 글", "why", True)


def test_a_text_that_moved_keeps_its_translation():
    (new,) = refreshed([entry("here", BEFORE, "옮긴 글")], [("there", BEFORE)])
    assert (new.msgctxt, new.msgstr, new.translated()) == ("there", "옮긴 글", True)


@pytest.mark.parametrize("message", [("here", EDITED), ("there", EDITED), ("here", OTHER)])
def test_an_edited_text_makes_its_translation_stale_and_shows_what_it_renders(message):
    (new,) = refreshed([entry("here", BEFORE, "옮긴 글")], [message])
    assert (new.msgid, new.msgstr, new.previous_msgid) == (message[1], "옮긴 글", BEFORE)
    assert not new.translated()


def test_edited_twice_it_still_shows_what_it_renders_and_edited_back_it_is_current():
    once = refreshed([entry("here", BEFORE, "옮긴 글")], [("here", EDITED)])
    (twice,) = refreshed(once, [("here", OTHER)])
    assert (twice.previous_msgid, twice.fuzzy) == (BEFORE, True)
    (back,) = refreshed([twice], [("here", BEFORE)])
    assert (back.translated(), back.previous_msgid) == (True, None)


def test_translated_anew_it_is_current_though_the_old_text_was_left_beside():
    (stale,) = refreshed([entry("here", BEFORE, "옮긴 글")], [("here", EDITED)])
    stale.msgstr, stale.fuzzy = "새로 옮긴 글", False
    (new,) = refreshed([stale], [("here", EDITED)])
    assert (new.msgstr, new.translated(), new.previous_msgid) == ("새로 옮긴 글", True, None)


def test_a_translators_own_doubt_stays():
    (new,) = refreshed([entry("here", BEFORE, "옮긴 글", flags=["fuzzy"])], [("here", BEFORE)])
    assert new.fuzzy


def test_a_text_that_is_gone_leaves_an_obsolete_entry_that_revives_with_it():
    (gone,) = refreshed([entry("here", BEFORE, "옮긴 글")], [])
    assert gone.obsolete
    (back,) = refreshed([gone], [("there", BEFORE)])
    assert (back.msgstr, back.translated()) == ("옮긴 글", True)


def test_of_two_cells_one_deleted_and_one_edited_the_right_one_is_kept():
    old = [entry("here", OTHER, "구름"), entry("here, 2", BEFORE, "기울기")]
    new, gone = refreshed(old, [("here", EDITED)])
    assert (new.msgstr, new.previous_msgid) == ("기울기", BEFORE)
    assert (gone.msgstr, bool(gone.obsolete)) == ("구름", True)


TEXTS = ["a", "a b", "a b c", "a b c d", "b c d e", "e"]
EVERY = [(context, text) for context in "xyz" for text in TEXTS]
MESSAGES = st.lists(st.sampled_from(EVERY), max_size=6, unique=True)


@given(MESSAGES, st.lists(MESSAGES, max_size=4))
def test_no_translation_is_lost_however_often_the_source_changes(first, versions):
    entries = [entry(*message, f"옮김 {number}") for number, message in enumerate(first)]
    for version in versions:
        entries = refreshed(entries, version)
        assert [(e.msgctxt, e.msgid) for e in entries if not e.obsolete] == version
    assert Counter(e.msgstr for e in entries if e.msgstr) == Counter(
        f"옮김 {number}" for number in range(len(first))
    )


def test_a_file_holds_every_entry_and_is_the_same_when_written_again(tmp_path):
    entries = [
        entry("a", "x\n\n$$\\sum y$$\n", '\nz\t"q"\n', tcomment="two\nlines"),
        entry("b", EDITED, "옮긴 글", flags=["fuzzy"], previous_msgid=f"{BEFORE}\nmore"),
        entry("c", "long " * 50, "길게 " * 50, obsolete=True),
    ]
    path = tmp_path / "03.po"
    path.write_bytes(serialise_entries(entries, "ko"))
    again = read_entries(path)
    assert serialise_entries(again, "ko") == path.read_bytes()
    fields = ("msgctxt", "msgid", "msgstr", "previous_msgid", "flags", "tcomment")
    for was, now in zip(entries, again, strict=True):
        assert {field: getattr(was, field) for field in fields} == {f: getattr(now, f) for f in fields}
        assert bool(was.obsolete) == bool(now.obsolete)


@pytest.mark.parametrize("content", [b"some notes", b"\xff\xfe", b"msgstr_ko: 1"])
def test_a_file_that_is_no_po_is_named(tmp_path, content):
    path = tmp_path / "03.po"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"03\.po cannot be read"):
        read_entries(path)


@pytest.mark.parametrize(
    ("original", "translation", "said"),
    [
        ("the slope $x^2$", "기울기 $x^2$", []),
        ("the slope $x^2$", "기울기 $x^3$", ["lacks math x^2", "adds math x^3"]),
        ("$$a$$\n\n`f(x)` and `f(x)`", "$$a$$\n\n`f(x)`", ["lacks code f(x)"]),
        ("a [page](https://e.org)", "[쪽](https://e.com)", ["lacks a https://e.org", "adds a https://e.com"]),
        ("# One\n\n- a\n- b", "# 하나\n\n- 가", ["lacks li", "lacks p"]),
        ("```\nx = 1\n```", "```\nx = 2\n```", ["lacks code x = 1", "adds code x = 2"]),
        ("**sigmoid (σ)** is", "**시그모이드(σ)**는", ["lacks strong"]),  # what CommonMark makes of )**는
    ],
)
def test_what_a_translation_changed_besides_words_is_said(original, translation, said):
    assert differences(original, translation) == said


TEN = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(("shared", "kept"), [(10, True), (6, True), (5, False), (1, False)])
def test_a_text_elsewhere_inherits_a_translation_only_if_it_shares_six_words_of_ten(shared, kept):
    words = [*TEN.split()[:shared], *"abcdefghij"[shared:]]
    new, *gone = refreshed([entry("here", TEN, "열")], [("there", " ".join(words))])
    assert (new.msgstr, len(gone)) == (("열", 0) if kept else ("", 1))
