"""The commands that make a workspace, run its embedded Label Studio and look what ails it."""

from pathlib import Path

import click

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_SHOW = click.option("--show-password", is_flag=True, help="Print the password as well.")


@click.command(short_help="Make a workspace.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a workspace in DIR: signalbook.toml and a folder for articles.

    \b
    Examples:
      signalbook init
      signalbook init my-project
    """
    from signalbook.annotate.workspace.workspace import init_workspace

    workspace = init_workspace(folder)
    click.echo(workspace.folder)
    click.echo("next: put articles into articles/, then: signalbook studio start", err=True)


@click.command(short_help="Check everything, and name the remedies.")
@click.option("--url", help="Look at this server instead of the one that is configured.")
@_JSON
def doctor(url: str | None, as_json: bool) -> None:
    """Check environment, workspace, scheme, server and token, and name the remedies.

    \b
    Examples:
      signalbook doctor
      signalbook doctor --url https://labels.example.org
    """
    from dataclasses import asdict

    from signalbook.annotate.workspace.doctor import examine
    from signalbook.schema.cli.output import print_outcome
    from signalbook.schema.errors import FindingsError

    checks = examine(url=url)
    failed = [check for check in checks if not check.ok]
    if as_json:
        data = [asdict(check) for check in checks]
        counts = {"checks": len(checks), "failed": len(failed)}
        print_outcome("doctor", ok=not failed, data=data, counts=counts)
        click.get_current_context().exit(FindingsError.exit_status if failed else 0)
    for check in checks:
        click.echo(f"{'ok' if check.ok else 'no':<4}{check.name:<17}{check.fact}")
        if not check.ok and check.remedy:
            click.echo(f"{'':<4}{'':<17}-> {check.remedy}")
    if failed:
        raise FindingsError(f"{len(failed)} of {len(checks)} checks failed; see the arrows above")


@click.group(short_help="Run the embedded Label Studio.")
def studio() -> None:
    """Run the embedded Label Studio of this workspace, for this machine only."""


@studio.command(short_help="Start it, and wait until it answers.")
@click.option("--port", type=click.IntRange(1024, 65535), help="Its port; else a free one.")
def start(port: int | None) -> None:
    """Start it, and wait until it answers; the first time takes about a minute.

    \b
    Examples:
      signalbook studio start
      signalbook studio start --port 8080
    """
    from rich.console import Console

    from signalbook.annotate.studio.state import STATE
    from signalbook.annotate.studio.studio import running
    from signalbook.annotate.studio.studio import start as start_studio
    from signalbook.annotate.workspace.workspace import find_workspace

    folder = find_workspace().studio
    known = running(folder)
    if known is None or (port is not None and not known.url.endswith(f":{port}")):
        with Console(stderr=True).status("starting Label Studio") as shown:
            known = start_studio(folder, port=port, progress=shown.update)
    click.echo(known.url)
    click.echo(f"log in as {known.email}; the password is in {folder / STATE}", err=True)


@studio.command()
def stop() -> None:
    """Stop it; what was labelled is kept.

    \b
    Example:
      signalbook studio stop
    """
    from signalbook.annotate.studio.studio import stop as stop_studio
    from signalbook.annotate.workspace.workspace import find_workspace

    stopped = stop_studio(find_workspace().studio)
    click.echo("stopped" if stopped else "it did not run", err=True)


@studio.command(short_help="Tell whether it runs, where, and for whom.")
@_JSON
@_SHOW
def status(as_json: bool, show_password: bool) -> None:
    """Tell whether it runs, where, and who can log in.

    \b
    Examples:
      signalbook studio status
      signalbook studio status --show-password
    """
    from signalbook.annotate.studio.accounts import users
    from signalbook.annotate.studio.studio import running
    from signalbook.annotate.workspace.workspace import find_workspace
    from signalbook.schema.cli.output import print_outcome

    folder = find_workspace().studio
    known = running(folder)
    people = [(user.email, user.password) for user in users(folder).values()]
    if known:
        people.insert(0, (known.email, known.password))
    if as_json:
        data = {"url": known.url if known else None, "users": [email for email, _ in people]}
        print_outcome("studio status", data=data, counts={"users": len(people)})
        return
    click.echo(known.url if known else "it does not run; start it with: signalbook studio start")
    for email, password in people:
        click.echo(f"  {email}  {password}" if show_password else f"  {email}")


@studio.command(short_help="Make a user who labels.")
@click.argument("email")
@_SHOW
def user(email: str, show_password: bool) -> None:
    """Make a user who labels, with a password of their own.

    \b
    Examples:
      signalbook studio user ada@example.org
      signalbook studio user ada@example.org --show-password
    """
    from signalbook.annotate.studio.accounts import USERS, create_user
    from signalbook.annotate.studio.studio import require_running
    from signalbook.annotate.workspace.workspace import find_workspace

    folder = find_workspace().studio
    known = require_running(folder)
    made = create_user(known, email)
    click.echo(f"{made.email}  {made.password}" if show_password else made.email)
    click.echo(f"log in at {known.url}; the password is in {folder / USERS}", err=True)
