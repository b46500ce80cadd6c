"""What a command did, as the one JSON object that `--json` prints."""

import json
from collections.abc import Iterable, Mapping

import click


def print_outcome(
    command: str,
    *,
    data: object = None,
    ok: bool = True,
    counts: Mapping[str, int] | None = None,
    warnings: Iterable[object] = (),
    errors: Iterable[object] = (),
) -> None:
    """Print `{command, ok, data, warnings, errors, counts}` on standard output."""
    outcome = {
        "command": command,
        "ok": ok,
        "data": data,
        "warnings": list(warnings),
        "errors": list(errors),
        "counts": dict(counts or {}),
    }
    click.echo(json.dumps(outcome, ensure_ascii=False))
