"""Figures to play with, and behind which cell of a lesson each stands: docs/_static/play/<figure>.js."""

from nbformat.v4 import new_markdown_cell

from dlcourse.authoring.site.lesson_pages import Cell, LessonPage, Notebook

PLAYABLE = {  # (lesson, cell): figure
    ("05_initialization", "signals-figure"): "signal",
    ("06_gradient_descent", "robbins-monro-figure"): "noise",
    ("07_momentum", "valley"): "ravine",
    ("09_weight_penalties", "circle-and-diamond"): "penalties",
}


def with_figures(lesson: LessonPage, notebook: Notebook) -> Notebook:
    """The notebook with its figures to play with, each behind the one of the lesson that does not move.

    Without scripts nothing is added to what the lesson shows.
    """
    cells: list[Cell] = []
    for cell in notebook.cells:
        cells.append(cell)
        if figure := PLAYABLE.get((lesson.stem, cell.id)):
            cells.append(new_markdown_cell(_place(figure)))
    notebook.cells = cells
    return notebook


def _place(figure: str) -> str:
    scripts = (f'<script defer src="../_static/play/{name}.js"></script>' for name in ("play", figure))
    return f'<figure class="play" data-play="{figure}"></figure>\n' + "\n".join(scripts)
