"""Articles become tasks on the server, each exactly once however often and badly it goes."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskInput
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import ConflictError, PartialError, ServerError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import listed

from .tasks import ARTICLE_ID, TEXT_SHA256, to_task

BATCH = 250
#: How often a batch is sent whose arrival the server denies, and how long it may change its mind.
_ATTEMPTS = 3
_SECOND_LOOKS_S = (0.0, 0.5, 1.0, 2.0)
_SHOWN = 10

#: Told how many tasks are done, and of how many.
Progress = Callable[[int, int], None]


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
    progress: Progress | None = None,
) -> Pushed:
    """Create the tasks that the project lacks.

    Args:
        client: of the server.
        project: to create them in.
        articles: each with its own id.
        scheme: of the project's page.
        predictions: to show, for new tasks.
        limit: of new tasks.
        new_text: make another task for an article whose text has changed.
        dry_run: only say what would be done.
        progress: told after every batch.

    Raises:
        ConflictError: the text of an article has changed, and `new_text` is not set.
        PartialError: the server went away in between; run again to resume.
        ServerError: it went away before anything was created.
    """
    there = tasks_there(client, project)
    changed = tuple(a.id for a in articles if a.id in there and a.text_sha256 not in there[a.id])
    if changed and not new_text:
        raise ConflictError(_changed_texts(changed))
    lacking = [a for a in articles if a.text_sha256 not in there.get(a.id, {})]
    missing = lacking[:limit]
    by_article = _by_article(predictions)
    new = {article.id for article in missing}
    unpushed = {article.id for article in lacking}
    tasks = [to_task(article, scheme, by_article.get(article.id, ())) for article in missing]
    if not dry_run:
        _create_all(client, project, tasks, progress)
        there = tasks_there(client, project) if tasks else there
    return Pushed(
        created=len(tasks),
        present=len(articles) - len(lacking),
        new_texts=tuple(id for id in changed if id in new),
        doubled=tuple(sorted(id for id, texts in there.items() if max(texts.values()) > 1)),
        predictions_left=sum(len(docs) for id, docs in by_article.items() if id not in unpushed),
        left=len(lacking) - len(missing),
    )


def tasks_there(client: LabelStudioClient, project: int) -> dict[str, dict[str, int]]:
    """Article id -> hash of its text -> number of tasks that the project has of it."""
    found: dict[str, dict[str, int]] = {}
    for row in client.list_tasks(project, include=("id", "meta")):
        meta = row.get("meta") or {}
        if ARTICLE_ID in meta:
            texts = found.setdefault(str(meta[ARTICLE_ID]), {})
            text = str(meta.get(TEXT_SHA256))
            texts[text] = texts.get(text, 0) + 1
    return found


def _by_article(
    predictions: Iterable[AnnotationDocument],
) -> Mapping[str, Sequence[AnnotationDocument]]:
    found: dict[str, list[AnnotationDocument]] = {}
    for document in predictions:
        found.setdefault(document.article.id, []).append(document)
    return found


def _changed_texts(ids: Sequence[str]) -> str:
    return (
        f"{len(ids)} articles have another text than on the server ({listed(ids, _SHOWN)}); nothing was created. "
        "Give them new ids, or make second tasks with --new-text"
    )


def _create_all(
    client: LabelStudioClient,
    project: int,
    tasks: Sequence[TaskInput],
    progress: Progress | None,
) -> None:
    done = 0
    for first in range(0, len(tasks), BATCH):
        batch = tasks[first : first + BATCH]
        try:
            _create(client, project, batch)
        except ServerError as error:
            if done == 0:
                raise
            fact = f"{done} of {len(tasks)} tasks are created; run the same command again"
            raise PartialError(f"{fact} ({error})") from error
        done += len(batch)
        if progress is not None:
            progress(done, len(tasks))


def _create(client: LabelStudioClient, project: int, batch: Sequence[TaskInput]) -> None:
    """Send a batch until the server has it; one whose answer is lost may have arrived."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            client.import_tasks(project, batch)
            return
        except ServerError:
            batch = _still_missing(client, project, batch)
            if not batch:
                return
            if attempt == _ATTEMPTS:
                raise


def _still_missing(
    client: LabelStudioClient, project: int, batch: Sequence[TaskInput]
) -> Sequence[TaskInput]:
    """What the server has not got: it may still be at work on a request whose sender is gone."""
    missing = batch
    for pause in _SECOND_LOOKS_S:
        time.sleep(pause)
        there = tasks_there(client, project)
        missing = [task for task in batch if not _is_there(task, there)]
        if len(missing) < len(batch):
            break
    return missing


def _is_there(task: TaskInput, there: Mapping[str, Mapping[str, int]]) -> bool:
    data = task["data"]
    return str(data[TEXT_SHA256]) in there.get(str(data[ARTICLE_ID]), {})
