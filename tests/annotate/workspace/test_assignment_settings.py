"""What signalbook.toml says of who labels which article."""

from pathlib import Path

import pytest

from signalbook.annotate.workspace.assignment_settings import AssignmentSettings
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.workspace import read_workspace
from signalbook.schema.errors import UsageError

TWO = 'annotators = ["ada@example.org", "ben@example.org"]\n'


def settings(folder: Path, text: str) -> AssignmentSettings:
    (folder / "signalbook.toml").write_text(text, encoding="utf-8")
    return read_workspace(folder).assignment


def test_a_new_workspace_has_one_project_for_two_annotators_of_each_article(tmp_path: Path) -> None:
    assert init_workspace(tmp_path).assignment == AssignmentSettings("pooled", overlap=2)


def test_everything_about_assignment_is_read(tmp_path: Path) -> None:
    text = (
        '[assignment]\nmode = "blind"\noverlap = { 2 = 0.25, 1 = 0.75 }\nseed = 7\n'
        'calibration = 10\nrepeats = 5\nannotators = ["Ben@Example.org ", "ada"]\n'
        '[annotators]\n"ada@example.org" = "ada"\n"ada@home.example.org" = "ada"\n'
    )
    assert settings(tmp_path, text) == AssignmentSettings(
        mode="blind",
        overlap={1: 0.75, 2: 0.25},
        seed=7,
        calibration=10,
        repeats=5,
        annotators=("ben@example.org", "ada@example.org"),
    )


def test_the_overlap_may_stand_where_it_stood_before(tmp_path: Path) -> None:
    assert settings(tmp_path, "[project]\noverlap = 3\n").overlap == 3


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ('mode = "blond"\n', "mode is 'blond'; did you mean blind?"),
        ('mod = "blind"\n', "mod is unknown; did you mean mode?"),
        ("overlap = 0\n", "overlap is 0; write a number from 1 to 2,147,483,647"),
        ('overlap = "2"\n', "overlap is not a whole number or a table of shares"),
        ("overlap = 2\n[project]\noverlap = 2\n", "overlap stands under [project], too; delete it"),
        ("overlap = { 1 = 0.5, 2 = 0.5 }\n", 'overlap is a mixture, which needs mode = "blind"'),
        ("seed = 3\n", 'seed has an effect only with mode = "blind"; write that, or delete'),
        (TWO, 'annotators has an effect only with mode = "blind"; write that, or delete the line'),
        ('mode = "blind"\n', 'annotators names nobody; mode = "blind" needs their addresses'),
        (f'mode = "blind"\nseed = -1\n{TWO}', "seed is -1; write a number from 0 to"),
        (
            f'mode = "blind"\noverlap = 3\n{TWO}',
            "overlap is 3, and 2 annotators are named; name more annotators, or write a smaller",
        ),
        *(
            (f'mode = "blind"\noverlap = {mixture}\n{TWO}', fact)
            for mixture, fact in (
                ("{ 1 = 0.5, 2 = 0.4 }", "overlap has shares that do not add up to 1"),
                ("{ 1 = 1.5, 2 = -0.5 }", "overlap has shares that do not add up to 1"),
                ("{}", "overlap has shares that do not add up to 1"),
                ("{ one = 1 }", "overlap one: write it like { 1 = 0.7, 2 = 0.3 }"),
                ("{ 0 = 1 }", "overlap 0: write it like { 1 = 0.7, 2 = 0.3 }"),
                ("{ 1 = true }", "overlap 1: write it like { 1 = 0.7, 2 = 0.3 }"),
                ("{ 3 = 1 }", "overlap is 3, and 2 annotators are named"),
            )
        ),
        (
            'mode = "blind"\nannotators = ["ada", 3]\n',
            "annotators 'ada': write an e-mail address, or a name that stands under [annotators]",
        ),
        (
            (
                'mode = "blind"\nannotators = ["a@b.org", "c@d.org"]\n'
                '[annotators]\n"a@b.org" = "ada"\n"c@d.org" = "ada"\n'
            ),
            "annotators names ada twice; delete one of them",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, fact: str) -> None:
    with pytest.raises(UsageError) as refusal:
        settings(tmp_path, f"[assignment]\n{text}")
    assert str(refusal.value).startswith(f"{tmp_path / 'signalbook.toml'}: [assignment] {fact}")
