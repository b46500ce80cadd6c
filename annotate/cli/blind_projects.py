"""`project plan` and `project apply` where every annotator has a project."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from signalbook.schema.cli.output import print_outcome, say
from signalbook.schema.cli.tables import table_lines
from signalbook.schema.text import counted

from .members import absences, members_of, presences
from .workspace import locked, open_client

if TYPE_CHECKING:
    from signalbook.annotate.assignment import AssignmentRecord, BlindPlan, Members
    from signalbook.annotate.assignment.projects import ProjectPlans
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.label_studio.project import Plan
    from signalbook.annotate.workspace.workspace import Workspace

NO_ROLES = (
    "Label Studio Community has no roles: annotators who follow their own link are shown no other "
    "work, but whoever opens the project of another sees what is in it; a pull reports what is "
    "done there."
)


def show_plans(workspace: "Workspace", *, url: str | None, as_json: bool) -> bool:
    """Print what would be assigned and changed; whether that is anything."""
    from signalbook.annotate.assignment import assignment_record
    from signalbook.annotate.label_studio.project import renamed_sentence

    with open_client(workspace, url=url) as client:
        plans = _plans(client, workspace, assignment_record(workspace), new=False)
        ways_on = [
            renamed_sentence(client.url, plan.desired.title, plan.renamed)
            for plan in plans.projects.values()
            if plan.renamed
        ] or ["Make it so with: signalbook project apply"]
        members = members_of(workspace, client, plans.assignment)
    warnings = [*absences(members, client.url)]
    print_outcome(
        "project plan",
        as_json=as_json,
        lines=_lines(plans, workspace, applied=False),
        remarks=[
            *warnings,
            *_about_server(workspace, members, client.url),
            *(ways_on if plans.is_needed else []),
        ],
        ok=not plans.is_needed,
        data={**_data(plans), "accounts": asdict(members)},
        counts=_counts(plans),
        warnings=warnings,
    )
    return plans.is_needed


def apply_and_show(workspace: "Workspace", *, new: bool, url: str | None, as_json: bool) -> None:
    """Assign the articles, make the projects as they are to be, and print both."""
    from dataclasses import replace

    from signalbook.annotate.assignment import assignment_record
    from signalbook.annotate.assignment.projects import apply_plans

    with open_client(workspace, url=url) as client, locked(workspace):
        record = assignment_record(workspace)
        plans = _plans(client, workspace, record, new=new)
        applied = apply_plans(client, workspace, plans, record)
        members = members_of(workspace, client, plans.assignment)
    for name, plan in plans.projects.items():
        if plan.project is None and applied[name].plan.project is not None:
            title = repr(plan.desired.title)
            say(f"Project {title} exists already: it came while this command ran.", err=True)
    done = replace(plans, projects={name: of_one.plan for name, of_one in applied.items()})
    links = {name: f"{client.url}/projects/{a.project['id']}" for name, a in applied.items()}
    warnings = [*absences(members, client.url)]
    print_outcome(
        "project apply",
        as_json=as_json,
        lines=_lines(done, workspace, applied=True, links=links),
        remarks=[
            *warnings,
            *_about_server(workspace, members, client.url),
            *(
                ["Send everybody their articles with: signalbook push"]
                if any(plans.assignment.by_annotator.values())
                else []
            ),
        ],
        data={**_data(done, links), "accounts": asdict(members)},
        counts=_counts(done),
        warnings=warnings,
    )


def _about_server(workspace: "Workspace", members: "Members", url: str) -> Iterator[str]:
    """What holds of the server as a whole, and is therefore said in the first stage alone."""
    from signalbook.schema.scheme.loader import load_scheme
    from signalbook.schema.scheme.stages import stage_before

    if stage_before(load_scheme(workspace.scheme)) is None:
        yield from presences(members, url)
        yield NO_ROLES


def drift_lines(plan: "Plan", *, applied: bool) -> Iterator[str]:
    """What was changed of a project, or would be."""
    title = repr(plan.desired.title)
    if plan.project is None and not plan.renamed:
        yield f"{'Created' if applied else 'Would create'} project {title}."
    for drift in plan.drift:
        yield f"{'Changed' if applied else 'Would change'} {drift.setting} of project {title}:"
        yield f"    from  {drift.is_}"
        yield f"    to    {drift.wanted}"


def _plans(
    client: "LabelStudioClient", workspace: "Workspace", record: "AssignmentRecord", *, new: bool
) -> "ProjectPlans":
    from signalbook.annotate.articles.reader import read_articles
    from signalbook.annotate.assignment.projects import plan_projects
    from signalbook.annotate.sync.authorship import included_annotations
    from signalbook.annotate.sync.raw_store import RawStore
    from signalbook.annotate.sync.stage_articles import stage_articles
    from signalbook.annotate.sync.status import planned_assignment
    from signalbook.schema.scheme.loader import load_scheme

    scheme = load_scheme(workspace.scheme)
    folder = [workspace.articles] if workspace.articles.is_dir() else []
    given, _ = read_articles(folder, article_schema=scheme.article_schema)
    articles = stage_articles(workspace, scheme, given).labelled
    stored = RawStore(workspace.raw).annotations()
    annotations = included_annotations(stored, workspace.annotations)
    planned = planned_assignment(workspace, record, articles, annotations)

    def noted(name: str) -> dict[int, str]:
        return {} if new else record.projects_of(client.url, name)

    return plan_projects(client, workspace, scheme, planned, noted)


def _lines(
    plans: "ProjectPlans",
    workspace: "Workspace",
    *,
    applied: bool,
    links: Mapping[str, str] | None = None,
) -> Iterator[str]:
    for plan in plans.projects.values():
        yield from drift_lines(plan, applied=applied)
    planned = plans.assignment
    if planned.new:
        verb = "Assigned" if applied else "Would assign"
        articles = counted(len({a.article for a in planned.new}), "article")
        yield f"{verb} {articles}, {counted(len(planned.new), 'task')} in all."
    if not any(planned.by_annotator.values()) and workspace.stage:
        yield "There is nothing to assign yet: all articles wait for the stage before."
        return
    if not plans.is_needed:
        yield "Every article is assigned, and the projects are as scheme and workspace want them."
    yield ""
    yield from table_lines(
        ("annotator", "articles", "new", "calibration", "again", "who", "project"),
        _rows(planned, links or {}),
    )
    yield ""
    yield from _facts(plans, workspace)


def _rows(planned: "BlindPlan", links: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    new = {*planned.new}
    for name in (*planned.people, *planned.left):
        own = planned.by_annotator[name]
        numbers = (
            sum(not a.repeat for a in own),
            sum(a in new for a in own),
            sum(a.calibration for a in own),
            sum(a.repeat > 0 for a in own),
        )
        gone = " (has left: gets nothing new)" if name in planned.left else ""
        place = links.get(name, planned.titles[name]) + gone
        yield name, *map(str, numbers), planned.addresses[name], place


def _facts(plans: "ProjectPlans", workspace: "Workspace") -> Iterator[str]:
    planned = plans.assignment
    least, most = planned.shared
    if len(planned.people) > 1:
        shared = counted(most, "article") if least == most else f"{least} to {most} articles"
        yield f"Each pair of annotators shares {shared}."
    if planned.calibration:
        yield f"Everybody gets {counted(planned.calibration, 'article')} for calibration first."
    for name, ids in sorted(planned.done.items()):
        articles = counted(len(ids), "article")
        yield f"{name} has labelled {articles} besides; they count, and are not assigned again."
    for name, ids in sorted(planned.given_up.items()):
        articles = counted(len(ids), "article")
        yield (
            f"{name} has left, and has not labelled {articles}, as far as was pulled; others "
            "get them."
        )
    if plans.has_project_for_all:
        yield (
            f"Project {workspace.title!r}, for all, stays as it is: nothing is sent there any "
            "more, and pulls still bring what is labelled there."
        )


def _data(plans: "ProjectPlans", links: Mapping[str, str] | None = None) -> dict[str, object]:
    planned = plans.assignment
    least, most = planned.shared
    return {
        "projects": [
            {
                "annotator": name,
                "address": planned.addresses[name],
                "title": plan.desired.title,
                "new": plan.project is None,
                "drift": [asdict(setting) for setting in plan.drift],
                "renamed": dict(plan.renamed),
                "link": (links or {}).get(name),
            }
            for name, plan in plans.projects.items()
        ],
        "assigned": [{**asdict(a), "new": False} for a in planned.earlier]
        + [{**asdict(a), "new": True} for a in planned.new],
        "done_besides": {name: sorted(ids) for name, ids in planned.done.items()},
        "given_up": {name: sorted(ids) for name, ids in planned.given_up.items()},
        "shared_by_pairs": {"least": least, "most": most},
        "calibration": planned.calibration,
        "left": [*planned.left],
    }


def _counts(plans: "ProjectPlans") -> dict[str, int]:
    changes = sum(len(p.drift) + (p.project is None) for p in plans.projects.values())
    return {"changes": changes, "to_assign": len(plans.assignment.new)}
