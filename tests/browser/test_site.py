"""The web site in Chromium: every page, in both themes, on a screen and on a telephone."""

import functools
import json
import re
import tarfile
import threading
import time
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile

import pytest

from dlcourse.authoring import npm
from dlcourse.course.errors import UserError

from .conftest import chromium

pytestmark = pytest.mark.browser

AXE = npm.Package("axe-core", "4.14.1", "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745")
LOGS = {"browser": "ALL", "performance": "ALL"}
SCREEN, TELEPHONE = (1280, 1000), (390, 844)
PICTURED = (
    "index", "decisions", "first_weights", "loss_nan", "gallery", "corrections", "commands",
    "lessons/07_momentum", "lessons/08_adaptive_methods", "teaching/03_activations", "teaching/course",
    "ko/index", "ko/lessons/03_activations",
)  # fmt: skip
OTHER_KINDS = (
    "about",
    "authors",
    "instructors",
    "pytorch",
    "teaching/refresher",
    "generated/dlcourse.optimizers",
)
EXAMINED = (*PICTURED, *OTHER_KINDS)  # axe takes its time: the rest with --long

READY = """
const done = arguments[0];
(window.MathJax?.startup?.promise ?? Promise.resolve()).then(() => requestAnimationFrame(() => done()));
"""
MATHS = """
return {due: document.querySelectorAll(".math").length,
        drawn: document.querySelectorAll("mjx-container").length,
        wrong: [...document.querySelectorAll("mjx-merror")].map(one => one.textContent)};
"""
# Folds are opened. A page of code has thousands of words in a dozen colours: of each colour axe looks at one.
PREPARE = """
for (const fold of document.querySelectorAll("details")) fold.open = true;
const seen = new Set();
for (const word of document.querySelectorAll(".highlight span[class]"))
    if (seen.has(word.className)) word.replaceWith(...word.childNodes); else seen.add(word.className);
for (const pre of document.querySelectorAll(".highlight pre")) pre.normalize();
"""
CHECK = """
const [theme, rules, done] = arguments;
document.body.dataset.theme = theme;
const options = {runOnly: rules, resultTypes: ["violations"]};
const said = (rule, node) => `${theme}: ${rule.id}: ${node.html.slice(0, 120)}`;
axe.run({exclude: ["mjx-math"]}, options).then(found => done(
    found.violations.flatMap(rule => rule.nodes.map(node => said(rule, node)))));
"""
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}  # all that another theme can change


@dataclass
class Visit:
    """What a page did when it was opened."""

    console: list[str]
    requests: list[str]
    maths: dict
    width: int
    violations: list[str]


@pytest.fixture(scope="module")
def address(site):
    """The site on a server of this machine."""
    handler = functools.partial(_Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    driver = chromium(tmp_path_factory.mktemp("reader"), LOGS)
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def axe():
    """The source of axe-core; None where the registry cannot be reached."""
    try:
        with tarfile.open(npm.tarball(AXE)) as archive:
            return archive.extractfile("package/axe.min.js").read().decode()
    except UserError:
        return None


@pytest.fixture(scope="module")
def visits(site, address, reader, axe, request):
    """Every page, opened once."""
    pictures, long = (request.config.getoption(name) for name in ("--screenshots", "--long"))
    found = {}
    for path in sorted(site.rglob("*.html")):
        page = path.relative_to(site).as_posix()
        found[page] = visit(reader, address + page, axe if long or examined(page) else None, pictures)
    return found


def examined(page):
    return page.removesuffix(".html") in EXAMINED


def visit(driver, url, axe, pictures):
    resize(driver, SCREEN)
    driver.get(url)
    driver.execute_async_script(READY)
    maths = driver.execute_script(MATHS)
    name = next((page for page in PICTURED if pictures and url.endswith(f"/{page}.html")), None)
    for theme in ("dark", "light") if name else ():
        picture(driver, f"{pictures}/{name.replace('/', '-')}", theme)
    found = []
    if axe:
        driver.execute_script(PREPARE + axe)
        found += driver.execute_async_script(CHECK, "light", WCAG)
        found += driver.execute_async_script(CHECK, "dark", CONTRAST)
    resize(driver, TELEPHONE)
    if name:
        picture(driver, f"{pictures}/{name.replace('/', '-')}-390", "light")
    if axe:
        found += [f"390 px, {one}" for one in driver.execute_async_script(CHECK, "light", WCAG)]
    width = driver.execute_script("return document.documentElement.scrollWidth")
    return Visit(console(driver), requests(driver), maths, width, found)


def resize(driver, size):
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.execute_async_script(READY)  # a frame later the page has noticed


def picture(driver, name, theme):
    driver.execute_script("document.body.dataset.theme = arguments[0]", theme)
    time.sleep(0.5)
    driver.save_screenshot(f"{name}-{theme}.png")


def console(driver):
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver):
    """The addresses that the page has asked for."""
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def test_every_page_loads_without_a_word_on_the_console(visits):
    assert {page: visit.console for page, visit in visits.items() if visit.console} == {}


