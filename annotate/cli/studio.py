"""The commands that run the embedded Label Studio of a workspace."""

from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON
from signalbook.schema.cli.output import print_outcome, say

if TYPE_CHECKING:
    from signalbook.annotate.studio.start_stop import Studio
    from signalbook.annotate.workspace.workspace import Workspace

_SHOW = click.option("--show-password", is_flag=True, help="Print passwords, too.")


@click.group(short_help="Run the embedded Label Studio.")
def studio() -> None:
    """Run the embedded Label Studio of the workspace, which only this machine can reach.

    \b
    Examples:
      signalbook studio start
      signalbook studio user ada@example.org
    """


@studio.command(short_help="Start the embedded Label Studio.")
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    metavar="PORT",
    show_default="the port of the last start, else a free one",
    help="Port that the server listens on.",
)
def start(port: int | None) -> None:
    """Start the embedded Label Studio, and wait until it answers.

    The first start takes about a minute, because the database is made.

    \b
    Examples:
      signalbook studio start
      signalbook studio start --port 8080
    """
    from functools import partial

    from rich.console import Console

    from signalbook.annotate.studio.start_stop import running
    from signalbook.annotate.studio.start_stop import start as start_studio
    from signalbook.annotate.studio.state import STATE
    from signalbook.annotate.workspace.workspace import find_workspace

    workspace = find_workspace()
    folder = workspace.studio
    server = running(folder)
    if server is None or (port is not None and not server.url.endswith(f":{port}")):
        console = Console(stderr=True)
        with console.status("starting Label Studio") as spinner:
            on_step = spinner.update if console.is_terminal else partial(say, err=True)
            server = start_studio(folder, port=port, on_step=on_step)
    say(server.url)
    say(f"Log in as {server.email}; the password is in {folder / STATE}", err=True)
    say(next_step(server, workspace), err=True)


def next_step(server: "Studio", workspace: "Workspace") -> str:
    """What to do with the server: its projects may be there from an earlier start."""
    from signalbook.annotate.assignment import assignment_record, blind_plan
    from signalbook.annotate.label_studio.client import LabelStudioClient

    title, is_blind = workspace.title, workspace.assignment.is_blind
    if is_blind:
        planned = blind_plan(workspace, assignment_record(workspace))
        title = planned.titles[planned.people[0]]
    with LabelStudioClient(server.url, server.token) as client:
        projects = client.projects_called(title)
    if is_blind:
        done, way_on = ("There is", "status") if projects else ("Create", "project apply")
        return f"{done} a project for each annotator; go on with: signalbook {way_on}"
    if not projects:
        return "Create the project with: signalbook project apply"
    page = f"{server.url}/projects/{projects[0]}"
    return f"The project is at {page}; see how far it is with: signalbook status"


@studio.command(short_help="Stop the embedded Label Studio.")
def stop() -> None:
    """Stop the embedded Label Studio. What was labelled is kept.

    \b
    Example:
      signalbook studio stop
    """
    from signalbook.annotate.studio.start_stop import stop as stop_studio
    from signalbook.annotate.workspace.workspace import find_workspace

    stopped = stop_studio(find_workspace().studio)
    say("Label Studio has stopped." if stopped else "Label Studio was not running.", err=True)


@studio.command(short_help="Show whether it runs, and who can log in.")
@JSON
@_SHOW
def status(as_json: bool, show_password: bool) -> None:
    """Show whether the embedded Label Studio runs, its URL, and who can log in.

    \b
    Examples:
      signalbook studio status
      signalbook studio status --show-password
    """
    from signalbook.annotate.studio.accounts import users
    from signalbook.annotate.studio.start_stop import running
    from signalbook.annotate.workspace.workspace import find_workspace

    folder = find_workspace().studio
    server = running(folder)
    logins = [(user.email, user.password) for user in users(folder).values()]
    if server:
        logins.insert(0, (server.email, server.password))
    not_running = "Label Studio is not running; start it with: signalbook studio start"
    print_outcome(
        "studio status",
        as_json=as_json,
        lines=[
            server.url if server else not_running,
            *(
                f"  {email}  {password}" if show_password else f"  {email}"
                for email, password in logins
            ),
        ],
        data={
            "url": server.url if server else None,
            "users": [email for email, _ in logins],
            **({"passwords": dict(logins)} if show_password else {}),
        },
        counts={"users": len(logins)},
    )


@studio.command(short_help="Create an account for an annotator.")
@click.argument("email")
@_SHOW
def user(email: str, show_password: bool) -> None:
    """Create an account in the embedded Label Studio for the annotator with the address EMAIL.

    The account gets a password of its own, which is kept in a file of the workspace.

    \b
    Examples:
      signalbook studio user ada@example.org
      signalbook studio user ada@example.org --show-password
    """
    from signalbook.annotate.studio.accounts import USERS, create_user
    from signalbook.annotate.studio.start_stop import require_running
    from signalbook.annotate.workspace.workspace import find_workspace

    folder = find_workspace().studio
    server = require_running(folder)
    account = create_user(server, email)
    say(f"{account.email}  {account.password}" if show_password else account.email)
    say(f"Log in at {server.url}; the password is in {folder / USERS}", err=True)
