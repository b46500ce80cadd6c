"""Create a task on the server for every article: each exactly once, however often a push fails."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskInput
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConflictError, PartialError, ServerError
from signalbook.schema.progress import OnCount, silent
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import counted, listed

from .tasks import ARTICLE_ID, TEXT_SHA256, to_task

BATCH = 250
#: How often a batch is sent that the server says it has not got, and when it is asked again.
_MAX_ATTEMPTS = 3
_SECOND_LOOKS_S = (0.0, 0.5, 1.0, 2.0)
_MAX_SHOWN = 10

#: Article id -> hash of its text -> number of tasks that a project has of it.
ExistingTasks: TypeAlias = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Pushed:
    """What a push did, or with a dry run would do."""

    created: int
    present: int
    #: Ids of articles whose text on the server is another.
    new_texts: tuple[str, ...] = ()
    #: Ids of articles that the server has more than once.
    doubled: tuple[str, ...] = ()
    #: Predictions for tasks that were there already; these are left alone.
    predictions_left: int = 0
    #: Articles that the limit keeps back.
    left: int = 0


def push(
    client: LabelStudioClient,
    project: int,
    articles: Sequence[Article],
    *,
    scheme: Scheme,
    predictions: Iterable[AnnotationDocument] = (),
    limit: int | None = None,
    new_text: bool = False,
    dry_run: bool = False,
    on_count: OnCount = silent,
) -> Pushed:
    """Create the tasks that the project has not got.

    Args:
        client: Client of the server to push to.
        project: Id of the project to create the tasks in.
        articles: Articles to push, each with an id of its own.
        scheme: Scheme that the project's page was made from.
        predictions: Annotation documents to show as predictions in new tasks.
        limit: How many tasks to create at most.
        new_text: Make another task for an article whose text has changed.
        dry_run: Create nothing, only report what would be created.
        on_count: Is given after every batch how many tasks are created, and of how many.

    Raises:
        ConflictError: The text of an article has changed, and `new_text` is not set.
        PartialError: The server went away in between; run again to resume.
        ServerError: The server went away before anything was created.
    """
    existing = existing_tasks(client, project)
    changed = changed_texts(articles, existing)
    if changed and not new_text:
        raise ConflictError(_texts_differ(changed))
    missing = [a for a in articles if a.text_sha256 not in existing.get(a.id, {})]
    chosen = missing[:limit]
    by_article = _by_article(predictions)
    tasks = [to_task(article, scheme, by_article.get(article.id, ())) for article in chosen]
    if not dry_run:
        _create_all(client, project, tasks, on_count)
        existing = existing_tasks(client, project) if tasks else existing
    new = {article.id for article in chosen}
    unpushed = {article.id for article in missing}
    return Pushed(
        created=len(tasks),
        present=len(articles) - len(missing),
        new_texts=tuple(id for id in changed if id in new),
        doubled=tuple(sorted(id for id, texts in existing.items() if max(texts.values()) > 1)),
        predictions_left=sum(len(docs) for id, docs in by_article.items() if id not in unpushed),
        left=len(missing) - len(chosen),
    )


def existing_tasks(client: LabelStudioClient, project: int) -> ExistingTasks:
    """The tasks that the project has."""
    existing: dict[str, dict[str, int]] = {}
    for row in client.list_tasks(project, include=("id", "meta")):
        meta = row.get("meta") or {}
        if ARTICLE_ID in meta:
            texts = existing.setdefault(str(meta[ARTICLE_ID]), {})
            text = str(meta.get(TEXT_SHA256))
            texts[text] = texts.get(text, 0) + 1
    return existing


def changed_texts(articles: Iterable[Article], existing: ExistingTasks) -> tuple[str, ...]:
    """Ids of the articles whose text on the server is another."""
    return tuple(
        article.id
        for article in articles
        if article.id in existing and article.text_sha256 not in existing[article.id]
    )


def _by_article(
    predictions: Iterable[AnnotationDocument],
) -> Mapping[str, Sequence[AnnotationDocument]]:
    by_article: dict[str, list[AnnotationDocument]] = {}
    for document in predictions:
        by_article.setdefault(document.article.id, []).append(document)
    return by_article


def _texts_differ(ids: Sequence[str]) -> str:
    return (
        f"{counted(len(ids), 'article has', 'articles have')} another text than on the server ({listed(ids, _MAX_SHOWN)}); "
        "nothing was created. "
        "Give changed texts new ids, or make second tasks with --new-text"
    )


def _create_all(
    client: LabelStudioClient,
    project: int,
    tasks: Sequence[TaskInput],
    on_count: OnCount,
) -> None:
    done = 0
    for first in range(0, len(tasks), BATCH):
        batch = tasks[first : first + BATCH]
        try:
            _create(client, project, batch)
        except ServerError as error:
            if done == 0:
                raise
            fact = (
                f"{done} of {counted(len(tasks), 'task')} are created; run the same command again"
            )
            raise PartialError(f"{fact} ({error})") from error
        done += len(batch)
        on_count(done, len(tasks))


def _create(client: LabelStudioClient, project: int, batch: Sequence[TaskInput]) -> None:
    """Send a batch until the server has it; one whose answer is lost may have arrived."""
    for attempt in range(1, _MAX_ATTEMPTS + 1):
        try:
            client.import_tasks(project, batch)
            return
        except ServerError:
            batch = _still_missing(client, project, batch)
            if not batch:
                return
            if attempt == _MAX_ATTEMPTS:
                raise


def _still_missing(
    client: LabelStudioClient, project: int, batch: Sequence[TaskInput]
) -> Sequence[TaskInput]:
    """What the server has not got: it may still be at work on a request whose sender is gone."""
    missing = batch
    for pause in _SECOND_LOOKS_S:
        time.sleep(pause)
        existing = existing_tasks(client, project)
        missing = [task for task in batch if not _exists(task, existing)]
        if len(missing) < len(batch):
            break
    return missing


def _exists(task: TaskInput, existing: ExistingTasks) -> bool:
    data = task["data"]
    return str(data[TEXT_SHA256]) in existing.get(str(data[ARTICLE_ID]), {})
