"""`scheme new` makes a scheme that passes the check, from options or from answers at a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signalbook.annotate.cli.commands import cli
from signalbook.schema.authoring.notation import WRITTEN
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.loader import load_scheme

EVERYTHING = (
    *("--title", "Claims in debates", "--span-type", "claim", "--span-type", "reason"),
    *("--field", "claim.stance=for,against", "--field", "reason.stance=for,against"),
    *("--field", "claim.harm=low<high", "--field", "claim.about=trade+war"),
    *("--field", "claim.said_on=date", "--field", "reason.strength=1..5"),
    *("--field", "reason.quoted=yesno", "--field", "reason.share=number"),
    *("--relation", "supports:reason,claim>claim", "--label", "note=text"),
)
MADE: list[tuple[str, str, str, list[str], bool]] = [
    ("claim", "stance", "nominal", ["for", "against"], True),
    ("claim", "harm", "ordinal", ["low", "high"], True),
    ("claim", "about", "set", ["trade", "war"], True),
    ("claim", "said_on", "nominal", [], False),
    ("reason", "stance", "nominal", ["for", "against"], True),
    ("reason", "strength", "ordinal", ["1", "2", "3", "4", "5"], True),
    ("reason", "quoted", "nominal", [], True),
    ("reason", "share", "interval", [], False),
    ("article", "note", "text", [], False),
]


@pytest.fixture(autouse=True)
def outside_of_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def new(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["scheme", "new", "claims.schema.json", *arguments])


def refusal(*arguments: str) -> str:
    done = new(*arguments)
    assert isinstance(done.exception, UsageError)
    assert not Path("claims.schema.json").exists()
    return str(done.exception)


def test_options_become_a_scheme_that_passes_the_check() -> None:
    assert new(*EVERYTHING).exit_code == 0
    scheme = load_scheme("claims.schema.json")
    fields = [(u, f.name, f.level, [*f.value_ids], f.required) for u, f in scheme.fields()]
    links = [(r.name, r.from_, r.to) for r in scheme.relation_types]
    assert (scheme.name, scheme.version, scheme.title) == ("claims", "1.0.0", "Claims in debates")
    assert (fields, links) == (MADE, [("supports", ("reason", "claim"), ("claim",))])


def test_what_was_made_is_shown_as_the_check_shows_it() -> None:
    made = new(*EVERYTHING)
    checked = CliRunner().invoke(cli, ["scheme", "check", "claims.schema.json"])
    assert made.stdout.splitlines()[1:] == checked.stdout.splitlines()[1:]
    assert made.stderr.endswith("then run: signalbook scheme check claims.schema.json\n")


def test_a_field_that_two_span_types_share_is_defined_once() -> None:
    new(*EVERYTHING)
    scheme = json.loads(Path("claims.schema.json").read_text(encoding="utf-8"))
    assert scheme["$defs"] == {"stance": {"title": "Stance", "enum": ["for", "against"]}}


def test_a_scheme_that_is_there_is_not_overwritten() -> None:
    Path("claims.schema.json").write_text("mine", encoding="utf-8")
    refused = new("--label", "topic=a,b")
    assert isinstance(refused.exception, UsageError)
    assert Path("claims.schema.json").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        ((), "the scheme would have no span type and no label"),
        (("--label", "topic"), "does not say what the answers are"),
        (("--label", "topic=\udcff,b"), "topic=\\udcff,b: is not UTF-8"),
        (("--title", "T\udcff", "--label", "a=text"), "T\\udcff: is not UTF-8"),
        (("--label", "topic=trade"), "offers nothing to choose from"),
        (("--label", "topic=trade,"), "has an empty value"),
        (("--label", "topic=a,a"), "a is given twice"),
        (("--label", "topic=a,b<c"), "separates its values by , and by <"),
        (("--label", "topic=true,false"), "no page can offer true or false"),
        (("--label", "the topic=a,b"), "'the topic' cannot be a name"),
        (("--label", "a__b=text"), "'a__b' cannot be a name"),
        (("--label", "rank=5..1"), "begins above its end"),
        (("--label", "a=text", "--label", "a=date"), "a is given twice"),
        (("--span-type", "claim", "--field", "clam.a=text"), "clam is no span type"),
        (("--span-type", "claim", "--field", "a=text"), "does not say of which span type"),
        (("--span-type", "claim", "--relation", "supports"), "what the relation links"),
        (("--span-type", "claim", "--relation", "s:claim>"), "nothing is no span type"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_way_out(
    arguments: tuple[str, ...], fact: str
) -> None:
    said = refusal(*arguments)
    assert fact in said
    assert "; " in said


def test_the_way_out_names_every_word_that_asks_for_something_written() -> None:
    said = refusal("--label", "quoted=yes/no")
    assert [word for word in WRITTEN if word not in said] == []


def test_several_values_are_shown_as_required_though_none_of_them_is_an_answer_too() -> None:
    made = new("--label", "topics=trade+war", "--label", "stance=for,against")
    lines = [line.split("  ") for line in made.stdout.splitlines() if line.startswith("article")]
    required = ["yes, or none" in map(str.strip, cells) for cells in lines]
    assert (made.exit_code, required) == (0, [True, False])


def test_a_range_with_a_point_asks_for_a_number() -> None:
    assert new("--label", "share=0.5..3").exit_code == 0
    [share] = load_scheme("claims.schema.json").article_labels
    assert (share.type, share.minimum, share.maximum) == ("number", 0.5, 3)


@pytest.mark.parametrize("file", ["claims.json", "1.schema.json", "原.schema.json"])
def test_a_file_that_no_scheme_can_be_called_by_is_refused(file: str) -> None:
    done = CliRunner().invoke(cli, ["scheme", "new", file, "--label", "topic=a,b"])
    assert isinstance(done.exception, UsageError)
    assert not Path(file).exists()


def test_at_a_terminal_it_asks_and_asks_again_after_a_slip() -> None:
    answers = ["My claims", "claim", "", "stance", "stance=for,against", "", "", "topic=a,b", ""]
    ours, theirs = os.openpty()
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    command = [sys.executable, "-m", "signalbook.annotate.cli.main", "scheme", "new"]
    done = subprocess.run(
        [*command, "claims.schema.json"], stdin=theirs, capture_output=True, text=True, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, "does not say what the answers are" in done.stderr) == (0, True)
    scheme = load_scheme("claims.schema.json")
    assert scheme.title == "My claims"
    assert [(unit, field.name) for unit, field in scheme.fields()] == [
        ("claim", "stance"),
        ("article", "topic"),
    ]


def test_who_leaves_off_at_the_terminal_is_told_that_nothing_was_written() -> None:
    ours, theirs = os.openpty()
    os.write(ours, b"My claims\n\x04")
    command = [sys.executable, "-m", "signalbook.annotate.cli.main", "scheme", "new"]
    done = subprocess.run(
        [*command, "claims.schema.json"], stdin=theirs, capture_output=True, text=True, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 130
    assert "nothing was written; run the same command again" in done.stderr
    assert not Path("claims.schema.json").exists()
