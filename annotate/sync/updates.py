"""Bring corrected metadata of articles to the tasks that the server has; texts stay as they are."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskRow
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import ServerError
from signalbook.schema.progress import OnCount, silent
from signalbook.schema.scheme.model import Json, Scheme

from .existing import ExistingTask, ExistingTasks
from .raw_store import METADATA_SHA256, content_hash
from .tasks import METADATA_AT, metadata

#: How many tasks are read at once: their ids stand in a URL.
_BATCH = 200


@dataclass(frozen=True)
class Outdated:
    """A task whose metadata are others than those of its article."""

    task: ExistingTask
    metadata: Mapping[str, Json]
    sha256: str


def outdated_tasks(
    articles: Iterable[Article],
    existing: ExistingTasks,
    scheme: Scheme,
    *,
    changed: AbstractSet[str] = frozenset(),
) -> list[Outdated]:
    """The tasks that do not have the metadata of these articles, as far as is known.

    Args:
        articles: Articles as they are now.
        existing: Tasks of the project; what they were sent last is known of them.
        scheme: Scheme that chooses what of the metadata is shown.
        changed: Hashes of the `meta` of tasks whose metadata somebody changed on the server.
    """
    outdated: list[Outdated] = []
    for article in articles:
        if tasks := existing.of(article):
            values = metadata(article, scheme)
            sha256 = content_hash(values)
            outdated += [
                Outdated(task, values, sha256)
                for task in tasks
                if task.metadata_sha256 != sha256 or content_hash(task.meta) in changed
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
    """Send metadata that the server does not have, and return the ids of their articles.

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
    return any(row["data"].get(key) != value for key, value in outdated.metadata.items())


def _send(client: LabelStudioClient, row: TaskRow, outdated: Outdated) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    # The moment makes it new to a pull, even where it is as it was before the last one.
    meta = {**(row["meta"] or {}), METADATA_SHA256: outdated.sha256, METADATA_AT: now}
    client.update_task(row["id"], data={**row["data"], **outdated.metadata}, meta=meta)


def _require_taken(client: LabelStudioClient, project: int, batch: Mapping[int, Outdated]) -> None:
    rows = client.task_contents(project, [*batch])
    if wrong := [row["id"] for row in rows if _differs(row, batch[row["id"]])]:
        raise ServerError(
            f"{client.url}: project {project}: task {wrong[0]} does not hold the metadata that "
            "were sent; run the same command again"
        )
