"""The web site, read as files: its links, its figures, its answers, and what its pages claim."""

import base64
import io
import json
import re
import shlex
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
import numpy as np
import polib
import pytest
from PIL import Image, ImageSequence

import dlcourse
from dlcourse import cli
from dlcourse.grading.book.policy import Policy

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not (ROOT / "docs").exists(), reason="not in a clone")

LESSONS = sorted(path.stem for path in (ROOT / "solutions").glob("*.ipynb"))


class Page(HTMLParser):
    """The links of a page, the places in it and its pictures."""

    def __init__(self, path):
        super().__init__()
        self.links, self.places, self.images = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "img":
            self.images.append(given)


@cache
def page(path):
    return Page(path)


def broken(site):
    """Links that lead to no file, or to no place in it: `page → link`."""
    for path in sorted(site.rglob("*.html")):
        for link in page(path).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            place = unquote(parts.fragment)
            if not (target.is_file() and has(target, place)):
                yield f"{path.relative_to(site)} → {link}"


def has(target, place):
    return not place or target.suffix != ".html" or place in page(target).places


def test_every_link_within_the_site_leads_somewhere(site):
    assert list(broken(site)) == []


def test_every_link_of_the_site_with_answers_elsewhere_leads_somewhere(site_with_links):
    assert list(broken(site_with_links)) == []


def test_nothing_is_loaded_from_elsewhere(site):
    """Not even by style sheets: only what a reader clicks on may leave the site."""
    remote = re.compile(r"""(?:src=|<link[^>]*href=|url\(|@import\s*)["']?\s*(?:https?:)?//[^"')\s]+""")
    found = {
        str(path.relative_to(site)): remote.findall(path.read_text(encoding="utf-8"))
        for pattern in ("*.html", "*.css")
        for path in site.rglob(pattern)
    }
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


