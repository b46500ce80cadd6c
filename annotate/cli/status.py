"""The command that tells how far everything is, and how it shows that."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, URL
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.cli.tables import aligned

if TYPE_CHECKING:
    from signalbook.annotate.sync.status import AnnotatorProgress

    from .status_view import WorkspaceStatus


@click.command("status", short_help="Show how far the work is.")
@URL
@JSON
def status_command(url: str | None, as_json: bool) -> None:
    """Show what is left to push, pull, repair and adjudicate, and what is published.

    If the server cannot be reached, what is known without it is shown. If it refuses the token,
    the command exits with status 5.

    \b
    Examples:
      signalbook status
      signalbook status --json
    """
    from signalbook.annotate.workspace.connection import open_client
    from signalbook.annotate.workspace.workspace import find_workspace
    from signalbook.schema.errors import AccessError

    from .status_view import workspace_status

    workspace = find_workspace()
    status = workspace_status(workspace, lambda: open_client(workspace, url=url))
    show_status(status, as_json=as_json)
    if status.refused:
        click.get_current_context().exit(AccessError.exit_status)


def show_status(status: "WorkspaceStatus", *, as_json: bool) -> None:
    """Print how far the workspace is."""
    reasons = [status.unreachable] if status.unreachable else []
    print_outcome(
        "status",
        as_json=as_json,
        lines=_text(status),
        ok=not status.refused,
        data=asdict(status),
        counts=_counts(status),
        warnings=[] if status.refused else reasons,
        errors=reasons if status.refused else [],
    )


def _counts(status: "WorkspaceStatus") -> dict[str, int]:
    counts = {
        "articles": status.articles,
        "broken": status.broken,
        "documents": status.documents,
        "invalid": status.invalid,
        "to_adjudicate": status.to_adjudicate,
    }
    if status.server is not None:
        counts |= {"to_push": status.server.to_push, "to_pull": status.server.to_pull}
    return counts


def _text(status: "WorkspaceStatus") -> Iterator[str]:
    yield status.title
    yield from aligned(_facts(status), indent="  ")
    yield from aligned(map(_progress, status.annotators), indent="  ")


def _progress(person: "AnnotatorProgress") -> tuple[str, str]:
    done = f"{person.submitted} submitted, {person.skipped} skipped"
    return person.annotator, f"{done}, {person.drafts} in progress"


def _facts(status: "WorkspaceStatus") -> list[tuple[str, str]]:
    server = status.server
    lines = [("articles", str(status.articles))]
    if status.broken:
        lines.append(("broken", f"{status.broken} cannot be read; see: signalbook push --dry-run"))
    if server is None:
        lines.append(("server", status.unreachable))
    else:
        lines += [
            ("server", f"{server.url}: {server.tasks} tasks, {server.finished} finished"),
            ("to push", str(server.to_push)),
            ("to pull", str(server.to_pull)),
        ]
        if server.changed:
            lines.append(("other texts", f"{', '.join(server.changed)}: new ids, or --new-text"))
    return [
        *lines,
        ("documents", str(status.documents)),
        ("to repair", f"{status.invalid} documents" if status.invalid else "0"),
        ("to adjudicate", str(status.to_adjudicate)),
        ("last release", status.last_release or "none"),
    ]
