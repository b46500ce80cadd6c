"""Bring what a task needs anew to the server: metadata of its article, lists of its page; no text."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime

from signalbook.annotate.conversion.beginning import NO_BEGINNINGS, Beginning
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskRow
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import ServerError
from signalbook.schema.progress import OnCount, silent
from signalbook.schema.scheme.model import Json, Scheme

from .existing import ExistingTask, ExistingTasks
from .raw_store import METADATA_SHA256, content_hash
from .tasks import (
    LISTS_SHA256,
    METADATA_AT,
    lists_sha256,
    metadata,
    page_list_keys,
    page_lists,
)

#: How many tasks are read, sent and read again before the next ones: they hold whole texts.
_BATCH = 200


@dataclass(frozen=True)
class Outdated:
    """A task with other metadata than its article, or from before the page read these lists."""

    task: ExistingTask
    metadata: Mapping[str, Json]
    #: What the page reads; a list that the task has stays, with the names in it.
    lists: Mapping[str, Json]
    #: What the task is to be marked with, so that it is known to have both.
    marks: Mapping[str, str]


def outdated_tasks(
    articles: Iterable[Article],
    existing: ExistingTasks,
    scheme: Scheme,
    *,
    beginnings: Mapping[str, Beginning] = NO_BEGINNINGS,
    changed: AbstractSet[str] = frozenset(),
) -> list[Outdated]:
    """The tasks that lack metadata of these articles or lists of the page, as far as is known.

    Args:
        articles: Articles as they are now.
        existing: Tasks of the project; what they were sent last is known of them.
        scheme: Scheme that chooses what of the metadata is shown.
        beginnings: Id of an article -> what earlier stages have made of it.
        changed: Hashes of the `meta` of tasks whose metadata somebody changed on the server.
    """
    outdated: list[Outdated] = []
    lists_mark = lists_sha256(page_list_keys(scheme))
    for article in articles:
        if tasks := existing.of(article):
            beginning = beginnings.get(article.id)
            values = metadata(article, scheme, beginning)
            marks = {METADATA_SHA256: content_hash(values), LISTS_SHA256: lists_mark}
            outdated += [
                Outdated(task, values, page_lists(article, scheme, (), beginning), marks)
                for task in tasks
                if any(task.meta.get(key) != mark for key, mark in marks.items())
                or content_hash(task.meta) in changed
            ]
    return outdated


def update_tasks(
    client: LabelStudioClient,
    project: int,
    outdated: Sequence[Outdated],
    *,
    dry_run: bool = False,
    on_count: OnCount = silent,
) -> set[str]:
    """Send metadata and lists that the server does not have, and return the ids of their articles.

    The server replaces what a task holds as a whole, so it gets back what it holds otherwise.

    Raises:
        ServerError: The server does not hold them afterwards.
    """
    updated: set[str] = set()
    for first in range(0, len(outdated), _BATCH):
        batch = {item.task.id: item for item in outdated[first : first + _BATCH]}
        rows = client.task_contents(project, [*batch])
        differ = {row["id"] for row in rows if _differs(row, batch[row["id"]])}
        updated |= {batch[id].task.article for id in differ}
        if dry_run:
            continue
        for done, row in enumerate(rows, first + 1):
            _send(client, row, batch[row["id"]])
            on_count(done, len(outdated))
        _require_taken(client, project, batch)
    return updated


def _differs(row: TaskRow, outdated: Outdated) -> bool:
    data = row["data"]
    return any(data.get(key) != value for key, value in outdated.metadata.items()) or not (
        outdated.lists.keys() <= data.keys()
    )


def _send(client: LabelStudioClient, row: TaskRow, outdated: Outdated) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    # The moment makes it new to a pull, even where it is as it was before the last one.
    meta = {**(row["meta"] or {}), **outdated.marks, METADATA_AT: now}
    data = {**outdated.lists, **row["data"], **outdated.metadata}
    client.update_task(row["id"], data=data, meta=meta)


def _require_taken(client: LabelStudioClient, project: int, batch: Mapping[int, Outdated]) -> None:
    rows = client.task_contents(project, [*batch])
    if wrong := [row["id"] for row in rows if _differs(row, batch[row["id"]])]:
        raise ServerError(
            f"{client.url}: project {project}: task {wrong[0]} does not hold what was sent "
            "for it; run the same command again"
        )
