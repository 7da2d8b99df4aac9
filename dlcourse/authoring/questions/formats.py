"""Drawn questions as Moodle XML, GIFT, QTI 1.2 for Canvas, and as Markdown for paper.

    https://docs.moodle.org/en/Moodle_XML_format
    https://docs.moodle.org/en/GIFT_format
    https://www.imsglobal.org/question/qtiv1p2/imsqti_litev1p2.html, with the metadata that Canvas reads

In the first three, texts are HTML, with formulas as MathJax reads them, which Moodle and Canvas use.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from dlcourse.authoring.markup import to_html, to_line
from dlcourse.authoring.questions.bank import Option, Question

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def moodle(lesson: str, questions: Iterable[Question]) -> bytes:
    """Moodle XML, in a category of the lesson."""
    quiz = Element("quiz")
    category = SubElement(quiz, "question", type="category")
    _text(SubElement(category, "category"), f"$course$/top/dlcourse/{lesson}")
    for question in questions:
        one = SubElement(quiz, "question", type="multichoice")
        _text(SubElement(one, "name"), f"{lesson} {_title(question)}")
        _text(SubElement(one, "questiontext", format="html"), to_html(question.text))
        for name, value in (
            ("defaultgrade", "1"),
            ("single", "true"),
            ("shuffleanswers", "true"),
            ("answernumbering", "abc"),
        ):
            SubElement(one, name).text = value
        for option in question.options:
            answer = SubElement(one, "answer", fraction="100" if option.right else "0", format="html")
            SubElement(answer, "text").text = to_line(option.text)
            _text(SubElement(answer, "feedback", format="html"), to_line(option.why))
    return _xml(quiz)


def gift(lesson: str, questions: Iterable[Question]) -> str:
    """GIFT, in a category of the lesson."""
    parts = [f"$CATEGORY: $course$/top/dlcourse/{lesson}"]
    for question in questions:
        name = _escaped(f"{lesson} {_title(question)}")
        options = "\n".join(f"  {_gift_option(option)}" for option in question.options)
        parts.append(f"::{name}::[html]{_escaped(to_html(question.text))} {{\n{options}\n}}")
    return "\n\n".join(parts) + "\n"


def _gift_option(option: Option) -> str:
    mark = "=" if option.right else "~"
    return f"{mark}{_escaped(to_line(option.text))}#{_escaped(to_line(option.why))}"


def _escaped(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", " ".join(text.split()))


def qti(lesson: str, questions: Sequence[Question], seed: int) -> bytes:
    """A zip that Canvas imports as a quiz."""
    identity = f"dlcourse-{lesson}-{seed}"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("imsmanifest.xml", _manifest(identity)),
            (f"{identity}/{identity}.xml", _assessment(identity, lesson, questions)),
        ):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return packed.getvalue()


def _manifest(identity: str) -> bytes:
    manifest = Element("manifest", xmlns=PACKAGE, identifier=f"{identity}-manifest")
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "IMS Content"
    SubElement(metadata, "schemaversion").text = "1.1.3"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    resource = SubElement(resources, "resource", identifier=identity, type="imsqti_xmlv1p2")
    SubElement(resource, "file", href=f"{identity}/{identity}.xml")
    return _xml(manifest)


def _assessment(identity: str, lesson: str, questions: Iterable[Question]) -> bytes:
    root = Element("questestinterop", xmlns=QTI)
    assessment = SubElement(root, "assessment", ident=identity, title=f"dlcourse {lesson}")
    section = SubElement(assessment, "section", ident="root_section")
    for question in questions:
        _item(section, question)
    return _xml(root)


def _item(section: Element, question: Question) -> None:
    item = SubElement(section, "item", ident=f"{question.lesson}-{question.name}", title=_title(question))
    metadata = SubElement(SubElement(item, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", "multiple_choice_question"), ("points_possible", "1")):
        field = SubElement(metadata, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = label
        SubElement(field, "fieldentry").text = entry
    presentation = SubElement(item, "presentation")
    _material(presentation, question.text)
    response = SubElement(presentation, "response_lid", ident="response1", rcardinality="Single")
    choices = SubElement(response, "render_choice")
    for letter, option in _lettered(question):
        _material(SubElement(choices, "response_label", ident=letter), option.text)
    _processing(item, question)
    for letter, option in _lettered(question):
        feedback = SubElement(item, "itemfeedback", ident=f"{letter}_fb")
        _material(SubElement(feedback, "flow_mat"), option.why)


def _processing(item: Element, question: Question) -> None:
    """What is said to each option, and that the right one gets all points."""
    processing = SubElement(item, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    SubElement(SubElement(processing, "outcomes"), "decvar", score)
    for letter, option in _lettered(question):
        condition = SubElement(processing, "respcondition", {"continue": "Yes"})
        chosen = SubElement(SubElement(condition, "conditionvar"), "varequal", respident="response1")
        chosen.text = letter
        if option.right:
            SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
        SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=f"{letter}_fb")


def _material(parent: Element, markdown: str) -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype="text/html").text = to_html(markdown)


def paper(lesson: str, questions: Iterable[Question]) -> str:
    """The questions alone, in Markdown."""
    parts = [f"# {lesson}"]
    for number, question in enumerate(questions, 1):
        options = (f"- **{letter}** {option.text}" for letter, option in _lettered(question))
        parts.append(f"**{number}.** {question.text}\n\n" + "\n".join(options))
    return "\n\n".join(parts) + "\n"


def answers(lesson: str, questions: Iterable[Question]) -> str:
    """The letter that is right, and what each option is, in Markdown."""
    parts = [f"# {lesson}: answers"]
    for number, question in enumerate(questions, 1):
        letter = next(letter for letter, option in _lettered(question) if option.right)
        options = (f"- **{letter}** {option.text}: {option.why}" for letter, option in _lettered(question))
        parts.append(f"**{number}. {letter}** · {_title(question)}\n\n" + "\n".join(options))
    return "\n\n".join(parts) + "\n"


def _lettered(question: Question) -> Iterable[tuple[str, Option]]:
    return zip(ascii_lowercase, question.options, strict=False)


def _title(question: Question) -> str:
    return question.name.replace("_", " ")


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text


def _xml(root: Element) -> bytes:
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
