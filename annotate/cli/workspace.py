"""The commands that create a workspace and check its set-up."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, PATH, URL, scheme_option
from signalbook.schema.cli.output import print_outcome, say
from signalbook.schema.cli.tables import aligned
from signalbook.schema.text import counted

if TYPE_CHECKING:
    from signalbook.annotate.assignment import Share
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.workspace.doctor import HealthCheck
    from signalbook.annotate.workspace.workspace import Workspace
    from signalbook.schema.documents.records import Article


@click.command(short_help="Create a workspace.")
@click.argument("folder", metavar="[DIR]", default=".", type=PATH)
@scheme_option(show_default="the newest diplomatic_signal")
def init(folder: Path, source: str | None) -> None:
    """Create a workspace in DIR: a file signalbook.toml for the settings, and a folder articles/.

    Without DIR, the current folder becomes the workspace. What is in it already stays. The scheme is
    written into signalbook.toml with its version, so that the workspace goes on with it.

    \b
    Examples:
      signalbook init
      signalbook init my-project --scheme schemes/mine.schema.json
    """
    from signalbook.annotate.workspace.new_workspace import init_workspace
    from signalbook.schema.scheme.loader import load_scheme, name_of

    workspace = init_workspace(folder, name_of(load_scheme(source).path))
    say(workspace.folder)
    go = "" if workspace.folder == Path.cwd() else f"cd {quote(str(workspace.folder))} && "
    say(f"Put articles into its folder articles/, then run: {go}signalbook studio start", err=True)


@click.command(short_help="Check the set-up, and name what mends it.")
@URL
@JSON
def doctor(url: str | None, as_json: bool) -> None:
    """Check environment, workspace, scheme, server and token, and name what mends each fault.

    The command exits with status 3 if a check fails.

    \b
    Examples:
      signalbook doctor
      signalbook doctor --url https://labels.example.org
    """
    from dataclasses import asdict

    from signalbook.annotate.workspace.doctor import examine
    from signalbook.schema.errors import FindingsError

    checks = examine(url=url)
    failed = [check for check in checks if not check.ok]
    print_outcome(
        "doctor",
        as_json=as_json,
        lines=aligned(_rows(checks)),
        ok=not failed,
        data=[asdict(check) for check in checks],
        counts={"checks": len(checks), "failed": len(failed)},
        errors=[f"{check.name}: {check.fact}" for check in failed],
    )
    if failed and as_json:
        click.get_current_context().exit(FindingsError.exit_status)
    if failed:
        raise FindingsError(
            f"{len(failed)} of {counted(len(checks), 'check')} failed; mend what is marked `no`"
        )


def _rows(checks: "Iterable[HealthCheck]") -> Iterator[tuple[str, str, str]]:
    for check in checks:
        yield "ok" if check.ok else "no", check.name, check.fact
        if not check.ok and check.remedy and check.remedy not in check.fact:
            yield "", "", f"-> {check.remedy}"


def workspace_here() -> "Workspace":
    """The workspace of the current folder, in the stage that `--stage` names or the last one.

    Raises:
        UsageError: There is none, its file is wrong, or it has no such stage.
    """
    from signalbook.annotate.workspace.workspace import find_workspace

    stage: str | None = click.get_current_context().find_root().params.get("stage")
    return find_workspace(stage=stage)


def open_client(workspace: "Workspace", *, url: str | None = None) -> "LabelStudioClient":
    """A client of the server that is meant; says so if others can read along, or read the token."""
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.workspace.connection import find_connection

    connection = find_connection(workspace, url=url)
    if connection.is_open:
        say(
            f"{connection.url}: others on the way can read the token and the texts; "
            "use https if the server has it",
            err=True,
        )
    if remedy := connection.file_remedy:
        say(f"others on this machine can read the token; close the file with: {remedy}", err=True)
    return LabelStudioClient(connection.url, connection.token)


def projects_pulled(workspace: "Workspace", client: "LabelStudioClient") -> Callable[[], set[int]]:
    """Gives the ids of the projects of this server that earlier pulls of the workspace were of.

    That takes reading the whole raw store, and is seldom needed.
    """
    from signalbook.annotate.sync.pull import pulled_projects
    from signalbook.annotate.sync.raw_store import RawStore

    return lambda: pulled_projects(RawStore(workspace.raw), workspace.state, client.url)


def shares_of(
    workspace: "Workspace",
    client: "LabelStudioClient",
    articles: "Sequence[Article]" = (),
    article_ids: "Mapping[str, str] | None" = None,
) -> "list[Share]":
    """The projects of the workspace, each with those of the articles that belong into it.

    Raises:
        ConflictError: One is not there, and one that was its like has another title.
        UsageError: One is not there.
    """
    from signalbook.annotate.assignment import assignment_record, project_shares

    record, pulled = assignment_record(workspace), projects_pulled(workspace, client)
    return project_shares(
        client, workspace, record, articles, article_ids=article_ids or {}, pulled=pulled
    )


@contextmanager
def locked(workspace: "Workspace") -> Generator[None]:
    """Work alone in this workspace: two pushes at once would create every task twice."""
    from signalbook.schema.filesystem import lock

    def waiting() -> None:
        say("Another command is at work in this workspace; waiting for it to end.", err=True)

    with lock(workspace.state / "sync.lock", waiting):
        yield
