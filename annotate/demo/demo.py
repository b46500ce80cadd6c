"""Run the whole path once on a real server: sample articles become a published dataset.

Like the command line itself, this is a place where the folders meet. Every step calls the function
that its command calls, so that a demo that ends well proves the commands. The annotators are
simulated: each has an account of its own and submits through the server, as people do through the
page.
"""

import shutil
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from signalbook.annotate.articles.reader import read_articles, require_clean
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.project import apply, desired_settings, plan
from signalbook.annotate.studio.accounts import User, create_user
from signalbook.annotate.studio.start_stop import Studio, migrated_template, start, stop
from signalbook.annotate.sync.pulled_documents import pull_documents
from signalbook.annotate.sync.push import push
from signalbook.annotate.sync.tasks import ARTICLE_ID
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.workspace import Workspace, read_workspace, settings_here
from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.agreement.measure import Measure
from signalbook.export.coefficients.gamma import must_compile
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import About, ReleasePlan
from signalbook.export.release.verify import verify_release
from signalbook.export.validation.checker import Checker, check, errors
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConflictError, FindingsError
from signalbook.schema.filesystem import write_text
from signalbook.schema.progress import OnStep
from signalbook.schema.scheme.loader import name_of
from signalbook.schema.scheme.model import Field, Scheme
from signalbook.schema.text import counted

from .invent import invent
from .simulate import simulate

ANNOTATORS = ("simulated-1", "simulated-2", "simulated-3")
VERSION = "1.0.0"
_MARK = "this-is-a-demo"
_SEED = 20310502
_PROGRESS_EVERY = 20

#: Annotator -> article id -> what the annotator will submit.
Planned: TypeAlias = Mapping[str, Mapping[str, AnnotationDocument]]


@dataclass(frozen=True)
class DemoResult:
    """What a demo made, and how long each step took."""

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
    seconds: Mapping[str, float]


def run_demo(
    scheme: Scheme,
    articles: Sequence[Path],
    folder: Path,
    *,
    keep: bool,
    template: Path,
    report: OnStep,
) -> DemoResult:
    """Run the whole path in a new workspace at `folder`.

    Args:
        scheme: Scheme to annotate by.
        articles: Files of articles; without any, the scheme's samples with their reference.
        folder: Folder of the workspace; an earlier demo there is replaced, anything else is not.
        keep: Leave the server running.
        template: Folder in which an empty database is kept for the next time.
        report: Called with what is going on, in one short sentence at a time.

    Raises:
        ConflictError: The folder holds something else than a demo.
        FindingsError: No valid annotation could be invented, or the release does not verify.
    """
    clock = _Clock(report)
    with clock("read the articles"):
        paths = list(articles) or [_samples_of(scheme)]
        loaded = require_clean(*read_articles(paths, article_schema=scheme.article_schema))
    with clock(f"simulate {counted(len(ANNOTATORS), 'annotator')}"):
        planned = _planned(scheme, loaded, invented=bool(articles), report=report)
    workspace = _new_workspace(folder, scheme)
    _copy(paths, workspace.articles)
    with clock("start an embedded Label Studio"):
        ready = migrated_template(template, on_step=report)
        studio = start(workspace.studio, bound_to_parent=not keep, template=ready, on_step=report)
    finished = False
    try:
        stage = _Stage(scheme, workspace, studio, clock)
        users, submitted = _on_server(stage, loaded, planned)
        result = _offline(stage, users, submitted)
        finished = True
        return result
    finally:
        if not (keep and finished):
            stop(studio.folder)


class _Clock:
    """Reports a step before it runs, and keeps how long it took."""

    def __init__(self, report: OnStep) -> None:
        self.report = report
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Generator[None]:
        self.report(f"== {step}")
        begun = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - begun, 2)


@dataclass(frozen=True)
class _Stage:
    """What the steps work on."""

    scheme: Scheme
    workspace: Workspace
    studio: Studio
    clock: _Clock


def _on_server(
    stage: _Stage, articles: Sequence[Article], planned: Planned
) -> tuple[list[User], int]:
    """Articles go to the server and annotations come back; returns who labelled, and how often."""
    scheme, workspace, studio, clock = stage.scheme, stage.workspace, stage.studio, stage.clock
    with clock("make accounts"):
        users = [create_user(studio, f"{name}@signalbook.invalid") for name in ANNOTATORS]
    with LabelStudioClient(studio.url, studio.token) as client:
        with clock("make the project as the scheme wants it"):
            desired = desired_settings(
                scheme, title=workspace.title, overlap=workspace.assignment.project_overlap
            )
            project = apply(client, plan(client, desired)).project["id"]
        with clock(f"push {counted(len(articles), 'article')}"):
            push(client, project, articles, scheme=scheme)
        with clock("submit the simulated annotations through the server"):
            rows = client.list_tasks(project, include=("id", "meta"))
            tasks = {str((row.get("meta") or {}).get(ARTICLE_ID)): row["id"] for row in rows}
            submitted = _submit(stage, users, planned, tasks)
        with clock("pull the annotations"):
            pull_documents(client, [project], workspace, lambda: scheme)
    return users, submitted


