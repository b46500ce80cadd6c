"""The commands that bring articles to the server, annotations back, and say how far that is."""

from pathlib import Path

import click

from .project import JSON, URL

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("push", short_help="Send articles to Label Studio, each once.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[ARTICLES]...")
@click.option("--dry-run", is_flag=True, help="Only say what would be created.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Create at most N tasks.")
@click.option("--predictions", type=_FILE, help="Annotation documents to show as predictions.")
@click.option("--new-text", is_flag=True, help="Make a second task where a text has changed.")
@click.option("--skip-broken", is_flag=True, help="Go on without articles that cannot be read.")
@URL
@JSON
def push_command(
    paths: tuple[Path, ...],
    dry_run: bool,
    limit: int | None,
    predictions: Path | None,
    new_text: bool,
    skip_broken: bool,
    url: str | None,
    as_json: bool,
) -> None:
    """Send ARTICLES, files or folders, to Label Studio: each once, however often you push.

    Without ARTICLES, those of the workspace.

    \b
    Examples:
      signalbook push
      signalbook push articles.jsonl --dry-run
      signalbook push articles/ --limit 20 --predictions model.jsonl
    """
    from signalbook.annotate.label_studio.project import require_project
    from signalbook.annotate.sync.push import push
    from signalbook.annotate.workspace.connection import open_client
    from signalbook.annotate.workspace.workspace import find_workspace
    from signalbook.schema.documents.jsonl import read_documents
    from signalbook.schema.scheme.loader import load_scheme

    from .sync_reports import progress_bar, show_pushed, taking_turns, wanted_articles

    workspace = find_workspace()
    scheme = load_scheme(workspace.scheme)
    articles = wanted_articles(paths or (workspace.articles,), scheme, skip_broken=skip_broken)
    guesses = read_documents([predictions]) if predictions else []
    with (
        open_client(workspace, url=url) as client,
        taking_turns(workspace),
        progress_bar("push") as progress,
    ):
        done = push(
            client,
            require_project(client, workspace.title)["id"],
            articles,
            scheme=scheme,
            predictions=guesses,
            limit=limit,
            new_text=new_text,
            dry_run=dry_run,
            progress=progress,
        )
    show_pushed(done, dry_run=dry_run, as_json=as_json)


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

    from .sync_reports import show_pulled, taking_turns, write_stored

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

    from .status_view import show_status, view_of

    workspace = find_workspace()
    view = view_of(workspace, lambda: open_client(workspace, url=url))
    show_status(view, as_json=as_json)
    if view.refused:
        click.get_current_context().exit(AccessError.exit_status)