def test_no_page_asks_another_host(visits, address):
    ours = (address, "data:", "chrome")  # the last is the empty page that Chromium opens with
    strangers = {
        page: [url for url in visit.requests if not url.startswith(ours)] for page, visit in visits.items()
    }
    assert {page: urls for page, urls in strangers.items() if urls} == {}
    assert all(visit.requests for visit in visits.values())


def test_all_maths_is_drawn(visits):
    wrong = {page: visit.maths for page, visit in visits.items() if visit.maths["wrong"]}
    missing = [page for page, visit in visits.items() if visit.maths["drawn"] < visit.maths["due"]]
    assert (wrong, missing) == ({}, [])
    assert all(visit.maths["drawn"] for page, visit in visits.items() if "lessons/" in page)


def test_nothing_scrolls_sideways_on_a_telephone(visits):
    assert {page: visit.width for page, visit in visits.items() if visit.width > TELEPHONE[0]} == {}


def test_axe_finds_no_violation_of_wcag_a_or_aa_in_either_theme(visits, axe):
    if axe is None:
        pytest.skip("axe-core cannot be had from the npm registry")
    assert {page: visit.violations[:5] for page, visit in visits.items() if visit.violations} == {}


# Whether two letters look the same, as those do that no font has.
SAME_LETTER = """
const done = arguments[0], family = getComputedStyle(document.body).fontFamily;
const drawn = letter => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    pen.font = `40px ${family}`;
    pen.fillText(letter, 5, 50);
    return canvas.toDataURL();
};
document.fonts.load(`40px ${family}`, "가힣").then(() => done(drawn("가") === drawn("힣")));
"""


def test_hangul_is_drawn_whatever_fonts_the_reader_has(reader, address):
    reader.get(address + "ko/lessons/03_activations.html")
    assert not reader.execute_async_script(SAME_LETTER)


def test_an_english_page_asks_for_no_font(visits):
    """Those visited before the first in Korean: Chromium hands out once more, to the rest, what it has."""
    before = list(takewhile(lambda page: not page.startswith("ko/"), visits))
    assert {"index.html", "glossary.html"} <= set(before)
    assert [page for page in before if any("/hangul/" in url for url in visits[page].requests)] == []


LOOK = """
const fold = document.querySelector("details.hide pre");
const cell = document.querySelector("div.cell > .cell_input pre");
fold.closest("details").open = true;
const ground = one => getComputedStyle(one).backgroundColor;
return {fold: getComputedStyle(fold).fontSize, cell: getComputedStyle(cell).fontSize,
        code: ground(cell.closest(".highlight")), page: ground(document.body)};
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_is_of_one_size_in_a_fold_and_outside_and_stands_out_from_the_page(reader, address, theme):
    reader.get(address + "lessons/03_activations.html")
    reader.execute_script("document.body.dataset.theme = arguments[0]", theme)
    seen = reader.execute_script(LOOK)
    assert seen["fold"] == seen["cell"]
    colours = [[int(number) for number in re.findall(r"\d+", seen[one])[:3]] for one in ("code", "page")]
    assert max(abs(a - b) for a, b in zip(*colours, strict=True)) > 3


def test_a_name_in_the_reference_is_not_broken_on_a_telephone(reader, address):
    resize(reader, TELEPHONE)
    reader.get(address + "generated/dlcourse.optimizers.html")
    names = reader.execute_script(
        "return [...document.querySelectorAll('.sig-name, .sig-param .n')]"
        ".filter(one => one.getClientRects().length > 1).map(one => one.textContent)"
    )
    assert names == []


PIECES = """
const lines = code => {
    const range = document.createRange(), seen = [];
    for (const node of [...code.childNodes].filter(one => one.nodeType === Node.TEXT_NODE)) {
        range.selectNodeContents(node);
        if (range.getClientRects().length > 1) seen.push(code.textContent);
    }
    return seen;
};
return [...document.querySelectorAll("table.sentences code .pre")].flatMap(lines);
"""


def test_names_in_the_tables_are_broken_between_their_words_only(reader, address):
    resize(reader, SCREEN)
    reader.get(address + "traceability.html")
    assert reader.execute_script(PIECES) == []


PHONE = """
const box = one => document.querySelector(one).getBoundingClientRect();
const legend = document.querySelector("figure.race .legend");
return {thumbnail: box("ul.cards img").width, fit: getComputedStyle(legend).objectFit,
        legend: box("figure.race .legend"), plot: box("#front-race"),
        height: document.documentElement.scrollHeight};
