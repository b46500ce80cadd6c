"""The command that brings annotations into the workspace, and what it reports."""

from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.text import first_of

from .project import URL
from .workspace import taking_turns

if TYPE_CHECKING:
    from signalbook.annotate.sync.pull import Pulled
    from signalbook.annotate.sync.pulled_documents import StoredDocuments
    from signalbook.annotate.workspace.workspace import Workspace

_SHOWN = 10


@click.command("pull", short_help="Bring annotations into the workspace.")
@click.option("--full", is_flag=True, help="Ask for everything, not only for what has changed.")
@click.option("--drafts", is_flag=True, help="Back up unsubmitted work too.")
@click.option("--round", "round_", metavar="NAME", help="Of annotation, noted with what comes.")
@click.option("--watch", type=click.IntRange(1), metavar="SECONDS", help="Again and again.")
@URL
@JSON
def pull_command(
    full: bool,
    drafts: bool,
    round_: str | None,
    watch: int | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Bring annotations into the workspace; what was pulled once is never lost.

    \b
    Examples:
      signalbook pull
      signalbook pull --full --drafts
      signalbook pull --watch 60
    """
    import time
    from functools import partial

    from signalbook.annotate.label_studio.project import require_project
    from signalbook.annotate.sync.pull import pull
    from signalbook.annotate.workspace.connection import open_client
    from signalbook.annotate.workspace.workspace import find_workspace
    from signalbook.schema.errors import FindingsError, ServerError, UsageError

    if watch and as_json:
        raise UsageError("--watch goes on and on, --json prints one object; leave one out")
    workspace = find_workspace()
    with open_client(workspace, url=url) as client:
        project = require_project(client, workspace.title)["id"]
        once = partial(
            pull, client, project, workspace.state, round=round_, full=full, drafts=drafts
        )
        with taking_turns(workspace):
            pulled = once()
            stored = write_stored(workspace)
        show_pulled(pulled, stored, workspace, full=full, as_json=as_json)
        while watch:
            time.sleep(watch)
            with taking_turns(workspace):
                try:
                    pulled = once()
                except ServerError as error:
                    click.echo(f"{error}; trying again", err=True)
                    continue
                stored = write_stored(workspace) if pulled.new else stored
            if pulled.new:
                show_pulled(pulled, stored, workspace, full=False, as_json=False)
    if pulled.problems or stored.problems:
        click.get_current_context().exit(FindingsError.exit_status)


def write_stored(workspace: "Workspace") -> "StoredDocuments":
    """Make the workspace's documents anew from everything that was ever pulled."""
    from signalbook.annotate.sync.pulled_documents import documents, write_task_links
    from signalbook.annotate.workspace.pseudonyms import pseudonym
    from signalbook.schema.documents.jsonl import write_documents
    from signalbook.schema.scheme.loader import load_scheme

    scheme = load_scheme(workspace.scheme)
    stored = documents(workspace.raw, scheme, lambda email: pseudonym(workspace, email))
    write_documents(workspace.documents, (one.document for one in stored.converted))
    write_task_links(workspace.raw, workspace.task_links)
    return stored


def show_pulled(
    pulled: "Pulled",
    stored: "StoredDocuments",
    workspace: "Workspace",
    *,
    full: bool,
    as_json: bool,
) -> None:
    """Print what a pull brought, and what the store now says.

    What of an annotation has no place in its document is told with the pull that brings it, and
    by a full one.
    """
    problems = [*dict.fromkeys((*pulled.problems, *stored.problems))]
    leftovers = [
        leftover.sentence
        for leftover in stored.leftovers
        if full or leftover.annotation in pulled.annotations
    ]
    counts = {
        "tasks": pulled.tasks,
        "new": pulled.new,
        "documents": len(stored.converted),
        "skipped": stored.skipped,
        "superseded": stored.superseded,
    }
    way_out = "; see them with: signalbook pull --full --json"
    line = (
        f"{pulled.new} new from {pulled.tasks} tasks; "
        f"{counts['documents']} documents, {stored.skipped} skipped"
    )
    print_outcome(
        "pull",
        as_json=as_json,
        lines=[line],
        remarks=(*problems, *first_of(leftovers, _SHOWN, way_out=way_out)),
        ok=not problems,
        data={"documents": str(workspace.documents), "raw": str(workspace.raw)},
        counts=counts,
        warnings=leftovers,
        errors=problems,
    )
