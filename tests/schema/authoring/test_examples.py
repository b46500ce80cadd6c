"""Example schemes come with Signalbook, are right and annotated, and can be copied."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import EXAMPLES

from signalbook.annotate.cli.commands import cli
from signalbook.schema.authoring.examples import example_schemes
from signalbook.schema.errors import UsageError

NAMES = sorted(folder.name for folder in EXAMPLES.iterdir())


@pytest.fixture(autouse=True)
def outside_of_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_every_example_is_listed_with_a_sentence() -> None:
    _, *lines = run("scheme", "examples").stdout.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_copied_example_passes_the_check_and_its_annotation_every_rule(name: str) -> None:
    copied = run("scheme", "examples", name, "--output", "mine")
    scheme, *_ = copied.stdout.splitlines()
    assert run("scheme", "check", scheme).stdout.startswith(f"{name} 1.0.0: fine")
    example = str(Path("mine") / "example.annotation.json")
    checked = run("validate", example, "--scheme", scheme)
    assert (checked.exit_code, checked.exception) == (0, None)


def test_a_copy_overwrites_nothing() -> None:
    Path("mine").mkdir()
    path = Path("mine") / "claims.schema.json"
    path.write_text("my own", encoding="utf-8")
    assert isinstance(run("scheme", "examples", "claims", "-o", "mine").exception, UsageError)
    assert (path.read_text(encoding="utf-8"), len([*Path("mine").iterdir()])) == ("my own", 1)


@pytest.mark.parametrize("arguments", [("claims",), ("-o", "mine"), ("clams", "-o", "mine")])
def test_a_copy_needs_an_example_and_a_folder(arguments: tuple[str, ...]) -> None:
    refused = run("scheme", "examples", *arguments)
    assert isinstance(refused.exception, UsageError)
    assert "; " in str(refused.exception)
    assert not Path("mine").exists()


def test_a_file_is_no_folder_to_copy_into() -> None:
    Path("mine").write_text("mine", encoding="utf-8")
    refused = run("scheme", "examples", "claims", "-o", "mine")
    assert str(refused.exception) == "mine: is a file; name a folder to copy the example into"


def test_an_example_is_no_scheme_that_a_name_alone_means() -> None:
    assert not {*example_schemes()} & {"diplomatic_signal"}
    refused = run("scheme", "check", "claims")
    assert "no such scheme file" in str(refused.exception)
