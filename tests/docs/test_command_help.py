"""Every command explains itself, and the examples of its help are ones that it understands."""

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import click
import pytest
from places import ROOT

from signalbook.annotate.cli.commands import cli
from signalbook.schema.settings import Settings

REFERENCE = ROOT / "docs" / "reference" / "command-line.md"


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, by what is typed to call it."""
    for name, command in group.commands.items():
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands(cli))
PARAMETERS = {
    f"{name} {parameter.name}": (command, parameter)
    for name, command in COMMANDS.items()
    for parameter in command.params
}


def examples(command: click.Command) -> list[str]:
    """The lines below `Example:` or `Examples:` in its help."""
    _, _, below = re.sub(r"Examples?:\n", "\0", command.help or "").partition("\0")
    paragraph = below.split("\n\n", maxsplit=1)[0]
    return [line.strip() for line in paragraph.splitlines() if line.strip()]


EXAMPLES = [(name, line) for name, command in COMMANDS.items() for line in examples(command)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_text_and_a_short_one(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert not command.get_short_help_str(limit=200).endswith("...")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    assert examples(COMMANDS[name])


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_option_has_a_help_text_and_every_argument_is_explained(name: str) -> None:
    command, parameter = PARAMETERS[name]
    if isinstance(parameter, click.Option):
        assert parameter.help
    else:
        shown = parameter.make_metavar(click.Context(command)).strip("[].")
        assert re.search(rf"\b{shown}\b", command.help or ""), f"{shown} is not in the help"


def test_only_words_stand_in_brackets_as_a_default() -> None:
    described = {
        name: parameter.show_default
        for name, (_, parameter) in PARAMETERS.items()
        if isinstance(parameter, click.Option) and isinstance(parameter.show_default, str)
    }
    assert described
    assert {name: words for name, words in described.items() if " " not in words} == {}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_reference(name: str) -> None:
    assert f"signalbook {name}\n" in REFERENCE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [n for n, c in COMMANDS.items() if not isinstance(c, click.Group)])
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"| `signalbook {name}` |" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_every_example_of_a_help_text_is_understood(
    name: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [v for v in os.environ if v.startswith("SIGNALBOOK_")]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    program, *arguments = typed(example)
    assert program == "signalbook"
    context = click.Context(cli, info_name=program, obj=Settings())
    words = command_in(arguments).split()
    assert f"{' '.join(words)} ".startswith(f"{name} "), f"this is no example of {name}"
    for depth, word in enumerate(words[:-1], start=1):
        group = COMMANDS[" ".join(words[:depth])]
        context = click.Context(group, info_name=word, parent=context)
    command, arguments = COMMANDS[" ".join(words)], arguments[len(words) :]
    assert not isinstance(command, click.Group), f"{command.name} alone does nothing"
    make_the_files_that_are_named(command, context, arguments)
    with command.make_context(words[-1], arguments, parent=context) as parsed:
        assert not parsed.args


def command_in(arguments: Sequence[str]) -> str:
    """The longest name of a command that the words begin with: that of a group's command."""
    names = (" ".join(arguments[:count]) for count in range(len(arguments), 0, -1))
    return next((name for name in names if name in COMMANDS), "")


def typed(example: str) -> list[str]:
    """The words of a command line up to what the shell does with the output."""
    lexer = shlex.shlex(example, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True  # addresses hold colons
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("();<>|&"):
            break
        words.append(word)
    return words


def make_the_files_that_are_named(
    command: click.Command, context: click.Context, arguments: list[str]
) -> None:
    """Whatever an example names and the command wants to be there is there, and empty."""
    parser = command.make_parser(click.Context(command, parent=context))
    given, _, _ = parser.parse_args(list(arguments))
    for parameter in command.params:
        kind = parameter.type
        if isinstance(kind, click.Path) and kind.exists:
            for named in words_of(given.get(parameter.name or "")):
                make(Path(named), folder=not kind.file_okay or named.endswith("/"))


def words_of(value: object) -> list[str]:
    """What was given to one parameter, be it one word or several."""
    several = cast("Sequence[object]", value) if isinstance(value, tuple | list) else [value]
    return [word for word in several if isinstance(word, str)]


def make(path: Path, *, folder: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if folder:
        path.mkdir(exist_ok=True)
    else:
        path.touch()