def _submit(
    stage: _Stage, users: Sequence[User], planned: Planned, tasks: Mapping[str, int]
) -> int:
    submitted = 0
    total = sum(map(len, planned.values()))
    for name, user in zip(ANNOTATORS, users, strict=True):
        with LabelStudioClient(stage.studio.url, user.token) as annotator:
            for article, document in planned[name].items():
                results = to_label_studio(document, stage.scheme)
                lead_time = document.annotator.lead_time_s
                annotator.create_annotation(tasks[article], results, lead_time=lead_time)
                submitted += 1
                if submitted % _PROGRESS_EVERY == 0:
                    stage.clock.report(f"{submitted} of {counted(total, 'annotation')}")
    return submitted


def _offline(stage: _Stage, users: list[User], submitted: int) -> DemoResult:
    """Documents become a verified release."""
    scheme, workspace, clock = stage.scheme, stage.workspace, stage.clock
    documents = read_documents([workspace.documents])
    with clock("validate"):
        issues = list(check(documents, scheme))
    with clock("adjudicate"):
        if scheme.span_types and must_compile():
            clock.report("compiles the measure of spans, once on this machine: up to a minute")
        adjudication = adjudicate(documents, scheme)
        adjudication.write(workspace.gold, workspace.decisions)
    release_plan = ReleasePlan(
        name=settings_here(workspace.folder).dataset_name(scheme),
        version=VERSION,
        scheme=scheme,
        gold=adjudication.gold,
        annotators=documents,
        about=_about(scheme, documents),
    )
    with clock("measure agreement"):
        measures = release_plan.agreement.measures if release_plan.agreement else []
    with clock(f"build release {VERSION}"):
        release = build_release(release_plan, workspace.datasets)
    with clock("verify the release"):
        if findings := verify_release(release):
            raise FindingsError(*findings)
    return DemoResult(
        workspace=workspace,
        release=release,
        studio=stage.studio,
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
    samples = _samples_of(scheme)
    fictional = {a.id for a in read_articles([samples])[0]} if samples.is_file() else set[str]()
    return About(
        title=f"{scheme.title}: demo",
        description="Made by `signalbook demo` to show the whole path once.",
        licence="CC0-1.0",
        authors=("The Signalbook developers",),
        synthetic_articles={document.article.id for document in documents} <= fictional,
        simulated_annotators=True,
    )


def _samples_of(scheme: Scheme) -> Path:
    return scheme.folder / "samples" / "articles.jsonl"


def _new_workspace(folder: Path, scheme: Scheme) -> Workspace:
    """A new workspace; the remains of an earlier demo are removed, nothing else ever is."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / ".signalbook" / _MARK).is_file():
            raise ConflictError(f"{folder}: holds something else; choose another --output")
        stop(folder / ".signalbook" / "studio")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    workspace = init_workspace(folder, name_of(scheme.path))
    write_text(workspace.state / _MARK, "Made by signalbook demo, which may replace this folder.\n")
    path = folder / "signalbook.toml"
    text = path.read_text(encoding="utf-8").replace("overlap = 2", f"overlap = {len(ANNOTATORS)}")
    text = text.replace('# name = "news"', f'name = "{scheme.name}_demo"')
    text = text.replace("# simulated_annotators = false", "simulated_annotators = true")
    names = "".join(f'"{name}@signalbook.invalid" = "{name}"\n' for name in ANNOTATORS)
    write_text(path, text + names)
    return read_workspace(folder.resolve())


def _copy(paths: Sequence[Path], folder: Path) -> None:
    """Put the articles where the commands of the workspace look for them, with the ids they have."""
    for number, path in enumerate(paths):
        if path.is_dir():
            shutil.copytree(path, folder, dirs_exist_ok=True)
            continue
        place = folder if not (folder / path.name).exists() else folder / str(number)
        place.mkdir(exist_ok=True)
        shutil.copyfile(path, place / path.name)


def _planned(
    scheme: Scheme, articles: Sequence[Article], *, invented: bool, report: OnStep
) -> Planned:
    """What every annotator will submit on every article."""
    checker = Checker(scheme)

    def count_errors(document: AnnotationDocument) -> int:
        return len(errors(checker.check(document)))

    path = scheme.folder / "samples" / "reference.jsonl"
    has_reference = not invented and path.is_file()
    references = {d.article.id: d for d in read_documents([path])} if has_reference else {}
    planned: dict[str, dict[str, AnnotationDocument]] = {name: {} for name in ANNOTATORS}
    unanswered: dict[str, Field] = {}
    for article in articles:
        reference = references.get(article.id) or invent(
            article,
            scheme,
            seed=_SEED,
            count_errors=count_errors,
            on_unanswered=lambda field: unanswered.update({field.pointer: field}),
        )
        if article.id not in references:
            _require_valid(reference, checker, [*unanswered.values()])
        for name in ANNOTATORS:
            planned[name][article.id] = simulate(
                reference, scheme, name=name, seed=_SEED, count_errors=count_errors
            )
    for field in unanswered.values():
        report(f"{_unanswered(field)}; it is left open, and so are spans that need it")
    return planned


def _require_valid(
    reference: AnnotationDocument, checker: Checker, unanswered: Sequence[Field]
) -> None:
    """Raises FindingsError if what was invented does not pass the checks."""
    if issues := errors(checker.check(reference)):
        facts = [" ".join(filter(None, (i.message, i.fact))) for i in issues]
        raise FindingsError(
            f"{reference.article.id}: no annotation could be invented that the scheme accepts; "
            "try the scheme with annotators of your own, or ask for what is named here less strictly",
            *map(_unanswered, unanswered),
            *facts,
        )


def _unanswered(field: Field) -> str:
    return f"no answer to “{field.title}” (#{field.pointer}) was found that the scheme accepts"
