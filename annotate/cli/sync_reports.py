"""What push and pull did becomes lines for people, or one JSON object."""

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.output import print_outcome

if TYPE_CHECKING:
    from signalbook.annotate.sync.pull import Pulled
    from signalbook.annotate.sync.pulled_documents import StoredDocuments
    from signalbook.annotate.sync.push import Progress, Pushed
    from signalbook.annotate.workspace.workspace import Workspace
    from signalbook.schema.documents.records import Article
    from signalbook.schema.scheme.model import Scheme

_SHOWN = 10


def wanted_articles(
    paths: Iterable[Path], scheme: "Scheme", *, skip_broken: bool
) -> "list[Article]":
    """The articles of these files; what is odd about them is told.

    Raises:
        ArticleError: some are broken, and are not to be skipped.
    """
    from signalbook.annotate.articles.reader import read_articles, require_clean

    articles, problems = read_articles(paths, article_schema=scheme.article_schema)
    found = require_clean(articles, problems, skip_broken=skip_broken)
    for problem in problems:
        click.echo(str(problem), err=True)
    return found


@contextmanager
def taking_turns(workspace: "Workspace") -> Generator[None]:
    """Work alone in this workspace, after whoever is at work now: two pushes would double tasks."""
    from signalbook.schema.filesystem import lock

    def waiting() -> None:
        click.echo("another push or pull is at work here; waiting for it to end", err=True)

    with lock(workspace.state / "sync.lock", waiting):
        yield


@contextmanager
def progress_bar(doing: str) -> "Generator[Progress | None]":
    """A bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True)) as bar:
        row = bar.add_task(doing, total=None)
        yield lambda done, of: bar.update(row, completed=done, total=of)


def show_pushed(done: "Pushed", *, dry_run: bool, as_json: bool) -> None:
    """Print what a push did, or would do."""
    warnings: list[str] = []
    if done.doubled:
        shown = ", ".join(done.doubled[:_SHOWN]) + (", …" if len(done.doubled) > _SHOWN else "")
        warnings.append(
            f"the server has {len(done.doubled)} articles more than once ({shown}); "
            "delete the tasks that nobody has labelled, on the page of the project"
        )
    if done.predictions_left:
        warnings.append(
            f"predictions of articles that are not new are left out: {done.predictions_left}"
        )
    if as_json:
        counts = {"created": done.created, "present": done.present, "left": done.left}
        data = {**asdict(done), "dry_run": dry_run}
        print_outcome("push", data=data, counts=counts, warnings=warnings)
        return
    left = f", {done.left} left for later" if done.left else ""
    made = "to create" if dry_run else "created"
    click.echo(f"{done.created} {made}, {done.present} present{left}")
    for warning in warnings:
        click.echo(warning, err=True)


def write_stored(workspace: "Workspace") -> "StoredDocuments":
    """Make the workspace's documents anew from everything that was ever pulled."""
    from signalbook.annotate.sync.pulled_documents import documents
    from signalbook.annotate.sync.task_links import write_task_links
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
    if as_json:
        data = {"documents": str(workspace.documents), "raw": str(workspace.raw)}
        print_outcome(
            "pull", ok=not problems, data=data, counts=counts, warnings=leftovers, errors=problems
        )
        return
    click.echo(
        f"{pulled.new} new from {pulled.tasks} tasks; "
        f"{counts['documents']} documents, {stored.skipped} skipped"
    )
    for line in (*problems, *leftovers[:_SHOWN]):
        click.echo(line, err=True)
    if len(leftovers) > _SHOWN:
        click.echo(
            f"and {len(leftovers) - _SHOWN} more; see them with: signalbook pull --full --json",
            err=True,
        )
