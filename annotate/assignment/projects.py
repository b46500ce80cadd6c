"""The projects of the annotators, as scheme and workspace want them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import JOURNAL, Journal
from signalbook.annotate.label_studio.project import (
    Applied,
    DesiredSettings,
    Plan,
    apply,
    desired_settings,
    plan,
    plan_for,
)
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.scheme.model import Scheme

from .blind import BlindPlan
from .record import AssignmentRecord


@dataclass(frozen=True)
class ProjectPlans:
    """Who is to get which articles, and what is to be changed on the server for that."""

    assignment: BlindPlan
    #: Annotator who labels now -> what is to be changed of the project.
    projects: Mapping[str, Plan]
    #: Whether there is a project for all, as before the projects were separate.
    has_project_for_all: bool

    @property
    def is_needed(self) -> bool:
        """Whether anything is to be changed or assigned."""
        return bool(self.assignment.new) or any(plan.is_needed for plan in self.projects.values())


def plan_projects(
    client: LabelStudioClient,
    workspace: Workspace,
    scheme: Scheme,
    planned: BlindPlan,
    noted: Callable[[str], Mapping[int, str]],
) -> ProjectPlans:
    """Compare the projects of those who label now with what is desired.

    Args:
        client: Client of the server.
        workspace: Workspace that the projects belong to.
        scheme: Scheme that the page and the instructions are derived from.
        planned: Who is to get which articles.
        noted: Gives the projects that an annotator has or had, each with the title it had last.
    """
    overlap = workspace.assignment.project_overlap
    desired = desired_settings(scheme, title=workspace.title, overlap=overlap)
    return ProjectPlans(
        planned,
        {
            name: _plan(client, replace(desired, title=planned.titles[name]), noted(name))
            for name in planned.people
        },
        has_project_for_all=bool(client.projects_called(workspace.title)),
    )


def apply_plans(
    client: LabelStudioClient, workspace: Workspace, plans: ProjectPlans, record: AssignmentRecord
) -> dict[str, Applied]:
    """Assign what is new, then create the projects or change what differs; nothing is deleted."""
    planned = plans.assignment
    record.assign(planned.new, planned.addresses)
    applied: dict[str, Applied] = {}
    for name, of_person in plans.projects.items():
        applied[name] = apply(client, of_person, Journal(workspace.state / JOURNAL))
        project = applied[name].project
        address = planned.addresses[name]
        record.note_project(client.url, project["id"], project["title"], address)
    return applied


def _plan(client: LabelStudioClient, desired: DesiredSettings, noted: Mapping[int, str]) -> Plan:
    """What is to be changed of one project; if its annotator has another name now, its title."""
    of_title = plan(client, desired, pulled=lambda: noted)
    ours = [id for id, title in of_title.renamed.items() if noted[id] == title]
    return plan_for(client.get_project(ours[-1]), desired) if ours else of_title
