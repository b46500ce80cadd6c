"""The guide for adjudicators: its commands are there, and it names what is on the page."""

import re
import shlex

import click
from places import ROOT

from signalbook.annotate.cli.commands import cli
from signalbook.export.adjudication.contested import DRAFT_NAME
from signalbook.schema.filesystem import DECISIONS_FOLDER, STATE_FOLDER

GUIDE = (ROOT / "docs" / "adjudicators.md").read_text(encoding="utf-8")


def test_every_command_of_the_guide_can_be_typed() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert len(commands) == 7
    for program, *arguments in commands:
        assert program == "signalbook"
        group: click.Command = cli
        name = program
        while isinstance(group, click.Group):
            name, *arguments = arguments
            group = group.commands[name]
        group.make_context(name, arguments)  # refuses what the command does not take


def test_the_guide_calls_things_by_their_names() -> None:
    assert f"`{DRAFT_NAME}`" in GUIDE
    assert f"`{STATE_FOLDER}/{DECISIONS_FOLDER}/`" in GUIDE
