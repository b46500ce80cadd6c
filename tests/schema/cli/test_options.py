import json
from pathlib import Path

import click
from click.testing import CliRunner

from signalbook.schema.cli.options import pass_settings
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.settings import Settings


@click.command()
@click.argument("word")
@pass_settings
def tell(settings: Settings, word: str) -> None:
    """Say what is known."""
    click.echo(f"{word} {settings.datasets}")


def test_a_command_gets_the_settings_of_the_workspace() -> None:
    result = CliRunner().invoke(tell, ["in"], obj=Settings(datasets=Path("kept")))
    assert result.output == "in kept\n"


def test_a_command_outside_of_a_workspace_gets_the_defaults() -> None:
    assert CliRunner().invoke(tell, ["in"]).output == "in datasets\n"


@click.command()
@click.option("--json", "as_json", is_flag=True)
def make(as_json: bool) -> None:
    """Make things."""
    print_outcome(
        "make",
        as_json=as_json,
        lines=["made 2"],
        remarks=["1 looks odd"],
        counts={"made": 2},
        warnings=[{"odd": 1}],
    )


def test_people_get_lines_and_remarks_apart() -> None:
    result = CliRunner().invoke(make)
    assert (result.stdout, result.stderr) == ("made 2\n", "1 looks odd\n")


def test_programs_get_one_object_and_nothing_else() -> None:
    result = CliRunner().invoke(make, ["--json"])
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "command": "make",
        "ok": True,
        "data": None,
        "warnings": [{"odd": 1}],
        "errors": [],
        "counts": {"made": 2},
    }
