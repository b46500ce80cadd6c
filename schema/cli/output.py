"""Say what a command did: to people in lines, to programs in the one JSON object of `--json`."""

import json
import re
import sys
from collections.abc import Iterable, Mapping

import click

from signalbook.schema.text import one_line, printable

#: Commands that can be run in a stage, where a line names them as the next step.
_OF_STAGES = re.compile(
    r"\bsignalbook (?=(?:adjudicate|agreement|project|pull|push|status|validate)\b)"
)


class StyledLine(str):
    """A line with colours of ours, in which everything else was made printable already."""


def say(line: object, *, err: bool = False) -> None:
    """Print one line for people; no text of a file or a server steers the terminal or adds one."""
    click.echo(line if isinstance(line, StyledLine) else _in_stage(one_line(str(line))), err=err)


def _in_stage(line: str) -> str:
    """The line with its next steps in the stage that the command was run in."""
    context = click.get_current_context(silent=True)
    stage = context.find_root().params.get("stage") if context else None
    return _OF_STAGES.sub(f"signalbook --stage {stage} ", line) if stage else line


def print_text(text: str) -> None:
    """Print a whole file: as it is into a pipe, but nothing in it steers a terminal."""
    shown = printable(text) if sys.stdout.isatty() else text
    click.echo(shown, nl=not text.endswith("\n"), color=True)  # else escapes would be taken out


def print_outcome(
    command: str,
    *,
    as_json: bool,
    lines: Iterable[str] = (),
    remarks: Iterable[str] = (),
    data: object = None,
    ok: bool = True,
    counts: Mapping[str, int] | None = None,
    warnings: Iterable[object] = (),
    errors: Iterable[object] = (),
) -> None:
    """Print the outcome of a command, once and in one place.

    Args:
        command: The command as it is typed, such as `release build`.
        as_json: Print `{command, ok, data, warnings, errors, counts}` on standard output, and
            nothing else.
        lines: What people read on standard output.
        remarks: What people read on standard error, beside the outcome itself.
        data: What the command found or made.
        ok: Whether all is well.
        counts: How many of what there are.
        warnings: What should be looked at.
        errors: What has to be repaired.
    """
    if not as_json:
        for line in lines:
            say(line)
        for remark in remarks:
            say(remark, err=True)
        return
    outcome = {
        "command": command,
        "ok": ok,
        "data": data,
        "warnings": list(warnings),
        "errors": list(errors),
        "counts": dict(counts or {}),
    }
    text = json.dumps(outcome, ensure_ascii=False, allow_nan=False)
    click.echo(text.encode("utf-8", "backslashreplace").decode())  # surrogates of file names
