import hashlib
import io
import tarfile

import pytest

from dlcourse.authoring import npm
from dlcourse.authoring.site import sphinx_site
from dlcourse.authoring.site.answers import folded, linked
from dlcourse.authoring.site.lesson_pages import LessonPage, headings, labelled
from dlcourse.authoring.site.links import questions, stacked, to_lessons, traced
from dlcourse.cli import main
from dlcourse.course.errors import UserError

nbformat = pytest.importorskip("nbformat")


@pytest.fixture
def lesson(tmp_path):
    """A lesson of three cells: a title with code below it, a cell with a name, one without."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    text = "# 03 · Bends: why\n\n```\n# no heading\n```\n\n## 1. The sigmoid σ\nText."
    cells = [
        new_markdown_cell(text, id="1234abcd"),
        new_code_cell("1", id="xor"),
        new_code_cell("2", id="0123abcd"),
    ]
    path = tmp_path / "03_bends.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return LessonPage(path)


def test_what_stands_in_code_is_no_heading(lesson):
    assert lesson.headings == ["03 · Bends: why", "1. The sigmoid σ"]
    assert lesson.title == "Bends"


def test_headings_and_named_cells_can_be_linked_to(lesson):
    sources = [cell.source for cell in labelled(lesson, "solved-").cells]
    assert "(solved-03-1-the-sigmoid-σ)=\n## 1. The sigmoid σ" in sources[0]
    assert sources[1:] == ["(solved-03-cell-xor)=", "1", "2"]
    assert [text for _, text in headings(labelled(lesson).cells[0])] == lesson.headings


@pytest.fixture
def discussed(tmp_path):
    """A lesson with a discussion."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    cells = [
        new_markdown_cell("# 03 · Bends: why", id="1234abcd"),
        new_markdown_cell(
            "It is so.", id="discussion-go-further", metadata={"dlcourse": {"discussion": "go-further"}}
        ),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "03_bends.ipynb")
    return LessonPage(tmp_path / "03_bends.ipynb")


def test_a_discussion_is_behind_a_fold_or_one_click_away(discussed):
    shown = folded(labelled(discussed)).cells[-1].source
    assert shown == "<details><summary>Show the discussion</summary>\n\nIt is so.\n\n</details>"
    elsewhere = linked(discussed, labelled(discussed), {}).cells[-1].source
    assert elsewhere == "[Show the discussion](#solved-03-cell-discussion-go-further)"
    places = [cell.source for cell in labelled(discussed, "solved-").cells]
    assert places[-2:] == ["(solved-03-cell-discussion-go-further)=", "It is so."]


def test_a_rubric_is_on_no_page(tmp_path):
    from nbformat.v4 import new_markdown_cell, new_notebook

    cells = [
        new_markdown_cell("# 03 · Bends: why", id="1234abcd"),
        new_markdown_cell("2 points for σ.", id="rubric-why", metadata={"dlcourse": {"rubric": "why"}}),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "03_bends.ipynb")
    assert [cell.id for cell in LessonPage(tmp_path / "03_bends.ipynb").notebook.cells] == ["1234abcd"]


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("[03 · 1. The sigmoid](../solutions/03_bends.ipynb)", "[03 · 1. The sigmoid](#03-1-the-sigmoid-σ)"),
        ("[71 %](../solutions/03_bends.ipynb#xor)", "[71 %](#03-cell-xor)"),
        ("[there](../solutions/03_bends.ipynb)", "[there](#03-03-bends-why)"),
        ("[elsewhere](https://example.org)", "[elsewhere](https://example.org)"),
    ],
)
def test_a_link_to_a_notebook_leads_to_the_cell_the_heading_or_the_lesson(lesson, link, page):
    assert to_lessons(link, {"03": lesson}) == page


@pytest.mark.parametrize(
    "link", ["[03 · 9. None](../solutions/03_x.ipynb)", "[x](../solutions/03_x.ipynb#none)"]
)
def test_a_link_to_what_is_not_there_is_an_error_that_names_it(lesson, link):
    with pytest.raises(UserError, match=r"lesson 03 has no (heading '9. None'|cell 'none')"):
        to_lessons(link, {"03": lesson})


def test_a_row_of_the_traceability_table_gets_its_links(lesson):
    row = "| B1 sigmoid | 03 · 1. The sigmoid | `activations.sigmoid` | `xor` | `tests/test_x.py` |"
    assert traced(row, {"03": lesson}) == (
        "| B1 sigmoid | [03 · 1. The sigmoid](#03-1-the-sigmoid-σ) "
        "| {py:obj}`activations.sigmoid <dlcourse.activations.sigmoid>` "
        "| [`xor`](#03-cell-xor) | `tests/test_x.py` |"
    )


