"""Writes the generated parts of README and docs: cog blocks there call the functions of this file.

python docs/generate.py             regenerate
python docs/generate.py --check     change nothing, fail where a file is not up to date
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from signalbook.annotate.cli.commands import cli
from signalbook.schema.markdown import table

DOCS = Path(__file__).parent
#: Wide enough for the lists of options, narrow enough for a phone held sideways.
_HELP_WIDTH = 84


def main(arguments: list[str]) -> int:
    """Run cog over every file that may hold a block."""
    files = [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md")), *sorted(DOCS.rglob("*.svg"))]
    mode = ["--check", "--diff"] if arguments == ["--check"] else ["-r"]
    command = [sys.executable, "-m", "cogapp", *mode, "--verbosity=1", "-I", str(DOCS)]
    return subprocess.run([*command, *map(str, files)], check=False).returncode


def commands(context: click.Context | None = None) -> Iterator[click.Context]:
    """Every command below a group, in the order of its help, as the context that it runs in."""
    context = context or _context(cli, "signalbook", None)
    if not isinstance(context.command, click.Group):
        return
    for name in context.command.list_commands(context):
        command = context.command.get_command(context, name)
        if command is not None and not command.hidden:
            below = _context(command, name, context)
            yield below
            yield from commands(below)


def command_table() -> str:
    """Commands and what each does, for the README; groups are left out, their commands stay."""
    called = [c for c in commands() if not isinstance(c.command, click.Group)]
    rows = [(f"`{c.command_path}`", c.command.get_short_help_str(limit=200)) for c in called]
    return table(("command", "what it does"), rows)


def command_reference() -> str:
    """The help of every command, as the terminal shows it."""
    top = _context(cli, "signalbook", None)
    parts = [_help_of(top, level=2)]
    parts += [_help_of(context, level=_depth(context) + 1) for context in commands(top)]
    return "\n\n".join(parts)


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=_HELP_WIDTH,
        **command.context_settings,
    )


def _depth(context: click.Context) -> int:
    return 0 if context.parent is None else _depth(context.parent) + 1


def _help_of(context: click.Context, *, level: int) -> str:
    path = context.command_path
    return f"{'#' * level} {path}\n\n```text\n$ {path} --help\n{context.get_help()}\n```"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
