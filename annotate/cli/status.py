"""The command that tells how far everything is, and how it shows that."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON
from signalbook.schema.cli.output import print_outcome

from .project import URL

if TYPE_CHECKING:
    from .status_view import View


@click.command("status", short_help="Tell how far everything is.")
@URL
@JSON
def status_command(url: str | None, as_json: bool) -> None:
    """Tell what is to push, to pull, in progress, to repair, to adjudicate and published.

    Without a server, only what is known here; with a token that it refuses, that and status 5.

    \b
    Examples:
      signalbook status
      signalbook status --json
    """
    from signalbook.annotate.workspace.connection import open_client
    from signalbook.annotate.workspace.workspace import find_workspace
    from signalbook.schema.errors import AccessError

    from .status_view import view_of

    workspace = find_workspace()
    view = view_of(workspace, lambda: open_client(workspace, url=url))
    show_status(view, as_json=as_json)
    if view.refused:
        click.get_current_context().exit(AccessError.exit_status)


def show_status(view: "View", *, as_json: bool) -> None:
    """Print the view."""
    reasons = [view.unreachable] if view.unreachable else []
    print_outcome(
        "status",
        as_json=as_json,
        lines=_text(view),
        ok=not view.refused,
        data=asdict(view),
        counts=_counts(view),
        warnings=[] if view.refused else reasons,
        errors=reasons if view.refused else [],
    )


def _counts(view: "View") -> dict[str, int]:
    counts = {
        "articles": view.articles,
        "broken": view.broken,
        "documents": view.documents,
        "invalid": view.invalid,
        "to_adjudicate": view.to_adjudicate,
    }
    if view.server is not None:
        counts |= {"to_push": view.server.to_push, "to_pull": view.server.to_pull}
    return counts


def _text(view: "View") -> Iterator[str]:
    yield view.title
    for name, fact in _lines(view):
        yield f"  {name:<14}{fact}"
    for one in view.annotators:
        said = f"{one.submitted} submitted, {one.skipped} skipped, {one.drafts} in progress"
        yield f"  {one.annotator:<24}{said}"


def _lines(view: "View") -> list[tuple[str, str]]:
    server = view.server
    lines = [("articles", str(view.articles))]
    if view.broken:
        lines.append(("broken", f"{view.broken} cannot be read; see: signalbook push --dry-run"))
    if server is None:
        lines.append(("server", view.unreachable))
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
        ("documents", str(view.documents)),
        ("to repair", f"{view.invalid} documents" if view.invalid else "0"),
        ("to adjudicate", str(view.to_adjudicate)),
        ("last release", view.last_release or "none"),
    ]
