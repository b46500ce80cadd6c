"""Sample articles become a published dataset: every step of the path once, on a real server.

Like the command line itself, this is a place where the folders meet. The annotators are simulated:
each has an account of its own and submits through the server, as people do through the page.
"""

import shutil
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from signalbook.annotate.articles.reader import read_articles, require_clean
from signalbook.annotate.conversion.convert import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.project import Wanted, apply, plan
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.studio import Studio, migrated_template, start, stop
from signalbook.annotate.sync.pull import pull
from signalbook.annotate.sync.pulled_documents import documents as stored_documents
from signalbook.annotate.sync.pulled_documents import write_task_links
from signalbook.annotate.sync.push import push
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace, init_workspace, read_workspace
from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.agreement.measure import Measure
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import About, ReleasePlan
from signalbook.export.release.verify import verify_release
from signalbook.export.validation.checker import Checker, check
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConflictError, FindingsError
from signalbook.schema.filesystem import write_text
from signalbook.schema.page.codebook import instructions
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

from .invent import invent
from .simulate import simulate

ANNOTATORS = ("simulated-1", "simulated-2", "simulated-3")
VERSION = "1.0.0"
_MARK = "this-is-a-demo"
_SEED = 20310502

#: Told what is going on: a step, or how far a step is.
Say = Callable[[str], None]


@dataclass
class Told:
    """What the demo has to tell at its end."""

    workspace: Workspace
    release: Path
    studio: Studio
    users: list[User]
    articles: int
    submitted: int
    errors: int
    warnings: int
    decisions: int
    measures: list[Measure]
    #: Step -> seconds.
    seconds: dict[str, float] = field(default_factory=dict[str, float])


def run_demo(
    scheme: Scheme, articles: Sequence[Path], folder: Path, *, keep: bool, template: Path, say: Say
) -> Told:
    """Run the whole path in a new workspace at `folder`.

    Args:
        scheme: of the annotation.
        articles: files of them; without any, the scheme's samples with their reference.
        folder: of the workspace; an earlier demo there is replaced, anything else is not.
        keep: leave the server running.
        template: folder in which an empty database is kept for the next time.
        say: told about every step.

    Raises:
        ConflictError: the folder holds something else than a demo.
        FindingsError: the release does not verify.
    """
    clock = _Clock(say)
    with clock("read the articles"):
        samples = list(articles) or [scheme.folder / "samples" / "articles.jsonl"]
        loaded = require_clean(*read_articles(samples, article_schema=scheme.article_schema))
    with clock("simulate three annotators"):
        planned = _simulated(scheme, loaded, invented=bool(articles))
    workspace = _workspace(folder)
    with clock("start an embedded Label Studio"):
        ready = migrated_template(template, progress=say)
        studio = start(workspace.studio, bound_to_parent=not keep, template=ready, progress=say)
    told: Told | None = None
    try:
        told = _on_server(scheme, loaded, planned, workspace, studio, clock)
        return told
    finally:
        if not keep or told is None:
            stop(studio.folder)


def _on_server(
    scheme: Scheme,
    articles: list[Article],
    planned: dict[str, dict[str, AnnotationDocument]],
    workspace: Workspace,
    studio: Studio,
    clock: "_Clock",
) -> Told:
    with clock("make accounts"):
        users = [create_user(studio, f"{name}@signalbook.invalid") for name in ANNOTATORS]
    with LabelStudioClient(studio.url, studio.token) as client:
        with clock("make the project as the scheme wants it"):
            project = _project(client, scheme, workspace)
        with clock(f"push {len(articles)} articles"):
            push(client, project, articles, scheme=scheme)
        with clock("submit the simulated annotations through the server"):
            submitted = _submit(scheme, studio, users, planned, client, project, clock.say)
        with clock("pull the annotations"):
            pull(client, project, workspace.state)
            stored = stored_documents(workspace.raw, scheme, lambda e: pseudonym(workspace, e))
            write_documents(workspace.documents, [one.document for one in stored.converted])
            write_task_links(workspace.raw, workspace.task_links)
    return _offline(scheme, workspace, studio, users, submitted, clock)


def _project(client: LabelStudioClient, scheme: Scheme, workspace: Workspace) -> int:
    wanted = Wanted(
        workspace.title, labeling_config(scheme), instructions(scheme), workspace.overlap
    )
    return apply(client, plan(client, wanted))["id"]


