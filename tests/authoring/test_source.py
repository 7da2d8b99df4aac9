import pytest

from dlcourse.authoring.source import SourceError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def test_every_cell_is_read_with_its_role_and_name(read):
    found = [(cell.role, cell.name) for cell in read().cells]
    assert found == [
        ("text", ""),
        ("setup", "setup"),
        ("exercise", "double"),
        ("check", "double"),
        ("text", "talk"),
        ("guess", "four"),
    ]


def test_comments_that_look_like_magics_or_shell_commands_stay_comments(read):
    lesson = read("import numpy as np", "import numpy as np\n# cat walks\n# %matplotlib inline")
    assert "# cat walks\n# %matplotlib inline" in lesson.of("setup")[0].text


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (f"    {END}\n", "", 12, "without ### END SOLUTION"),
        (f"    {BEGIN}\n", "", 14, "without ### BEGIN SOLUTION"),
        ("    twice = x + x\n", f"    {BEGIN}\n", 13, "inside the solution that began on line 12"),
        (f"    {BEGIN}", "    ### BEGIN SOLUTIONS", 12, "unknown marker '### BEGIN SOLUTIONS'"),
        (f"    {BEGIN}", "    ## BEGIN SOLUTION", 12, "unknown marker"),
        (f"    {BEGIN}", "    # begin solution", 12, "unknown marker"),
        (f"    {BEGIN}", "    ### BEGIN HIDDEN TESTS", 12, "unknown marker"),
        ("import numpy as np", f"{BEGIN}\nimport numpy as np\n{END}", 5, "belongs in an exercise, quiz or"),
        ("# What is", f"# {BEGIN}\n# What is", 22, "not in a text cell"),
        ('exercise="double"', 'excercise="double"', 9, "unknown cell attribute 'excercise'"),
        ('exercise="double"', "exercise=double", 9, "unknown cell attribute"),
        ('role="setup"', 'role="start"', 4, 'role is "setup" or absent'),
        ('exercise="double"', 'exercise="double" check="double"', 9, "one of exercise, check"),
        ('check="double"', 'check="double" name="x"', 18, "name only if it has none"),
        ('[markdown] name="talk"', '[markdown] quiz="talk"', 21, "belongs to a code cell"),
        ('name="talk"', 'name="two words"', 21, "cannot name a cell"),
        ('# %% guess="four"', '# %% discussion="four"', 24, "discussion belongs to a markdown cell"),
        ('# %% guess="four"', '# %% words="four" points=1', 24, "words belongs to a markdown cell"),
        ('[markdown] name="talk"', '[markdown] words="talk"', 21, "has points=N, at least 1, not 0"),
        ('[markdown] name="talk"', '[markdown] words="talk" points=0', 21, "has points=N, at least 1, not 0"),
        ('[markdown] name="talk"', '[markdown] rubric="talk" points=2', 21, "and no other cell, has points"),
        ('# %% guess="four"', '# %% guess="four" long="so it is"', 24, "of a guess cell"),
        ('# %% guess="four"', '# %% long=" "\n1\n\n# %% guess="four"', 24, "says why a demonstration is"),
        ("# %% [markdown]\n# # A lesson", "# %% [raw]\n# # A lesson", 1, "code and markdown cells only"),
        ("# %% [markdown]\n# # A lesson", "1\n# %% [markdown]\n# # A lesson", 2, "text before the first"),
    ],
)  # fmt: skip
def test_what_is_not_as_the_format_has_it_is_refused_with_file_and_line(read, old, new, line, says):
    with pytest.raises(SourceError) as caught:
        read(old, new)
    assert str(caught.value).startswith(f"solutions/03_doubling.py:{line}: ")
    assert says in str(caught.value)


def test_a_source_without_a_cell_is_refused(root, read):
    (root / "solutions" / "03_doubling.py").write_text("x = 1\n")
    with pytest.raises(SourceError, match=r"03_doubling\.py:1: .*begin one"):
        read()
