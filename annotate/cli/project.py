"""The commands that create the project in Label Studio and keep it as scheme and workspace want it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, URL
from signalbook.schema.cli.output import print_outcome, say

from .blind_projects import apply_and_show, drift_lines, show_plans
from .members import invite_command
from .workspace import locked, open_client, projects_pulled, workspace_here

if TYPE_CHECKING:
    from signalbook.annotate.label_studio.project import DesiredSettings, Plan
    from signalbook.annotate.workspace.workspace import Workspace


@click.group(short_help="Manage the project in Label Studio.")
def project() -> None:
    """Create the project in Label Studio, and keep it as scheme and workspace want it.

    \b
    Examples:
      signalbook project plan
      signalbook project apply
      signalbook project invite
    """


project.add_command(invite_command)


@project.command("plan", short_help="Show what `project apply` would change.")
@URL
@JSON
def plan_command(url: str | None, as_json: bool) -> None:
    """Show what `signalbook project apply` would change on the server.

    The labelling page, the instructions and the number of annotators per article are compared
    with those of the server. Where signalbook.toml says mode = "blind" under [assignment], every
    annotator has a project, and who would get how many articles is shown, too. The command exits
    with status 4 if anything would be changed or assigned.

    \b
    Examples:
      signalbook project plan
      signalbook project plan --json
    """
    from signalbook.annotate.label_studio.project import plan
    from signalbook.schema.errors import DriftError

    workspace = workspace_here()
    if workspace.assignment.is_blind:
        if show_plans(workspace, url=url, as_json=as_json):
            click.get_current_context().exit(DriftError.exit_status)
        return
    with open_client(workspace, url=url) as client:
        pulled = projects_pulled(workspace, client)
        planned = plan(client, _desired(workspace), pulled=pulled)
    _show(planned, applied=False, as_json=as_json, url=client.url)
    if planned.is_needed:
        click.get_current_context().exit(DriftError.exit_status)


@project.command("apply", short_help="Create or update the project.")
@click.option(
    "--new",
    is_flag=True,
    help="Create a project although earlier pulls were of one with another title.",
)
@URL
@JSON
def apply_command(new: bool, url: str | None, as_json: bool) -> None:
    """Create the project in Label Studio, or update what differs from scheme and workspace.

    Where signalbook.toml says mode = "blind" under [assignment], every annotator gets a project,
    and the articles of the workspace are assigned: what was assigned once stays.

    Nothing is ever deleted. The server refuses a labelling page that the annotations which it has
    would not fit.

    \b
    Examples:
      signalbook project apply
      signalbook project apply --url https://labels.example.org
    """
    from signalbook.annotate.label_studio.journal import JOURNAL, Journal
    from signalbook.annotate.label_studio.project import apply, plan

    workspace = workspace_here()
    if workspace.assignment.is_blind:
        apply_and_show(workspace, new=new, url=url, as_json=as_json)
        return
    with open_client(workspace, url=url) as client, locked(workspace):
        pulled = set[int] if new else projects_pulled(workspace, client)
        planned = plan(client, _desired(workspace), pulled=pulled)
        applied = apply(client, planned, Journal(workspace.state / JOURNAL))
    if planned.project is None and applied.plan.project is not None:
        title = repr(workspace.title)
        say(f"Project {title} exists already: it came while this command ran.", err=True)
    page = f"{client.url}/projects/{applied.project['id']}"
    _show(applied.plan, applied=True, as_json=as_json, page=page)


def _desired(workspace: "Workspace") -> "DesiredSettings":
    from signalbook.annotate.label_studio.project import desired_settings
    from signalbook.schema.scheme.loader import load_scheme

    scheme = load_scheme(workspace.scheme)
    return desired_settings(
        scheme, title=workspace.title, overlap=workspace.assignment.project_overlap
    )


def _show(plan: "Plan", *, applied: bool, as_json: bool, page: str = "", url: str = "") -> None:
    from dataclasses import asdict

    from signalbook.annotate.label_studio.project import renamed_sentence

    new = plan.project is None
    drift = [asdict(setting) for setting in plan.drift]
    way_on = f"Send articles to {page} with: signalbook push"
    if not applied:
        way_on = "Make it so with: signalbook project apply"
    if plan.renamed:
        way_on = renamed_sentence(url, plan.desired.title, plan.renamed)
    print_outcome(
        "project apply" if applied else "project plan",
        as_json=as_json,
        lines=_lines(plan, applied=applied),
        remarks=[way_on] if applied or plan.is_needed else [],
        ok=applied or not plan.is_needed,
        data={
            "title": plan.desired.title,
            "new": new,
            "drift": drift,
            "renamed": dict(plan.renamed),
        },
        counts={"changes": len(plan.drift) + new},
    )


def _lines(plan: "Plan", *, applied: bool) -> Iterator[str]:
    yield from drift_lines(plan, applied=applied)
    if not plan.is_needed:
        yield f"Project {plan.desired.title!r} is as the scheme and the workspace want it."
