"""The banks of a clone, drawn and written as files."""

import importlib.util
from pathlib import Path

from dlcourse.authoring.clone import course_root
from dlcourse.authoring.questions import formats
from dlcourse.authoring.questions.bank import Bank, Question
from dlcourse.course.errors import UserError
from dlcourse.course.files import write_whole
from dlcourse.course.lessons import pick_lesson

BANKS = "[0-9][0-9]_*.py"


def run(args) -> int:
    """Carry out the parsed command."""
    root, folder = course_root(Path.cwd()), Path(args.folder)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: name a folder for the questions")
    if args.seed < 0:
        raise UserError(f"--seed takes a whole number from 0 on, not {args.seed}")
    banks = chosen(root, args.lessons)
    folder.mkdir(parents=True, exist_ok=True)
    for bank in banks:
        questions = bank.draw(args.seed)
        for name, content in files(bank, questions, args.format, args.seed).items():
            write_whole(folder / name, content)
            print(f"{folder / name}: {len(questions)} questions")
    return 0


def chosen(root: Path, typed: list[str]) -> list[Bank]:
    """The banks of the lessons that were named, all of them if none was."""
    paths = {path.stem: path for path in sorted((root / "questions").glob(BANKS))}
    stems = [pick_lesson(name, paths) for name in typed] or list(paths)
    return [read_bank(paths[stem]) for stem in dict.fromkeys(stems)]


def read_bank(path: Path) -> Bank:
    """The bank of a file in questions/."""
    spec = importlib.util.spec_from_file_location(f"questions_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.bank


def files(bank: Bank, questions: list[Question], form: str, seed: int) -> dict[str, bytes]:
    """{name: content} of what one bank becomes in a format."""
    stem = f"{bank.lesson}-{seed}"
    if form == "moodle":
        return {f"{stem}.xml": formats.moodle(bank.lesson, questions)}
    if form == "gift":
        return {f"{stem}.gift": formats.gift(bank.lesson, questions).encode()}
    if form == "qti":
        return {f"{stem}.zip": formats.qti(bank.lesson, questions, seed)}
    return {
        f"{stem}.md": formats.paper(bank.lesson, questions).encode(),
        f"{stem}-answers.md": formats.answers(bank.lesson, questions).encode(),
    }
