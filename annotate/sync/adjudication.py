"""Send the adjudicators what they are to decide, and bring back what they made of it.

They have a project of their own: its tasks show every reading to whoever opens them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from signalbook.annotate.conversion.beginning import Beginning
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.journal import Journal
from signalbook.annotate.label_studio.payloads import TaskInput
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.errors import ConversionError
from signalbook.schema.progress import OnCount, silent
from signalbook.schema.scheme.model import Json, Scheme

from .authorship import NO_DECISIONS, article_of, included_annotations
from .existing import ExistingTask, ExistingTasks
from .pull import pull
from .pulled_documents import convert_annotation
from .raw_store import StoredAnnotation
from .sending import Recipient
from .tasks import CORRECTIONS, corrections, to_task

#: Key of a task's data and `meta`: the hash of the annotations that it shows.
MADE_FROM = "made_from"


@dataclass(frozen=True)
class AdjudicationTask:
    """An article that an adjudicator is to decide."""

    article: Article
    #: Hash of the annotations that are shown.
    made_from: str
    #: What the adjudicator starts from.
    draft: AnnotationDocument
    #: What annotators have, under blind names.
    readings: Sequence[AnnotationDocument]
    #: Where they differ, in words.
    lines: Sequence[str]


@dataclass(frozen=True)
class Sent:
    """What was sent to the adjudicators."""

    created: int
    #: Ids of articles whose task shows annotations as they were before: its list was made anew.
    updated: tuple[str, ...]
    present: int
    #: Articles that the page cannot show, in words.
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """What an adjudicator submitted."""

    document: AnnotationDocument
    #: Identity of the annotation.
    annotation: str
    #: When it was submitted or changed.
    at: str
    #: Hash of the annotations that its task showed.
    made_from: str


def send(
    client: LabelStudioClient,
    project: int,
    tasks: Iterable[AdjudicationTask],
    *,
    scheme: Scheme,
    journal: Journal,
    on_count: OnCount = silent,
) -> Sent:
    """Create a task for every article that has none; bring the others up to date.

    A task on which nobody has begun, and whose annotations have changed, is replaced. Where an
    adjudicator has begun or submitted, it stays, with a new list of what is to decide.

    Raises:
        PartialError: The server went away in between, or may still be at work; run again to resume.
        ServerError: The server went away before anything was created.
    """
    recipient = Recipient(client, project, journal)
    existing = recipient.settled(give_up=False)
    inputs, problems = _inputs(tasks, scheme)
    if idle := [t.id for task, _ in inputs for t in _outdated(task, existing) if not t.is_labelled]:
        client.delete_unlabelled(project, idle)
        existing = recipient.look()
    new = [(task, data) for task, data in inputs if not existing.of(task.article)]
    recipient.create([data for _, data in new], on_count)
    outdated = {t.id: made for task, made in inputs for t in _outdated(task, existing)}
    updated = [task.article.id for task, _ in inputs for _ in _outdated(task, existing)]
    _update(client, project, outdated)
    if new:
        existing, _ = recipient.remove_doubles(existing, spare=False)
        recipient.require([task.article for task, _ in new], existing)
    for task, _ in inputs[:1]:  # each time, for an earlier command may have been killed before it
        # The server takes only a name that predictions have, so after these have come.
        name = task.draft.annotator.id
        client.update_project(project, {"model_version": name, "show_collab_predictions": True})
    return Sent(len(new), tuple(updated), len(inputs) - len(new), tuple(problems))


def _inputs(
    tasks: Iterable[AdjudicationTask], scheme: Scheme
) -> tuple[list[tuple[AdjudicationTask, TaskInput]], list[str]]:
    """Each with what is sent, and those that cannot be, in words."""
    inputs: list[tuple[AdjudicationTask, TaskInput]] = []
    problems: list[str] = []
    for task in tasks:
        try:
            known = Beginning(earlier_part(task.draft, scheme)) if scheme.earlier else None
            made = to_task(task.article, scheme, [task.draft, *task.readings], known)
        except ConversionError as error:
            problems.append(f"{task.article.id}: cannot be shown to an adjudicator: {error}")
            continue
        news: dict[str, Json] = {CORRECTIONS: corrections(task.lines), MADE_FROM: task.made_from}
        made["data"] = {**made["data"], **news}
        made["meta"] = {**made.get("meta", {}), MADE_FROM: task.made_from}
        inputs.append((task, made))
    return inputs, problems


def _outdated(task: AdjudicationTask, existing: ExistingTasks) -> Iterator[ExistingTask]:
    """The tasks of an article that show other annotations than there are now."""
    return (t for t in existing.of(task.article) if t.meta.get(MADE_FROM) != task.made_from)


def _update(client: LabelStudioClient, project: int, outdated: Mapping[int, TaskInput]) -> None:
    """Put the new lists of what is to decide in the place of the old ones."""
    for row in client.task_contents(project, [*outdated]):
        news = {key: outdated[row["id"]]["data"][key] for key in (CORRECTIONS, MADE_FROM)}
        meta = {**(row["meta"] or {}), MADE_FROM: news[MADE_FROM]}
        client.update_task(row["id"], data={**row["data"], **news}, meta=meta)


def collect(
    client: LabelStudioClient,
    project: int,
    workspace: Workspace,
    read_scheme: Callable[[], Scheme],
) -> tuple[list[Decided], list[str]]:
    """Pull the adjudicators' project, and give the newest annotation of every article in it.

    What is pulled goes into a raw store of its own, which is only added to.

    Args:
        client: Client of the server to pull from.
        project: Id of the adjudicators' project.
        workspace: Workspace whose store is brought up to date.
        read_scheme: Gives the scheme that the project's page was made from.

    Returns:
        What was decided, and what could not be read, in words.
    """
    pulled = pull(client, project, workspace.adjudication)
    newest: dict[str, StoredAnnotation] = {}
    for annotation in included_annotations(pulled.store.annotations(), NO_DECISIONS):
        before = newest.get(article_of(annotation))
        is_newer = before is None or annotation.line.updated_at >= before.line.updated_at
        if is_newer and not annotation.is_skipped:
            newest[article_of(annotation)] = annotation
    scheme, name_of = read_scheme(), partial(pseudonym, workspace)
    decided: list[Decided] = []
    problems = [*pulled.problems]
    for article, annotation in sorted(newest.items()):
        try:
            converted = convert_annotation(annotation, scheme, name_of)
        except ConversionError as error:
            problems.append(f"{article}: {error}")
            continue
        line, made_from = annotation.line, annotation.data.get(MADE_FROM)
        decided.append(Decided(converted.document, line.identity, line.updated_at, str(made_from)))
    return decided, problems