"""


@pytest.mark.parametrize("name", ["index", "ko/index", "instructors", "where_it_runs"])
def test_no_command_is_cut_on_a_telephone(reader, address, name):
    resize(reader, TELEPHONE)
    reader.get(f"{address}{name}.html")
    cut = "return [...document.querySelectorAll('pre.command')].map(one => one.scrollWidth - one.clientWidth)"
    assert max(reader.execute_script(cut)) <= 0


def test_the_first_page_on_a_telephone_has_no_thumbnails_and_a_legend_to_read(reader, address):
    resize(reader, TELEPHONE)
    reader.get(address + "index.html")
    seen = reader.execute_script(PHONE)
    assert seen["thumbnail"] == 0
    assert (seen["legend"]["width"], seen["fit"]) == (240, "none"), (
        "it is shown in the size in which it was drawn"
    )
    assert seen["legend"]["top"] >= seen["plot"]["bottom"]
    assert seen["height"] < 7 * TELEPHONE[1]


def test_the_three_ways_in_are_above_the_fold(reader, address):
    resize(reader, (1280, 800))
    reader.get(address + "index.html")
    assert (
        reader.execute_script("return document.querySelector('ul.ways').getBoundingClientRect().bottom") < 800
    )


@pytest.mark.parametrize(("theme", "darkened"), [("light", False), ("dark", True)])
@pytest.mark.parametrize(
    ("name", "picture"), [("index", "#front-race"), ("index", "ul.cards img"), ("gallery", "ul.gallery img")]
)
def test_plots_on_white_are_dark_in_the_dark_theme(reader, address, name, picture, theme, darkened):
    reader.get(f"{address}{name}.html")
    reader.execute_script("document.body.dataset.theme = arguments[0]", theme)
    script = "return getComputedStyle(document.querySelector(arguments[0])).filter"
    assert ("invert" in reader.execute_script(script, picture)) is darkened


FOUND = "return [...document.querySelectorAll('#search-results li > a')].map(one => one[arguments[0]])"


def search(driver, page, words, seconds=20):
    """The titles that a search gives."""
    driver.get(f"{page}?q={words}")
    deadline = time.monotonic() + seconds
    while not driver.find_elements("css selector", "#search-results li a"):
        assert time.monotonic() < deadline, f"a search for {words} finds nothing"
        time.sleep(0.1)
    time.sleep(0.5)
    return driver.execute_script(FOUND, "textContent")  # at once, since what is there twice is taken away


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("adam_step_uncorrected", "08 · Adaptive methods"),  # a name in code
        ("weight_decay", "optimizers"),  # an argument
        ("why+my+gradient+wrong", "02 · Gradient check"),
        ("saddle", "08 · Adaptive methods"),  # prose
        ("퍼셉트론", "English and Korean, term by term"),
        ("확률", "03 · 활성화함수"),  # which it has with particles alone
        ("학습률처럼", "03 · 활성화함수"),  # with another particle, or none
        ("층", "03 · 활성화함수"),
    ],
)
def test_search_finds_code_and_prose(reader, address, words, title):
    assert any(found.startswith(title) for found in search(reader, address + "search.html", words))


def settled(driver, page, words):
    """The places that a search leads to, once every page that it names has been read."""
    search(driver, page, words)
    deadline = time.monotonic() + 60
    while driver.find_elements("css selector", "#search-results li:not(:has(p.context, span))"):
        assert time.monotonic() < deadline, f"what was found for {words} is not read"
        time.sleep(0.1)
    links = driver.execute_script(FOUND, "href")
    return [link.removeprefix(page.removesuffix("search.html")) for link in links]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("which+optimizer", "which-optimizer"),
        ("which+optimizer+should+I+use", "which-optimizer"),
        ("how+do+I+find+a+learning+rate", "which-learning-rate"),
        ("Xavier", "which-first-weights-xavier-he-or-lecun"),
        ("warm-up", "a-warm-up"),
        ("dying+ReLU", "dying-relu-units"),
        ("loss+nan", "why-is-my-loss-nan"),
        ("GELU+init", "first-weights-for-gelu-and-silu-which-initialisation"),
        ("is+weight+decay+the+same+as+L2", "is-weight-decay-the-same-as-l2"),
    ],
)
def test_the_answer_to_a_question_is_found_first_and_no_place_twice(reader, address, words, first):
    found = settled(reader, address + "search.html", words)
    assert found[0] == f"decisions.html#q-{first}"
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("is+weight+decay+the+same+as+L2", "09_weight_penalties.html#l2-large-weights-cost"),
        ("saddle", "08_adaptive_methods.html#the-saddle-point"),  # a word of a heading
        ("perceptron+bend", "03_activations.html#"),  # words of a text
    ],
)
def test_a_lesson_that_is_found_is_opened_at_the_section_with_the_words(reader, address, words, place):
    found = settled(reader, address + "search.html", words)
    lessons = [link for link in found if link.startswith("lessons/")]
    assert lessons[0].startswith(f"lessons/{place}")
    reader.get(address + lessons[0])
    anchor = reader.execute_script("return document.getElementById(location.hash.slice(1))?.localName")
    assert anchor in ("section", "span")


def test_a_word_is_found_first_in_the_language_that_the_reader_reads(reader, address):
    page = address + "search.html"
    english, korean = settled(reader, page, "sigmoid"), settled(reader, page, "sigmoid&lang=ko")
    assert "ko/" not in "".join(english[:3]) and korean[0].startswith("ko/lessons/03")
    for word in ("시그모이드", "휘어짐이"):
        assert settled(reader, page, word)[0].startswith("ko/lessons/03_activations.html#ko-03-")


def test_all_words_of_a_korean_question_are_looked_for(reader, address):
    places = settled(reader, address + "search.html", "시그모이드+포화")
    assert places[0].startswith("ko/lessons/03_activations.html#ko-03-")
    with pytest.raises(AssertionError, match="finds nothing"):
        search(reader, address + "search.html", "시그모이드+고양이", seconds=3)


def test_a_search_typed_on_a_korean_page_looks_there_first(reader, address):
    reader.get(address + "ko/lessons/03_activations.html")
    box = reader.find_element("css selector", "form.sidebar-search-container input[name=q]")
    box.send_keys("sigmoid")
    box.submit()
    deadline = time.monotonic() + 20
    while not reader.execute_script(FOUND, "href"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "/ko/lessons/" in reader.execute_script(FOUND, "href")[0]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Adam", "lessons/08_adaptive_methods.html#adam-momentum-and-a-rate-of-one-s-own"),
        ("L2", "lessons/09_weight_penalties.html#l2-large-weights-cost"),
        ("gradient+check", "lessons/02_gradient_check.html"),
        ("exam", "instructors.html#slides-and-questions-for-an-exam"),  # not "Which examples?"
        ("grade", "instructors.html#grading"),
        ("licence", "about.html#what-does-it-cost-and-under-which-licence"),
        ("license", "about.html#what-does-it-cost-and-under-which-licence"),
        ("cost", "about.html#what-does-it-cost-and-under-which-licence"),
        ("GPU", "about.html#does-it-need-a-gpu-how-many-seconds-does-a-cell-take"),
        ("seconds", "about.html#does-it-need-a-gpu-how-many-seconds-does-a-cell-take"),  # not "a second look"
        ("mistake", "about.html#found-a-mistake-whom-to-tell-and-where-to-report-it"),
        ("solution", "about.html#where-are-the-solutions"),
    ],
)
def test_what_a_stranger_types_first_is_found_first(reader, address, words, place):
    assert settled(reader, address + "search.html", words)[0] == place


def test_what_is_found_of_grading_says_the_command(reader, address):
    settled(reader, address + "search.html", "grade")
    said = reader.find_element("css selector", "#search-results li p.context").text
    assert "dlcourse grade" in said


def test_pages_opened_as_files_work_too(reader, site):
    reader.get("about:blank")  # what an earlier page still asked for is no matter
    console(reader), requests(reader)
    reader.get((site / "lessons" / "03_activations.html").as_uri())
    reader.execute_async_script(READY)
    maths = reader.execute_script(MATHS)
    assert maths["drawn"] >= maths["due"] > 20
    assert search(reader, (site / "search.html").as_uri(), "collapse_linear")
    assert console(reader) == []
    assert [url for url in requests(reader) if not url.startswith(("file:", "data:", "chrome"))] == []
