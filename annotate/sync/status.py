"""How far the work is: what is to push and to pull, and what every annotator has done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import ProjectRecord
from signalbook.schema.documents.records import Article
from signalbook.schema.scheme.model import Scheme

from .authorship import Pseudonym
from .existing import existing_tasks
from .presence import changes
from .pull import read_state
from .pulled_documents import current_annotations
from .raw_store import RawStore, StoredAnnotation, is_on_server
from .updates import outdated_tasks


@dataclass(frozen=True)
class AnnotatorProgress:
    """How far one annotator is."""

    annotator: str
    submitted: int
    skipped: int
    #: Begun on the server and not submitted; None if the server cannot be asked.
    drafts: int | None


@dataclass(frozen=True)
class ServerProgress:
    """How far the server and this workspace are apart."""

    url: str
    tasks: int
    #: Tasks that as many annotators have labelled as the project asks for.
    finished: int
    to_push: int
    #: Ids of articles whose text on the server is another.
    changed: tuple[str, ...]
    #: Ids of articles whose metadata the server does not have as they are now.
    outdated: tuple[str, ...]
    #: Ids of articles of which the server has several tasks with the same text.
    doubled: tuple[str, ...]
    #: Tasks with work that was not pulled yet.
    to_pull: int
    #: Annotations that were pulled and that the server does not have any more.
    gone: int
    #: Annotations that were gone when last pulled, and that the server has again.
    returned: int
    #: Drafts by annotator.
    drafts: dict[str, int]


def server_progress(
    client: LabelStudioClient,
    project: ProjectRecord,
    articles: Sequence[Article],
    *,
    scheme: Scheme,
    store: RawStore,
    folder: Path,
    pseudonym: Pseudonym,
) -> ServerProgress:
    """Compare a project with the articles to push and with what was pulled into the folder."""
    existing = existing_tasks(client, project["id"])
    drafts = Counter(
        pseudonym(draft["user"])
        for task in client.tasks_with_drafts(project["id"])
        for draft in task["drafts"]
    )
    changed = store.changed_metadata(client.url, project["id"])
    outdated = outdated_tasks(articles, existing, scheme, changed=changed)
    seen = Counter(is_on_server(line) for line in changes(client, store, project["id"]))
    return ServerProgress(
        url=client.url,
        tasks=project["task_number"],
        finished=project["finished_task_number"],
        to_push=sum(article.id not in existing.articles for article in articles),
        changed=existing.changed(articles),
        outdated=tuple(sorted({item.task.article for item in outdated})),
        doubled=existing.doubled,
        to_pull=_to_pull(client, project["id"], folder),
        gone=seen[False],
        returned=seen[True],
        drafts=dict(drafts),  # asdict cannot copy a Counter
    )


def annotator_progress(
    annotations: Iterable[StoredAnnotation],
    pseudonym: Pseudonym,
    drafts: Mapping[str, int] | None,
) -> list[AnnotatorProgress]:
    """How far every annotator is, by what was pulled and by the drafts on the server."""
    submitted: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for annotation in current_annotations(annotations, pseudonym):
        count = skipped if annotation.is_skipped else submitted
        count[pseudonym(annotation.author)] += 1
    return [
        AnnotatorProgress(
            name,
            submitted[name],
            skipped[name],
            drafts=None if drafts is None else drafts.get(name, 0),
        )
        for name in sorted({*submitted, *skipped, *(drafts or ())})
    ]


def _to_pull(client: LabelStudioClient, project: int, folder: Path) -> int:
    moment = read_state(folder).get(f"{client.url} {project}")
    rows = client.list_tasks(
        project,
        include=("id", "total_annotations", "cancelled_annotations"),
        since=datetime.fromisoformat(moment) if moment else None,
    )
    return sum(
        bool(row.get("total_annotations") or row.get("cancelled_annotations")) for row in rows
    )
