"""Workspace, store and server become one view of how far the work is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import ProjectRecord
from signalbook.schema.documents.records import Article

from .pull import read_state
from .pulled_documents import Pseudonym, email_of, newest
from .push import tasks_there
from .raw_store import latest


@dataclass(frozen=True)
class Annotated:
    """How far one annotator is."""

    annotator: str
    submitted: int
    skipped: int
    #: Begun on the server and not submitted.
    drafts: int = 0


@dataclass(frozen=True)
class OnServer:
    """How far the server and this workspace are apart."""

    url: str
    tasks: int
    #: Labelled by as many annotators as are wanted.
    finished: int
    to_push: int
    #: Ids of articles whose text on the server is another.
    changed: tuple[str, ...]
    #: Tasks with work that was not pulled yet.
    to_pull: int
    #: Drafts by annotator.
    drafts: dict[str, int]


def on_server(
    client: LabelStudioClient,
    project: ProjectRecord,
    articles: Sequence[Article],
    *,
    folder: Path,
    pseudonym: Pseudonym,
) -> OnServer:
    """Compare a project with the articles to push and with what was pulled into the folder."""
    there = tasks_there(client, project["id"])
    drafts = Counter(
        pseudonym(draft["user"])
        for task in client.tasks_with_drafts(project["id"])
        for draft in task["drafts"]
    )
    return OnServer(
        url=client.url,
        tasks=project["task_number"],
        finished=project["finished_task_number"],
        to_push=sum(article.id not in there for article in articles),
        changed=tuple(
            article.id
            for article in articles
            if article.id in there and article.text_sha256 not in there[article.id]
        ),
        to_pull=_to_pull(client, project["id"], folder),
        drafts=dict(drafts),  # asdict cannot copy a Counter
    )


def annotated(raw: Path, pseudonym: Pseudonym, drafts: Mapping[str, int]) -> list[Annotated]:
    """How far every annotator is, by what was pulled and by the drafts on the server."""
    counts: dict[str, Counter[bool]] = {}
    for one in newest(latest(raw)):
        name = pseudonym(email_of(one.line))
        counts.setdefault(name, Counter())[one.line.content.get("was_cancelled") is True] += 1
    return [
        Annotated(
            name,
            counts.get(name, Counter())[False],
            counts.get(name, Counter())[True],
            drafts.get(name, 0),
        )
        for name in sorted({*counts, *drafts})
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
