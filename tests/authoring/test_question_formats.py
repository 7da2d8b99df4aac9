"""The files of the question bank, read by a parser that is not ours or by what their formats say."""

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dlcourse.authoring import npm
from dlcourse.authoring.questions import formats
from dlcourse.authoring.questions.write import BANKS, read_bank
from dlcourse.cli import main
from dlcourse.course.errors import UserError

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "questions").glob(BANKS))
pytestmark = pytest.mark.skipif(not LESSONS, reason="not in a clone")
GIFT = npm.Package("gift-pegjs", "1.0.2", "b15e322e9f9145c753bee378a12c31b9f45526f472ac81186a0ff706722f1c7d")
READ = """
const { parse } = require(process.argv[1]);
console.log(JSON.stringify(parse(require("fs").readFileSync(0, "utf8"))));
"""


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def drawn(request):
    """The stem of a lesson and its questions."""
    return request.param.stem, read_bank(request.param).draw(3)


def html(text):
    """What a reader makes of text in HTML: its words, without tags or space at the ends."""
    return " ".join("".join(ElementTree.fromstring(f"<div>{text}</div>").itertext()).split())


@pytest.fixture(scope="session")
def gift_parser(tmp_path_factory):
    """A parser of GIFT from npm, for Node.js."""
    if not shutil.which("node"):
        pytest.skip("no Node.js: a parser of GIFT needs it")
    folder = tmp_path_factory.mktemp("gift")
    try:
        npm.unpack(GIFT, r"pegjs-gift\.js", folder)
    except UserError as error:
        pytest.skip(str(error))
    return folder / "pegjs-gift.js"


def test_gift_is_read_by_a_parser_of_others(drawn, gift_parser):
    stem, questions = drawn
    command = ["node", "-e", READ, str(gift_parser)]
    text = formats.gift(stem, questions)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    category, *found = json.loads(done.stdout)
    assert category["title"] == f"$course$/top/dlcourse/{stem}"
    for question, read in zip(questions, found, strict=True):
        assert read["type"] == "MC"
        right = [choice["isCorrect"] for choice in read["choices"]]
        assert right == [option.right for option in question.options]
        for option, choice in zip(question.options, read["choices"], strict=True):
            assert html(choice["text"]["text"]) == html(formats.to_line(option.text))
            assert html(choice["feedback"]["text"]) == html(formats.to_line(option.why))


def test_moodle_xml_has_a_category_and_one_right_answer_a_question(drawn):
    stem, questions = drawn
    quiz = ElementTree.fromstring(formats.moodle(stem, questions))
    category, *found = quiz.findall("question")
    assert category.findtext("category/text") == f"$course$/top/dlcourse/{stem}"
    assert [one.get("type") for one in found] == ["multichoice"] * len(questions)
    names = [one.findtext("name/text") for one in found]
    assert len(set(names)) == len(names)
    for question, one in zip(questions, found, strict=True):
        fractions = [answer.get("fraction") for answer in one.findall("answer")]
        assert fractions == ["100" if option.right else "0" for option in question.options]
        assert all(answer.findtext("feedback/text") for answer in one.findall("answer"))
        assert one.find("questiontext").get("format") == "html" and one.findtext("single") == "true"


def test_qti_refers_to_what_it_has(drawn):
    stem, questions = drawn
    with zipfile.ZipFile(io.BytesIO(formats.qti(stem, questions, 3))) as archive:
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        (file,) = manifest.iter(f"{{{formats.PACKAGE}}}file")
        root = ElementTree.fromstring(archive.read(file.get("href")))
    items = list(root.iter(f"{{{formats.QTI}}}item"))
    assert len({item.get("ident") for item in items}) == len(items) == len(questions)
    for question, item in zip(questions, items, strict=True):
        labels = [one.get("ident") for one in item.iter(f"{{{formats.QTI}}}response_label")]
        said = {one.get("ident") for one in item.iter(f"{{{formats.QTI}}}itemfeedback")}
        linked = {one.get("linkrefid") for one in item.iter(f"{{{formats.QTI}}}displayfeedback")}
        scored = [
            condition.find(f".//{{{formats.QTI}}}varequal").text
            for condition in item.iter(f"{{{formats.QTI}}}respcondition")
            if condition.find(f"{{{formats.QTI}}}setvar") is not None
        ]
        assert linked == said and len(said) == len(labels)
        assert scored == [labels[[option.right for option in question.options].index(True)]]


def test_answers_stand_apart_from_the_questions_on_paper(drawn):
    stem, questions = drawn
    asked, told = formats.paper(stem, questions), formats.answers(stem, questions)
    for number, question in enumerate(questions, 1):
        letter = "abcd"[[option.right for option in question.options].index(True)]
        assert f"**{number}. {letter}**" in told and f"**{number}.** {question.text}" in asked
        assert not any(option.why in asked for option in question.options)


def test_the_same_seed_gives_the_same_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    for folder in ("a", "b"):
        for form in ("moodle", "gift", "qti", "markdown"):
            assert main(["questions", str(tmp_path / folder), "5", "--format", form, "--seed", "4"]) == 0
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == [f"05_initialization-4{end}" for end in ("-answers.md", ".gift", ".md", ".xml", ".zip")]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (tmp_path / "file").touch()
    assert main(["questions", str(tmp_path / "file")]) == 2
    assert "name a folder" in capsys.readouterr().err


def test_a_seed_below_0_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(["questions", str(tmp_path / "new"), "5", "--seed", "-1"]) == 2
    assert "a whole number from 0 on, not -1" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
