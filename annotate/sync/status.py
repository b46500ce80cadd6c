"""How far the work is: what is to push and to pull, and what every annotator has done."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from signalbook.annotate.assignment import (
    Assignment,
    AssignmentRecord,
    BlindPlan,
    Share,
    blind_plan,
)
from signalbook.annotate.conversion.beginning import NO_BEGINNINGS, Beginning
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import ProjectRecord
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.records import Article
from signalbook.schema.scheme.model import Scheme

from .authorship import Pseudonym, article_of
from .existing import existing_tasks, ids_together
from .presence import changes
from .pull import read_state
from .pulled_documents import current_annotations
from .raw_store import RawStore, StoredAnnotation, is_on_server
from .updates import outdated_tasks


@dataclass(frozen=True)
class AnnotatorProgress:
    """How far one annotator is, in tasks: an article has one, or one for each of its pairs."""

    annotator: str
    submitted: int
    skipped: int
    #: Begun on the server and not submitted; None if the server cannot be asked.
    drafts: int | None
    #: Those that were assigned, what is given again among them; None if nothing ever was.
    assigned: int | None = None
    #: Of these, those that are neither submitted nor skipped; None of whoever has left.
    to_do: int | None = None
    #: Whether the plan names them no more: others get what they have not labelled.
    has_left: bool = False
    #: Whether they can log in; None if the server cannot be asked.
    has_account: bool | None = None


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
    #: Names of those who have an account.
    accounts: tuple[str, ...] = ()


def server_progress(
    client: LabelStudioClient,
    shares: Sequence[Share],
    *,
    scheme: Scheme,
    store: RawStore,
    folder: Path,
    pseudonym: Pseudonym,
    beginnings: Mapping[str, Beginning] = NO_BEGINNINGS,
) -> ServerProgress:
    """Compare projects with the articles to push and with what was pulled into the folder."""
    projects = [share.project for share in shares]
    drafts = Counter(
        pseudonym(draft["user"])
        for project in projects
        for task in client.tasks_with_drafts(project["id"])
        for draft in task["drafts"]
    )
    views = [
        _view(client, share.project, articles, scheme, store, beginnings, repeat=repeat)
        for share in shares
        for repeat, articles in (share.servings or [(0, ())])
    ]
    seen = Counter(is_on_server(line) for line in changes(client, store))
    return ServerProgress(
        url=client.url,
        tasks=sum(project["task_number"] for project in projects),
        finished=sum(project["finished_task_number"] for project in projects),
        to_push=len({id for view in views for id in view.missing}),
        changed=ids_together(view.changed for view in views),
        outdated=ids_together(view.outdated for view in views),
        doubled=ids_together(view.doubled for view in views),
        to_pull=_to_pull(client, projects, folder, store),
        gone=seen[False],
        returned=seen[True],
        drafts=dict(drafts),  # asdict cannot copy a Counter
        accounts=tuple(sorted({pseudonym(user["email"]) for user in client.list_users()})),
    )


@dataclass(frozen=True)
class _View:
    """Ids of articles that one project has not, or not as they are."""

    missing: Sequence[str]
    changed: Sequence[str]
    outdated: Sequence[str]
    doubled: Sequence[str]


def _view(
    client: LabelStudioClient,
    project: ProjectRecord,
    articles: Sequence[Article],
    scheme: Scheme,
    store: RawStore,
    beginnings: Mapping[str, Beginning],
    *,
    repeat: int,
) -> _View:
    existing = existing_tasks(client, project["id"], repeat=repeat)
    changed = store.changed_metadata(client.url, project["id"])
    outdated = outdated_tasks(articles, existing, scheme, beginnings=beginnings, changed=changed)
    return _View(
        missing=[article.id for article in articles if article.id not in existing.articles],
        changed=existing.changed(articles),
        outdated=[item.task.article for item in outdated],
        doubled=existing.doubled,
    )


def annotator_progress(
    annotations: Iterable[StoredAnnotation],
    pseudonym: Pseudonym,
    drafts: Mapping[str, int] | None,
    assignments: Sequence[Assignment] = (),
    *,
    accounts: Collection[str] | None = None,
    left: Collection[str] = (),
    tasks_of: Mapping[str, int] = MappingProxyType({}),
) -> list[AnnotatorProgress]:
    """How far every annotator is, by what was pulled and by the drafts on the server.

    Args:
        annotations: Annotations that count, of the raw store.
        pseudonym: Gives the name that stands for an e-mail address in the data.
        drafts: Drafts on the server by annotator; None if it cannot be asked.
        assignments: What was ever assigned.
        accounts: Names of those who have an account; None if the server cannot be asked.
        left: Names of those who were assigned something and label no more.
        tasks_of: Id of an article -> how many tasks it has, where that is not one.
    """
    submitted: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    done: Counter[tuple[str, str, int]] = Counter()
    for annotation in current_annotations(annotations, pseudonym):
        name, count = pseudonym(annotation.author), skipped if annotation.is_skipped else submitted
        count[name] += 1
        done[name, article_of(annotation), annotation.repeat] += 1
    assigned: Counter[str] = Counter()
    to_do: Counter[str] = Counter()
    for a in assignments:
        tasks = tasks_of.get(a.article, 1)
        assigned[a.annotator] += tasks
        to_do[a.annotator] += max(0, tasks - done[_key(a)])
    return [
        AnnotatorProgress(
            name,
            submitted[name],
            skipped[name],
            drafts=None if drafts is None else drafts.get(name, 0),
            assigned=assigned[name] if assigned else None,
            to_do=to_do[name] if assigned and name not in left else None,
            has_left=name in left,
            has_account=None if accounts is None else name in accounts,
        )
        for name in sorted({*submitted, *skipped, *(drafts or ()), *assigned})
    ]


def labelled_articles(
    annotations: Iterable[StoredAnnotation], pseudonym: Pseudonym
) -> dict[str, set[str]]:
    """Annotator -> ids of the articles that they have submitted or skipped."""
    labelled: defaultdict[str, set[str]] = defaultdict(set)
    for annotation in current_annotations(annotations, pseudonym):
        labelled[pseudonym(annotation.author)].add(article_of(annotation))
    return labelled


def planned_assignment(
    workspace: Workspace,
    record: AssignmentRecord,
    articles: Iterable[Article],
    annotations: Iterable[StoredAnnotation],
) -> BlindPlan:
    """What is to be assigned of these articles, with regard to what was labelled before."""
    done = labelled_articles(annotations, partial(pseudonym, workspace))
    return blind_plan(workspace, record, [article.id for article in articles], done=done)


def _key(assignment: Assignment) -> tuple[str, str, int]:
    return assignment.annotator, assignment.article, assignment.repeat


def _to_pull(
    client: LabelStudioClient, projects: Iterable[ProjectRecord], folder: Path, store: RawStore
) -> int:
    """How many tasks have work that the store has not got.

    A task changes, too, where a list of what is to repair is put on it, and nobody has worked.
    """
    stored = {
        (line.project, line.content.get("id"), _moment(line.updated_at))
        for line in store.lines
        if line.kind == "annotation" and line.server == client.url
    }
    state = read_state(folder)
    count = 0
    for project in projects:
        number = project["id"]
        moment = state.get(f"{client.url} {number}")
        since = datetime.fromisoformat(moment) if moment else None
        # What is asked for of a task is what the server gives of its annotations, too.
        include = ("id", "annotations", "updated_at")
        for row in client.list_tasks(number, include=include, since=since):
            there = {(number, a["id"], _moment(a["updated_at"])) for a in row["annotations"]}
            count += not there <= stored
    return count


def _moment(text: str) -> datetime | None:
    """A moment, however it is written."""
    return datetime.fromisoformat(text) if text else None
