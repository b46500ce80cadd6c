"""The commands that make a project on the server what the scheme and the workspace want."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, URL
from signalbook.schema.cli.output import print_outcome

if TYPE_CHECKING:
    from signalbook.annotate.label_studio.project import DesiredSettings, Plan
    from signalbook.annotate.workspace.workspace import Workspace


@click.group(short_help="Manage the project in Label Studio.")
def project() -> None:
    """Create the project in Label Studio, and keep it as scheme and workspace want it."""


@project.command("plan", short_help="Show what `project apply` would change.")
@URL
@JSON
def plan_command(url: str | None, as_json: bool) -> None:
    """Show what `signalbook project apply` would change on the server.

    The labelling page, the instructions and the number of annotators per article are compared
    with those of the server. The command exits with status 4 if they differ.

    \b
    Examples:
      signalbook project plan
      signalbook project plan --json
    """
    from signalbook.annotate.label_studio.project import plan
    from signalbook.annotate.workspace.connection import open_client
    from signalbook.annotate.workspace.workspace import find_workspace
    from signalbook.schema.errors import DriftError

    workspace = find_workspace()
    with open_client(workspace, url=url) as client:
        planned = plan(client, _desired(workspace))
    _show(planned, "project plan", as_json=as_json, ok=not planned.is_needed)
    if planned.is_needed:
        click.get_current_context().exit(DriftError.exit_status)


@project.command("apply", short_help="Create or update the project.")
@URL
@JSON
def apply_command(url: str | None, as_json: bool) -> None:
    """Create the project in Label Studio, or update what differs from scheme and workspace.

    Nothing is ever deleted, and the server refuses a labelling page that annotations which it has
    do not fit.

    \b
    Examples:
      signalbook project apply
      signalbook project apply --url https://labels.example.org
    """
    from signalbook.annotate.label_studio.project import apply, plan
    from signalbook.annotate.workspace.connection import open_client
    from signalbook.annotate.workspace.workspace import find_workspace

    workspace = find_workspace()
    with open_client(workspace, url=url) as client:
        planned = plan(client, _desired(workspace))
        project = apply(client, planned)
        _show(planned, "project apply", as_json=as_json, ok=True)
        click.echo(f"{client.url}/projects/{project['id']}", err=True)


def _desired(workspace: "Workspace") -> "DesiredSettings":
    from signalbook.annotate.label_studio.project import desired_settings
    from signalbook.schema.scheme.loader import load_scheme

    scheme = load_scheme(workspace.scheme)
    return desired_settings(scheme, title=workspace.title, overlap=workspace.overlap)


def _show(plan: "Plan", command: str, *, as_json: bool, ok: bool) -> None:
    from dataclasses import asdict

    new = plan.project is None
    print_outcome(
        command,
        as_json=as_json,
        lines=_lines(plan),
        ok=ok,
        data={"title": plan.desired.title, "new": new, "drift": [asdict(d) for d in plan.drift]},
        counts={"changes": len(plan.drift) + new},
    )


def _lines(plan: "Plan") -> Iterator[str]:
    if plan.project is None:
        yield f"+ project {plan.desired.title!r}"
    for drift in plan.drift:
        yield f"~ {drift.setting}\n    is     {drift.is_}\n    wanted {drift.wanted}"
    if not plan.is_needed:
        yield f"project {plan.desired.title!r} is as wanted"
