"""Every command and every option that a message, a help text or a file of a release names exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from places import ROOT

from signalbook.annotate.cli.commands import cli

#: A command as it is typed, up to the end of its line or sentence.
_NAMED = re.compile(r"signalbook ((?:[a-z][a-z-]*)(?: [^\n`;,.)]*)?)")
_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
FOLDERS = ("schema", "annotate", "export")


def strings(path: Path) -> Iterator[str]:
    """Text of a program without its values, or of a template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else "X"
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def named() -> list[tuple[str, str]]:
    files = [
        path
        for folder in FOLDERS
        for suffix in ("*.py", "*.j2", "*.jinja")
        for path in sorted((ROOT / folder).rglob(suffix))
    ]
    return [
        (str(path.relative_to(ROOT)), match[1])
        for path in files
        for text in strings(path)
        for match in _NAMED.finditer(text)
    ]


def missing(typed: str) -> str:
    """What of a typed command there is not; empty if all of it is there."""
    command: click.Command = cli
    for word in typed.split():
        if not isinstance(command, click.Group):
            break
        found = command.commands.get(word)
        if found is None:
            return word
        command = found
    options = {name for option in command.params for name in option.opts}
    return next((name for name in _OPTION.findall(typed) if name not in options), "")


def test_every_command_that_is_named_anywhere_exists() -> None:
    places = named()
    assert len(places) > 100
    assert [(path, typed) for path, typed in places if missing(typed)] == []


@pytest.mark.parametrize(
    ("typed", "lacks"),
    [("release hydrate DIR", "hydrate"), ("pull --fast", "--fast"), ("pull --full", "")],
)
def test_what_does_not_exist_is_found(typed: str, lacks: str) -> None:
    assert missing(typed) == lacks
