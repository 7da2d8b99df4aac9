"""What a source marks for slides, and the decks that come of it."""

import base64
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from dlcourse.authoring import npm, slide_marks
from dlcourse.authoring.slide_marks import MarkError
from dlcourse.authoring.slides.deck import Code, Deck, Picture, Slide, Text, deck
from dlcourse.authoring.slides.pages import contents, page
from dlcourse.authoring.source import SourceError
from dlcourse.cli import main
from dlcourse.course.errors import UserError

MARKED = """\
# %% [markdown] name="talk"
# ## 2. Twice
#
# Not on a slide.
#
# <!-- slide -->
# $2x$ is a *double*.
# <!-- /slide -->
#
# <!-- slide: Guess -->
# **Before you run it:** what is twice two?
# <!-- /slide -->
#
# ## 3. Else
#
# Not even in the notes.
"""
PLAIN = '# %% [markdown] name="talk"\n# What is twice two?\n'
DEMO = '# %% name="demo" slide="code output: Two"\nprint(2)\n\n# %% guess="four"'


@pytest.fixture
def made(read):
    """The deck of the lesson with a marked text and a marked demonstration."""
    lesson = read(PLAIN, MARKED)
    lesson = read('# %% guess="four"', DEMO)
    outputs = [nbformat.v4.new_output("stream", text="2\nNumber: your guess 3, measured 2.\n")]
    demo = nbformat.v4.new_code_cell("print(2)", id="demo", outputs=outputs)
    talk = nbformat.v4.new_markdown_cell(id="talk")
    return deck(lesson, nbformat.v4.new_notebook(cells=[talk, demo]))


def test_a_slide_has_what_is_marked_and_the_heading_above_it_or_a_title_of_its_own(made):
    assert [(slide.title, slide.parts) for slide in made.slides[1:]] == [
        ("Twice", [Text("$2x$ is a *double*.")]),
        ("Guess", [Text("**Before you run it:** what is twice two?")]),
        ("Two", [Code("print(2)"), Code("2\n", printed=True)]),
    ]


def test_what_is_guessed_is_asked_on_a_slide_that_does_not_tell(made):
    assert [slide.asks for slide in made.slides[1:]] == [False, True, False]
    assert "your guess" not in str(made)


def test_the_notes_are_the_rest_of_the_section(made):
    assert [note for slide in made.slides for note in slide.notes] == ["## 2. Twice\n\nNot on a slide."]


def test_the_marks_are_in_no_notebook(read):
    text = next(cell.text for cell in read(PLAIN, MARKED).cells if cell.name == "talk")
    assert "slide -->" not in text
    unmarked = [line[2:] for line in MARKED.splitlines()[1:] if "<!--" not in line]
    assert text.splitlines() == unmarked


def test_a_source_without_marks_has_no_deck(read):
    assert deck(read(), nbformat.v4.new_notebook()) is None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("<!-- slide -->\nx", 1, "without <!-- /slide -->"),
        ("x\n<!-- /slide -->", 2, "without <!-- slide --> before"),
        ("<!-- slide -->\n<!-- slide: b -->", 2, "a slide within the slide of this cell's line 1"),
        ("<!-- slide : b -->", 1, "unknown mark"),
        ("<!--slide-->", 1, "unknown mark"),
    ],
)
def test_a_mark_that_is_none_is_refused_with_its_line(text, line, says):
    with pytest.raises(MarkError, match=says) as caught:
        slide_marks.read(text)
    assert caught.value.line == line


@pytest.mark.parametrize("said", ["", "picture", "figure, output", ": a title"])
def test_a_demonstration_shows_code_output_or_figure(said):
    with pytest.raises(MarkError, match="of code, output, figure"):
        slide_marks.of_code("demo", said)


def test_what_a_slide_cannot_show_is_refused_with_file_and_line(read):
    with pytest.raises(SourceError, match=r"03_doubling\.py:24: slide="):
        read('guess="four"', 'guess="four" slide="figure"')


def picture(width, height, tmp_path):
    Image.new("L", (width, height)).save(tmp_path / "one.png")
    return Picture(base64.b64encode((tmp_path / "one.png").read_bytes()).decode(), 'A "picture".')


def test_a_page_shows_text_formulas_and_figures_and_escapes_what_is_printed(tmp_path):
    wide, square = picture(200, 100, tmp_path), picture(100, 100, tmp_path)
    slides = [
        Slide("A", [Text("*Twice* $x < y$"), wide]),
        Slide("B", [Code("a < b", printed=True), square], ["a note"]),
    ]
    shown = page(Deck("03_doubling", "03 · Doubling", "twice", slides), {wide: "w.png", square: "s.png"})
    assert r"<em>Twice</em> <span" in shown or r"<em>Twice</em> \(x &lt; y\)" in shown
    assert "a &lt; b</pre>" in shown
    assert '<img src="s.png" alt="A &#34;picture&#34;.">' in shown
    assert shown.index("below") < shown.index("w.png") < shown.index("beside") < shown.index("s.png")
    assert "<aside class='notes'><p>a note</p>" in shown


def test_the_contents_lead_to_each_deck():
    decks = [Deck("03_doubling", "03 · Doubling", "twice", []), Deck("04_x", "04 · X", "y", [])]
    assert 'href="03_doubling.html">03 · Doubling</a>: twice' in contents(decks)
    assert 'href="04_x.html"' in contents(decks)


def test_a_folder_of_something_else_is_left_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(Path(__file__).parents[2])
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["slides", str(tmp_path)]) == 2
    assert "holds something else than slides" in capsys.readouterr().err
    assert main(["slides", str(tmp_path / "mine.txt")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_decks_are_written_whole_and_again(tmp_path, monkeypatch, capsys):
    for package in (npm.REVEAL, npm.MATHJAX):
        try:
            npm.tarball(package)
        except UserError as error:
            pytest.skip(str(error))
    monkeypatch.chdir(Path(__file__).parents[2])
    folder = tmp_path / "decks"
    for _ in range(2):
        assert main(["slides", str(folder), "5"]) == 0
    assert "05_initialization.html" in capsys.readouterr().out
    for needed in ("index.html", "slides.css", "reveal/dist/reveal.js", "reveal/plugin/notes/notes.js"):
        assert (folder / needed).is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["decks"]


def test_a_solved_notebook_that_is_behind_its_source_is_named(root, read, monkeypatch, capsys):
    read(PLAIN, MARKED)
    monkeypatch.chdir(root)
    assert main(["slides", str(root / "decks")]) == 2
    assert "03_doubling.ipynb is not what its source says: run `dlcourse build" in capsys.readouterr().err
    assert not (root / "decks").exists()