def test_questions_become_places_and_tables_are_marked():
    assert questions("### Which rate?\n**0.1.**") == "(q-which-rate)=\n### Which rate?\n**0.1.**"
    assert stacked("# T\n\n| a |\n|---|\n\n| b |\n|---|").count("sentences\n```\n\n| ") == 2


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry with one package, an empty cache, and no npm."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name in ("package/es5/a.js", "package/LICENSE", "../outside"):
            member = tarfile.TarInfo(name)
            member.size = 2
            archive.addfile(member, io.BytesIO(b"hi"))
    folder = tmp_path / "registry" / "thing" / "-"
    folder.mkdir(parents=True)
    (folder / "thing-1.0.tgz").write_bytes(content.getvalue())
    monkeypatch.setattr("shutil.which", lambda name: None)  # npm itself takes no folder for a registry
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", (tmp_path / "registry").as_uri() + "/")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return npm.Package("thing", "1.0", hashlib.sha256(content.getvalue()).hexdigest())


def test_a_package_is_fetched_once_and_only_what_is_wanted_is_unpacked(registry, tmp_path, monkeypatch):
    npm.unpack(registry, r"es5/.*|.*outside", tmp_path / "out")
    assert [path.name for path in tmp_path.glob("out/**/*.*")] == ["a.js"]
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9")
    assert npm.tarball(registry).read_bytes()


def test_a_package_that_is_another_is_refused_and_not_kept(registry, tmp_path):
    other = npm.Package("thing", "1.0", "0" * 64)
    with pytest.raises(UserError, match="SHA-256"):
        npm.tarball(other)
    assert not list(tmp_path.glob("cache/**/*.tgz"))


def test_where_the_registry_cannot_be_reached_the_error_says_where_to_put_the_file(registry, monkeypatch):
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"cannot be reached .* put thing-1\.0\.tgz into .*dlcourse"):
        npm.tarball(registry)


@pytest.fixture
def npm_says(tmp_path, monkeypatch):
    """Put an npm on the path, alone, which does what these lines of a shell say."""
    path = tmp_path / "bin" / "npm"
    path.parent.mkdir()
    monkeypatch.setenv("PATH", str(path.parent))

    def says(lines):
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)

    return says


def test_the_registry_is_the_one_that_npm_is_configured_to_ask(npm_says, monkeypatch):
    npm_says('[ "$*" = "config get registry" ] && echo https://npm.example.org/')
    monkeypatch.setenv("npm_config_registry", "https://npm.asks.this.by.itself")
    assert npm.registry() == "https://npm.example.org"


def test_an_npm_that_fails_is_told_of(npm_says):
    npm_says("echo 'npm error: no such thing' >&2; exit 1")
    with pytest.raises(UserError, match="get registry` fails: npm error: no such thing"):
        npm.registry()


def test_where_there_is_no_npm_the_registry_is_named_or_public(npm_says, monkeypatch):
    monkeypatch.delenv("npm_config_registry", raising=False)
    assert npm.registry() == npm.REGISTRY
    monkeypatch.setenv("npm_config_registry", "https://other.example.org/")
    assert npm.registry() == "https://other.example.org"


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")
    assert main(["site", str(tmp_path)]) == 2
    assert "holds something else than a site" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_outside_of_a_clone_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["site", "public"]) == 2
    assert "is not in a clone of the course" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("dlcourse.authoring.site.find_spec", lambda name: None if name == "furo" else name)
    assert main(["site", "public"]) == 2
    assert "the site needs furo: run `pip install -e '.[site]'`" in capsys.readouterr().err


def test_the_address_of_the_repository_is_that_of_pyproject(tmp_path):
    settings = '[tool.hatch.metadata.hooks.custom]\nrepository = "https://example.org/course/"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert sphinx_site.repository(tmp_path) == "https://example.org/course"


def test_the_last_site_is_replaced_whole(tmp_path):
    last, pages = tmp_path / "public", tmp_path / "work" / "pages"
    for folder in (last, pages):
        folder.mkdir(parents=True)
        (folder / sphinx_site.BUILT).touch()
    (last / "gone.html").touch()
    sphinx_site.refuse_others(last)
    sphinx_site.put(pages, last)
    assert not (last / "gone.html").exists() and (last / sphinx_site.BUILT).exists()
