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
      signalbook studio user add ada@example.org
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


@studio.group(short_help="Manage the accounts of annotators.")
def user() -> None:
    """Manage the accounts of annotators in the embedded Label Studio.

    \b
    Example:
      signalbook studio user add ada@example.org ben@example.org
    """


@user.command("add", short_help="Create accounts for annotators.")
@click.argument("emails", metavar="EMAIL...", nargs=-1, required=True)
@JSON
@_SHOW
def add_command(emails: tuple[str, ...], as_json: bool, show_password: bool) -> None:
    """Create an account in the embedded Label Studio for every annotator with an address EMAIL.

    Each account gets a password of its own. A terminal shows it, once; into a pipe or a log it is
    printed with --show-password only. A file of the workspace keeps it, which nobody but you can
    read. Who has an account already keeps it.

    \b
    Examples:
      signalbook studio user add ada@example.org
      signalbook studio user add ada@example.org ben@example.org --show-password
    """
    import sys

    from signalbook.annotate.studio.accounts import USERS, create_user, users
    from signalbook.annotate.studio.start_stop import require_running
    from signalbook.annotate.workspace.annotator_names import plain_address
    from signalbook.annotate.workspace.workspace import find_workspace

    folder = find_workspace().studio
    server = require_running(folder)
    before = users(folder)
    accounts = [create_user(server, email) for email in dict.fromkeys(map(plain_address, emails))]
    new = [account.email for account in accounts if account.email not in before]
    is_shown = {
        account.email: show_password or (account.email in new and sys.stdout.isatty())
        for account in accounts
    }
    print_outcome(
        "studio user add",
        as_json=as_json,
        lines=[
            f"{account.email}  {account.password}" if is_shown[account.email] else account.email
            for account in accounts
        ],
        remarks=[f"Log in at {server.url}; the passwords are in {folder / USERS}"],
        data={
            "url": server.url,
            "users": [account.email for account in accounts],
            "new": new,
            **({"passwords": {a.email: a.password for a in accounts}} if show_password else {}),
        },
        counts={"users": len(accounts), "new": len(new)},
    )
