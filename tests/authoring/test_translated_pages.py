"""The pages of the site in another language: their texts, their places, what they say of their language."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from dlcourse.authoring import npm
from dlcourse.authoring.site import page_language
from dlcourse.authoring.site.answers import SOLVED, folded, linked
from dlcourse.authoring.site.cards import CARDS, front_page
from dlcourse.authoring.site.lesson_pages import LessonPage, labelled
from dlcourse.authoring.site.pictures import figures
from dlcourse.authoring.site.translated_pages import TranslatedPage, one_folder_deeper

nbformat = pytest.importorskip("nbformat")
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TITLE = "# 03 · Bends: why\n\n| Time | 85 minutes |\n\n## 1. The sigmoid"
KOREAN = {"title": "# 03 · 휘어짐: 왜\n\n| 시간 | 85분 |\n\n## 1. 시그모이드", "answer": "그렇습니다."}


@pytest.fixture
def english(tmp_path):
    """A lesson of a title, a figure, an answer that is discussed, and a text."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    picture = new_output("display_data", {"image/png": DOT}, metadata={"image/png": {"alt": "A dot."}})
    cells = [
        new_markdown_cell(TITLE, id="title"),
        new_code_cell("draw()", id="figure", outputs=[picture]),
        new_code_cell("def f(x): ...", id="f", metadata={"dlcourse": {"exercise": "f"}}),
        new_markdown_cell("So it is.", id="answer", metadata={"dlcourse": {"discussion": "go-further"}}),
        new_markdown_cell("## 2. Slopes\nThey are flat.", id="text"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "03_bends.ipynb")
    return LessonPage(tmp_path / "03_bends.ipynb")


@pytest.fixture
def translated(english):
    return TranslatedPage(english, "ko", KOREAN)


@pytest.fixture
def speaks(korean):
    """What the site says in Korean."""
    korean(
        {"Show the solution: {}": "풀이 보기: {}", "{} minutes": "{}분", "Next": "다음", "Language": "언어"}
    )


def source(notebook, cell_id):
    return next(cell.source for cell in notebook.cells if cell.id == cell_id)


def test_a_page_has_the_texts_of_its_language_under_the_places_of_the_english_one(translated):
    assert (translated.title, translated.minutes) == ("휘어짐", "85")
    title, section = KOREAN["title"].split("\n\n## ")
    labels = "(ko-03-03-bends-why)=", "(ko-03-1-the-sigmoid)="
    assert source(labelled(translated), "title") == f"\n{labels[0]}\n{title}\n\n\n{labels[1]}\n## {section}"
    assert "(ko-03-cell-figure)=" in [cell.source for cell in labelled(translated).cells]


def test_a_text_that_is_not_translated_is_there_in_english_and_marked_so(translated):
    shown = source(labelled(translated), "text")
    assert shown == "<!-- en -->\n\n\n(ko-03-2-slopes)=\n## 2. Slopes\nThey are flat.\n\n<!-- /en -->"


def test_the_english_page_is_as_it_was(english, translated):
    assert source(english.notebook, "title") == TITLE
    assert (english.mark, english.folder, english.language) == ("", "", "en")


def test_its_pictures_and_scripts_are_found_one_folder_up(english, tmp_path):
    figures(english, tmp_path)
    page = labelled(TranslatedPage(english, "ko", KOREAN | {"text": '<script src="../_static/play.js">'}))
    deeper = one_folder_deeper(page)
    (output,) = next(cell for cell in deeper.cells if cell.id == "figure").outputs
    assert '<img src="../../_static/figures/03-figure.png" width="1"' in output.data["text/html"]
    assert source(deeper, "text") == '<script src="../../_static/play.js">'


def test_its_folds_and_links_speak_its_language_and_lead_to_its_own_answers(translated, speaks):
    shown = labelled(translated)
    fold = next(cell for cell in folded(shown, "ko").cells if cell.id == "f")
    assert fold.metadata["mystnb"] == {
        "code_prompt_show": "풀이 보기: f",
        "code_prompt_hide": "Hide the solution: f",
    }
    links = [cell.source for cell in linked(translated, shown, {}).cells if "#" in cell.source]
    assert "[풀이 보기: f](#ko-solved-03-cell-f)" in links
    assert "(ko-solved-03-cell-f)=" in [cell.source for cell in labelled(translated, SOLVED).cells]


def test_its_index_has_its_lessons_and_the_english_ones_where_there_are_no_others(
    english, translated, speaks, tmp_path
):
    found = figures(english, tmp_path)
    cards = front_page(CARDS, [translated, english], found, tmp_path, "ko/")
    theirs, ours = cards.split("</li>")[:2]
    assert '<a href="../ko/lessons/03_bends.html"><img src="../_static/thumbnails/' in theirs
    assert "<strong>03 · 휘어짐</strong><span>왜" in theirs and "85분" in theirs
    assert '<a href="../lessons/03_bends.html" lang="en" hreflang="en">' in ours and "85 minutes" in ours


def test_english_texts_code_and_what_it_printed_are_marked_in_another_languages_page():
    html = (
        '<h2>층</h2><!-- en --><section id="a"><h2>Slopes</h2><ul><li>flat</li></ul><!-- /en --></section>'
        '<div class="highlight-ipython3"></div><div class="cell_output docutils"></div><p>네.</p>'
    )
    assert page_language.english_parts(html) == (
        '<h2>층</h2><section id="a"><h2 lang="en">Slopes</h2><ul lang="en"><li>flat</li></ul></section>'
        '<div lang="en" class="highlight-ipython3"></div>'
        '<div lang="en" class="cell_output docutils"></div><p>네.</p>'
    )


TREE = (
    '<p class="caption" role="heading"><span>Lessons</span></p>\n<ul><li>03</li></ul>\n'
    '<p class="caption" role="heading"><span>한국어</span></p>\n<ul><li>03</li></ul>\n'
)


@pytest.fixture
def told(speaks):
    """`told(page)`: what a page is made of, once it has been told of its language."""
    pages = {"index", "ko/index", "lessons/03", "ko/lessons/03", "lessons/04", "gallery"}
    between = {"gallery": [None, "lessons/04", "ko/index"], "ko/index": [None, "gallery", "ko/lessons/03"]}
    app = SimpleNamespace(env=SimpleNamespace(found_docs=pages), builder=SimpleNamespace(relations=between))

    def told(page):
        context = {
            "body": "<h1>A</h1>",
            "metatags": '<meta name="viewport">',
            "furo_navigation_tree": TREE,
            "language": "en",
            "prev": "…",
            "next": "…",
            "pathto": lambda name: "#" if name == page else f"to/{name}.html",
        }
        page_language.say(app, page, "page.html", context, None)
        return context

    return told


def test_each_of_two_pages_leads_to_the_other(told):
    english, korean = told("lessons/03"), told("ko/lessons/03")
    assert (english["language"], korean["language"]) == ("en", "ko")
    meta = '<meta name="viewport">\n<link rel="alternate" hreflang="{0}" href="to/{1}.html">'
    assert english["metatags"] == meta.format("ko", "ko/lessons/03")
    assert korean["metatags"] == meta.format("en", "lessons/03")
    assert '<a lang="ko" hreflang="ko" href="to/ko/lessons/03.html">한국어</a>' in english["body"]
    assert '<nav class="languages" aria-label="언어">' in korean["body"]
    assert '<li lang="ko" aria-current="true">한국어</li>' in korean["body"]


def test_a_page_that_is_in_one_language_alone_offers_no_other(told):
    context = told("lessons/04")
    assert (context["body"], context["metatags"]) == ("<h1>A</h1>", '<meta name="viewport">')


def test_the_bar_at_the_side_has_the_lessons_of_the_pages_language_and_the_english_one_leads_to_all(told):
    english, korean = TREE[: TREE.rindex("<p ")], TREE[TREE.rindex("<p ") :]
    korean = korean.replace('"caption"', '"caption" lang="ko"').replace("<ul>", '<ul lang="ko">')
    assert told("ko/lessons/03")["furo_navigation_tree"] == korean
    assert told("lessons/03")["furo_navigation_tree"] == english + korean


def test_no_page_is_followed_by_one_in_another_language(told):
    assert (told("gallery")["prev"], told("gallery")["next"]) == ("…", None)
    assert (told("ko/index")["prev"], told("ko/index")["next"]) == (None, "…")


def test_the_theme_speaks_the_language_of_the_page(told):
    assert "_" not in told("lessons/03")
    words = told("ko/lessons/03")["_"]
    assert [words("Next"), words("Previous"), words("%(n)s of many", n=3)] == [
        "다음",
        "Previous",
        "3 of many",
    ]


def test_a_package_with_a_scope_is_kept_under_its_own_name(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = tmp_path / "dlcourse" / "thing-1.0.tgz"
    kept.parent.mkdir()
    kept.write_bytes(b"here")
    assert npm.tarball(npm.Package("@scope/thing", "1.0", "0" * 64)) == Path(kept)