def _offline(
    scheme: Scheme,
    workspace: Workspace,
    studio: Studio,
    users: list[User],
    submitted: int,
    clock: "_Clock",
) -> Told:
    documents = read_documents([workspace.documents])
    with clock("validate"):
        issues = list(check(documents, scheme))
    with clock("adjudicate"):
        adjudication = adjudicate(documents, scheme)
        beside = workspace.documents.with_name
        adjudication.write(beside("gold.jsonl"), beside("decisions.jsonl"))
    plan = ReleasePlan(
        name=f"{scheme.name}_demo",
        version=VERSION,
        scheme=scheme,
        gold=adjudication.gold,
        annotators=documents,
        about=_about(scheme, documents),
    )
    with clock("measure agreement"):
        measures = plan.agreement.measures if plan.agreement else []
    with clock(f"build release {VERSION}"):
        release = build_release(plan, workspace.datasets)
    with clock("verify the release"):
        if wrong := verify_release(release):
            raise FindingsError("\n".join(map(str, wrong)))
    return Told(
        workspace=workspace,
        release=release,
        studio=studio,
        users=users,
        articles=len({document.article.id for document in documents}),
        submitted=submitted,
        errors=sum(issue.severity == "error" for issue in issues),
        warnings=sum(issue.severity == "warning" for issue in issues),
        decisions=len(adjudication.decisions),
        measures=[measure for measure in measures if not measure.name.secondary],
        seconds=clock.seconds,
    )


def _about(scheme: Scheme, documents: Sequence[AnnotationDocument]) -> About:
    ours = {article.id for article in _samples(scheme)}
    invented = {document.article.id for document in documents} <= ours
    return About(
        title=f"{scheme.title}: demo",
        description="Made by `signalbook demo` to show the whole path once.",
        licence="CC0-1.0",
        authors=("The Signalbook developers",),
        synthetic_articles=invented,
        simulated_annotators=True,
    )


def _samples(scheme: Scheme) -> list[Article]:
    path = scheme.folder / "samples" / "articles.jsonl"
    return read_articles([path])[0] if path.is_file() else []


def _workspace(folder: Path) -> Workspace:
    """A new workspace; the remains of an earlier demo are removed, nothing else ever is."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / ".signalbook" / _MARK).is_file():
            raise ConflictError(f"{folder}: holds something else; choose another --output")
        stop(folder / ".signalbook" / "studio")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    workspace = init_workspace(folder)
    write_text(workspace.state / _MARK, "Made by signalbook demo, which may replace this folder.\n")
    path = folder / "signalbook.toml"
    text = path.read_text(encoding="utf-8").replace("overlap = 2", f"overlap = {len(ANNOTATORS)}")
    names = "".join(f'"{name}@signalbook.invalid" = "{name}"\n' for name in ANNOTATORS)
    write_text(path, text + names)
    return read_workspace(folder.resolve())


def _simulated(
    scheme: Scheme, articles: Sequence[Article], *, invented: bool
) -> dict[str, dict[str, AnnotationDocument]]:
    """Annotator -> article id -> what it will submit."""
    checker = Checker(scheme)

    def count_errors(document: AnnotationDocument) -> int:
        return sum(issue.severity == "error" for issue in checker.check(document))

    reference = scheme.folder / "samples" / "reference.jsonl"
    known = {}
    if not invented and reference.is_file():
        known = {document.article.id: document for document in read_documents([reference])}
    planned: dict[str, dict[str, AnnotationDocument]] = {name: {} for name in ANNOTATORS}
    for article in articles:
        truth = known.get(article.id) or invent(
            article, scheme, seed=_SEED, count_errors=count_errors
        )
        for name in ANNOTATORS:
            planned[name][article.id] = simulate(
                truth, scheme, name=name, seed=_SEED, count_errors=count_errors
            )
    return planned


def _submit(
    scheme: Scheme,
    studio: Studio,
    users: Sequence[User],
    planned: dict[str, dict[str, AnnotationDocument]],
    client: LabelStudioClient,
    project: int,
    say: Say,
) -> int:
    tasks = {
        str((row.get("meta") or {}).get("article_id")): row["id"]
        for row in client.list_tasks(project, include=("id", "meta"))
    }
    submitted = 0
    total = len(tasks) * len(users)
    for name, user in zip(ANNOTATORS, users, strict=True):
        with LabelStudioClient(studio.url, user.token) as annotator:
            for article, document in planned[name].items():
                result = to_label_studio(document, scheme)
                lead_time = document.annotator.lead_time_s
                annotator.create_annotation(tasks[article], result, lead_time=lead_time)
                submitted += 1
                if submitted % 20 == 0:
                    say(f"{submitted} of {total} annotations")
    return submitted


class _Clock:
    """Names a step before it runs, and keeps how long it took."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Generator[None]:
        self.say(f"== {step}")
        begun = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - begun, 2)