@pytest.mark.parametrize("stem", LESSONS)
def test_every_figure_of_a_lesson_is_on_its_page_and_in_the_gallery_with_its_words(site, stem):
    cells = json.loads((ROOT / "solutions" / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    due = {o["metadata"]["image/png"]["alt"] for o in outputs if "image/png" in o.get("data", {})}
    assert due
    for path in (site / "lessons" / f"{stem}.html", site / "gallery.html"):
        assert due <= {" ".join(image["alt"].split()) for image in page(path).images}


KOREAN = sorted(
    path.stem
    for path in (ROOT / "translations" / "ko").glob("??_*.po")
    if path.stem in LESSONS and polib.pofile(str(path)).translated_entries()
)


def lesson_pages(site, stem):
    return site / "lessons" / f"{stem}.html", site / "ko" / "lessons" / f"{stem}.html"


def test_every_lesson_that_is_translated_has_a_page_in_korean(site):
    assert KOREAN and sorted(path.stem for path in (site / "ko" / "lessons").glob("*.html")) == KOREAN
    index = page(site / "ko" / "index.html").links
    assert {f"../ko/lessons/{stem}.html" for stem in KOREAN} <= set(index)
    assert {f"../lessons/{stem}.html" for stem in set(LESSONS) - set(KOREAN)} <= set(index)


@pytest.mark.parametrize("stem", [*KOREAN, "index"])
def test_a_page_says_its_language_and_leads_to_the_other(site, stem):
    pair = (site / "index.html", site / "ko" / "index.html") if stem == "index" else lesson_pages(site, stem)
    for path, other, spoken, there in ((*pair, "en", "ko"), (*reversed(pair), "ko", "en")):
        html = path.read_text(encoding="utf-8")
        assert re.search(r'<html [^>]*lang="(\w+)"', html)[1] == spoken
        for form in (
            rf'<link rel="alternate" hreflang="{there}" href="([^"]+)"',
            rf'<a lang="{there}"[^>]* href="([^"]+)"',
        ):
            assert (path.parent / re.search(form, html)[1]).resolve() == other.resolve()


def test_pages_in_one_language_alone_lead_to_no_other(site):
    for name in ("glossary", "search", "generated/dlcourse.optimizers"):
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        assert 'lang="en"' in html[:200] and "hreflang" not in html


@pytest.mark.parametrize("stem", KOREAN)
def test_a_korean_page_has_the_places_and_the_pictures_of_the_english_one(site, stem):
    nodes = pytest.importorskip("docutils.nodes")
    ours, theirs = map(page, lesson_pages(site, stem))
    mark = f"ko-{stem[:2]}-"
    places = {nodes.make_id(place.removeprefix(mark)) for place in theirs.places if place.startswith(mark)}
    assert len(places) > 20 and places <= ours.places
    assert [image["alt"] for image in ours.images] == [image["alt"] for image in theirs.images]


@pytest.mark.parametrize("stem", KOREAN)
def test_a_korean_page_marks_what_is_english(site, stem):
    html = lesson_pages(site, stem)[1].read_text(encoding="utf-8")
    assert "<!-- en -->" not in html and "<!-- /en -->" not in html
    assert '<div class="highlight-' not in html and '<div class="cell_output' not in html
    assert re.search(r"<h1>\d\d · [^<]*[가-힣]", html)


def test_a_font_with_hangul_comes_with_the_site(site):
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    (address,) = re.findall(r'url\("(hangul/[^"]+)"\)', style)
    assert (site / "_static" / address).read_bytes()[:4] == b"wOF2"
    assert (site / "_static" / "hangul" / "LICENSE").exists()


def test_every_picture_has_words_and_a_size(site):
    bare = [
        (path.name, image["src"])
        for path in site.rglob("*.html")
        for image in page(path).images
        if not image.get("alt") or (not image["src"].startswith("data:") and "width" not in image)
    ]
    assert bare == []


def test_the_reference_has_no_words_but_its_docstrings(site):
    pages = list((site / "generated").glob("*.html"))
    assert {path.stem for path in pages} == {f"dlcourse.{name}" for name in dlcourse._REFERENCE}
    assert [path.name for path in pages if "Alias for field" in path.read_text(encoding="utf-8")] == []


def test_command_lines_are_not_coloured_as_python(site):
    for name in ("index.html", "instructors.html"):
        assert "highlight-text" in (html := (site / name).read_text(encoding="utf-8"))
        assert "highlight-default" not in html


def test_answers_are_behind_folds(site):
    html = (site / "lessons" / "03_activations.html").read_text(encoding="utf-8")
    folds = re.findall(r'<details class="[^"]*\bhide .*?</details>', html, re.DOTALL)
    said = {re.search(r"Show ([^<]+)<", fold)[1] for fold in folds}
    assert {"the solution: sigmoid", "the answers", "a guess", "what is right, and why"} <= said
    in_sight = html
    for fold in folds:
        in_sight = in_sight.replace(fold, "")
    for answer in ("product = product @ w", "linear_share_guess = 0.75", "q1: b is right"):
        assert answer in text("".join(folds)) and answer not in text(in_sight)


def text(html):
    return re.sub(r"<[^>]+>", "", html)


def test_answers_elsewhere_are_one_click_away(site_with_links):
    path = site_with_links / "lessons" / "03_activations.html"
    blank = text(path.read_text(encoding="utf-8"))
    solved = text((site_with_links / "solutions" / "03_activations.html").read_text(encoding="utf-8"))
    for answer in ("product = product @ w", "linear_share_guess = 0.75", "q1: b is right"):
        assert answer in solved and answer not in blank
    assert "raise NotImplementedError" in blank
    assert "differ by less than 1e-12: True" in blank, "what demonstrations printed stays"
    links = {link for link in page(path).links if "solved-" in link}
    assert "../solutions/03_activations.html#solved-03-cell-collapse-linear" in links


def test_readme_leads_to_each_answer_in_two_clicks():
    """One to the page, which has the answer, and one to the experiment behind it."""
    assert "](docs/decisions.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    answers = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    for question in ("Which optimizer?", "Which first weights", "Is the gradient right?"):
        form = rf"^### {re.escape(question)}.*\n\*\*.+\*\* .+\n\[.+\.ipynb\)$"
        assert re.search(form, answers, re.MULTILINE)


QUESTIONS = {
    "Which optimizer?": ("lessons/08_adaptive_methods.html", "dlcourse.optimizers.html"),
    "Which initialisation?": ("lessons/05_initialization.html", "dlcourse.initializers.html"),
    "Why is my gradient wrong?": ("lessons/02_gradient_check.html", "dlcourse.gradient_check.html"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_first_page_answers_and_leads_to_the_experiment_and_the_code(site, question):
    html = (site / "index.html").read_text(encoding="utf-8")
    (answer,) = (part for part in re.findall(r"<p>.*?</p>", html, re.DOTALL) if question in part)
    for target in QUESTIONS[question]:
        assert re.search(rf'href="[^"]*{re.escape(target)}', answer)


def test_the_page_on_pytorch_has_each_lesson_that_says_something_of_it(site):
    cells = {
        stem: json.loads((ROOT / "solutions" / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
        for stem in LESSONS
    }
    texts = {stem: "".join(line for cell in cells[stem] for line in cell["source"]) for stem in LESSONS}
    due = {f"lessons/{stem}.html#in-pytorch" for stem in LESSONS if "\n## In PyTorch\n" in f"\n{texts[stem]}"}
    found = page(site / "pytorch.html")
    assert due and due <= {re.sub(r"#.*in-pytorch", "#in-pytorch", link) for link in found.links}
    assert "pytorch.html" in page(site / "index.html").links


def test_every_row_of_the_traceability_table_has_its_three_links(site):
    html = (site / "traceability.html").read_text(encoding="utf-8")
    rows = re.findall(r"<tr class=\"row-.*?</tr>", html, re.DOTALL)[1:]
    assert len(rows) > 70
    poor = [row for row in rows if len(re.findall(r'href="(?:lessons|generated)/[^"]+#', row)) != 3]
    assert poor == []


CORRECTIONS = re.findall(
    r"^\| (X\d+) \|.*\[([^]]+)\]\(\.\./solutions/(\d\d_\w+)\.ipynb#([\w-]+)\) \| \[(\d\d) · (.+)\]\(",
    (ROOT / "docs" / "corrections.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_every_correction_is_listed():
    assert [number for number, *_ in CORRECTIONS] == [f"X{number}" for number in range(1, 15)]


def numbers(text):
    """Those in a text, without the 2 of x² or of 1/t^2."""
    return {float(found) for found in re.findall(r"(?<![\w/^.])\d+(?:\.\d+)?", text)}


@pytest.mark.parametrize(
    ("number", "measured", "stem", "cell", "lesson", "heading"), CORRECTIONS, ids=[c[0] for c in CORRECTIONS]
)
def test_a_correction_quotes_its_cell_and_leads_to_where_it_is_explained(
    number, measured, stem, cell, lesson, heading
):
    cells = json.loads((ROOT / "solutions" / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    (found,) = (one for one in cells if one["id"] == cell)
    printed = "".join("".join(output.get("text", ())) for output in found["outputs"])
    assert numbers(measured) and numbers(measured) <= numbers(printed)
    source = (ROOT / "solutions" / f"{stem}.py").read_text(encoding="utf-8")
    assert stem.startswith(lesson) and f"Correction {number}." in source
    traced = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| {number} .* \| {lesson} · {re.escape(heading)} \|", traced, re.MULTILINE)


def test_the_guide_names_commands_and_options_that_there_are(capsys):
    guide = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    commands = [
        shlex.split(line, comments=True) for line in re.findall(r"^dlcourse (.+)$", guide, re.MULTILINE)
    ]
    assert len(commands) >= 7
    for command in commands:
        cli._parser(command).parse_args(command)
    for name in {command[0] for command in commands}:
        with pytest.raises(SystemExit):
            cli.main([name, "--help"])
    assert set(re.findall(r"`(--[\w-]+)", guide)) <= set(re.findall(r"--[\w-]+", capsys.readouterr().out))


def test_the_policies_in_the_guide_are_ones_that_grading_reads():
    guide = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    whole, unfair, part, in_words = (
        msgspec.toml.decode(example.encode(), type=Policy)
        for example in re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    )
    assert set(unfair.withdrawn["03_activations"]) == {"sigmoid", "tanh_derivative"}
    assert whole.adjustments[0].points == 3
    assert list(part.handed_in) == ["lovelaceada_77"]
    assert in_words.adjustments[0].bonus == 5


def test_every_page_says_whom_to_tell_of_a_mistake(site):
    silent = [
        path.name
        for path in site.rglob("*.html")
        if path.name != "search.html" and '<p class="mistake">' not in path.read_text(encoding="utf-8")
    ]
    assert silent == []


def test_the_sidebar_has_one_line_for_the_pages_of_all_lessons_in_class(site):
    html = (site / "index.html").read_text(encoding="utf-8")
    lines = re.findall(r'<li class="toctree-l1[^"]*"><a class="[^"]*" href="([^"]+)"', html)
    assert [line for line in lines if line.startswith(("instructors", "teaching"))] == [
        "instructors.html", "teaching/course.html", "teaching/refresher.html",
    ]  # fmt: skip
    assert lines.index("loss_nan.html") == lines.index("decisions.html") + 1
    assert {f"teaching/{stem}.html" for stem in LESSONS} <= set(page(site / "index.html").links)


def test_the_first_page_shows_what_the_check_says_of_a_wrong_answer(site):
    said = text((site / "index.html").read_text(encoding="utf-8"))
    for words in (
        "return 1 / (1 + np.exp(x))",
        "sigmoid: not right yet",
        "Likely cause: The sign of the exponent",
    ):
        assert words in said


def test_on_a_telephone_the_race_is_cut_between_plot_and_legend():
    from dlcourse.authoring.site.cards import LEGEND, PLOT

    notebook = json.loads((ROOT / "solutions" / "08_adaptive_methods.ipynb").read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "contour-animation")
    (png,) = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", json.dumps(cell["outputs"]))
    with Image.open(io.BytesIO(base64.b64decode(png))) as opened:
        frames = [np.asarray(frame.convert("L")) < 250 for frame in ImageSequence.Iterator(opened)]
    ink = np.any(frames, axis=0)
    height, width = ink.shape
    assert ink[:, :PLOT].any() and not ink[:, PLOT].any()
    rows = np.flatnonzero(ink[:, PLOT:].any(axis=1))
    top = 0.47 * (height - LEGEND[1])  # as site.css has it
    assert width - PLOT == LEGEND[0] and top <= rows[0] and rows[-1] < top + LEGEND[1]


def test_a_repository_that_has_an_address_is_linked_to():
    jinja2 = pytest.importorskip("jinja2")
    template = jinja2.Template((ROOT / "docs" / "_templates" / "source.html").read_text(encoding="utf-8"))
    assert '<a href="https://example.org/course">Source</a>' in template.render(
        repository="https://example.org/course"
    )
    assert template.render(repository="").strip() == ""


def test_the_figures_that_stand_for_lessons_are_there():
    from dlcourse.authoring.site.cards import FACES

    for stem, face in FACES.items():
        cells = json.loads((ROOT / "solutions" / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
        assert any("image/png" in str(cell.get("outputs")) for cell in cells if cell["id"] == face), stem
