"""Show annotators, beside their own article, what does not hold in it.

The list is part of the task that their annotation was made on: they open it, repair it, and press
Update. So it is sent only where nobody else is shown the task, or where the workspace says that all
may read it: then each line begins with whose it is. What was sent stands in a log that is only added
to; a list that is on the task as it is to be is not sent again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

from pydantic import TypeAdapter

from signalbook.annotate.assignment import assignment_record
from signalbook.annotate.conversion.earlier import PAIR
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.label_studio.payloads import TaskRow
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.append_only import AppendOnlyLog
from signalbook.schema.documents.corrections import Correction, SentBack, SentList
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Record

from .authorship import article_of, included_annotations, task_address, task_link
from .pulled_documents import current_annotations
from .raw_store import RawStore, StoredAnnotation, content_hash
from .tasks import CORRECTIONS, corrections


class SentFinding(Record):
    """One finding that was sent: what makes it this one, and where it is shown."""

    #: Identity and hash of the annotation.
    annotation: str
    revision: str
    rule: str
    path: str
    sentence: str
    server: str
    project: int
    task: int
    article: str
    annotator: str
    at: str

    @property
    def identity(self) -> tuple[str, str, str, str, str]:
        """What makes two findings the same."""
        return self.annotation, self.revision, self.rule, self.path, self.sentence


_LINE = TypeAdapter(SentFinding)
#: Article and annotator -> the annotations that the document is made of.
_Annotations: TypeAlias = Mapping[tuple[str, str], Sequence[StoredAnnotation]]


@dataclass(frozen=True)
class _List:
    """What a task is to show of what one annotator made."""

    task: int
    project: int
    annotator: str
    account: str
    article: str
    link: str
    findings: Sequence[SentFinding]
    #: Others are shown the task, too.
    is_shared: bool = False

    @property
    def lines(self) -> list[str]:
        """The sentences, of a shared list each with whose it is."""
        whose = f"{self.account}: " if self.is_shared else ""
        return [f"{whose}{finding.sentence}" for finding in self.findings]


#: Task -> what it is to show, by annotator.
_Lists: TypeAlias = dict[int, list[_List]]


def send_corrections(
    client: LabelStudioClient,
    workspace: Workspace,
    wanted: Sequence[Correction],
    *,
    dry_run: bool = False,
) -> SentBack:
    """Put what is to be repaired on the tasks, and take away what is repaired.

    Args:
        client: Client of the server that the annotations were pulled from.
        workspace: Workspace that knows whose the annotations are.
        wanted: All that is to be repaired in the documents of the workspace.
        dry_run: Tell what would be sent, and send nothing.

    Raises:
        ServerError: The server went away; what was sent is known, and the rest is sent next time.
    """
    damaged = "not a line of what was sent back"
    log = AppendOnlyLog(workspace.sent_back, _LINE, damaged=damaged)
    annotations = _annotations(workspace, client.url)
    lists, problems = _lists(workspace, wanted, annotations)
    lists.update(_emptied(log.lines, lists, annotations, client.url))
    known = {line.identity for line in log.lines}
    if not dry_run:  # before it is sent: what only the server knew could not be taken away again
        findings = (finding for item in _items(lists) for finding in item.findings)
        log.append(finding for finding in findings if finding.identity not in known)
    changed: list[SentList] = []
    for items, row in _with_rows(client, lists):
        text = corrections([line for item in items for line in item.lines])
        if (row["data"].get(CORRECTIONS) or "") == text:
            continue
        if not dry_run:
            data = {**row["data"], CORRECTIONS: text}
            client.update_task(row["id"], data=data, meta=row["meta"] or {})
        for item in items:
            new = sum(finding.identity not in known for finding in item.findings)
            changed.append(
                SentList(
                    item.annotator, item.account, item.article, item.link, len(item.findings), new
                )
            )
    total = sum(len(item.findings) for item in _items(lists))
    present = total - sum(item.new for item in changed)
    return SentBack(tuple(changed), present, tuple(problems))


def _items(lists: _Lists) -> Iterator[_List]:
    return (item for items in lists.values() for item in items)


def _annotations(workspace: Workspace, server: str) -> _Annotations:
    """The annotations on this server that each document is made of."""
    name_of = partial(pseudonym, workspace)
    included = included_annotations(RawStore(workspace.raw).annotations(), workspace.annotations)
    made_of: dict[tuple[str, str], list[StoredAnnotation]] = defaultdict(list)
    for annotation in current_annotations(included, name_of):
        if (
            annotation.line.server == server
            and annotation.is_on_server
            and not (annotation.repeat or annotation.is_skipped)
        ):
            made_of[article_of(annotation), name_of(annotation.author)].append(annotation)
    return made_of


def asked_on(
    annotations: Sequence[StoredAnnotation], path: str, document: AnnotationDocument | None
) -> StoredAnnotation:
    """Which of the annotations that a document is made of says what stands at a place of it.

    Args:
        annotations: One of the whole article, or one of each pair; at least one.
        path: JSON Pointer into the document.
        document: The document, where there are several.
    """
    section, _, place = path.removeprefix("/").partition("/")
    number = place.partition("/")[0]
    if document is not None and section == "dyads" and number.isdigit():
        dyad = document.dyads[int(number)].attributes
        for annotation in annotations:
            pair = annotation.data.get(PAIR)
            if isinstance(pair, dict) and all(dyad.get(side) == id for side, id in pair.items()):
                return annotation
    return annotations[-1]


def _lists(
    workspace: Workspace,
    wanted: Sequence[Correction],
    annotations: _Annotations,
) -> tuple[_Lists, list[str]]:
    """What tasks are to show, and what can be shown nowhere, in words."""
    by_document: dict[tuple[str, str], list[Correction]] = {}
    for correction in wanted:
        key = correction.article_id, correction.annotator_id
        by_document.setdefault(key, []).append(correction)
    lists: _Lists = defaultdict(list)
    problems: list[str] = []
    owners = assignment_record(workspace).owners()
    documents = _documents(workspace) if any(len(made) > 1 for made in annotations.values()) else {}
    for (article, annotator), of_document in sorted(by_document.items()):
        made_of = annotations.get((article, annotator), ())
        if not made_of:
            problems.append(
                f"{article}: the annotation of {annotator} is not on this server; name the server "
                "that it was pulled from with: --url"
            )
            continue
        document = documents.get((article, annotator)) if len(made_of) > 1 else None
        by_annotation: dict[str, list[Correction]] = defaultdict(list)
        for correction in of_document:
            asked = asked_on(made_of, correction.path, document)
            by_annotation[asked.line.identity].append(correction)
        annotation = made_of[-1]
        owner = owners.get((annotation.line.server, annotation.line.project))
        is_shared = owner is None and workspace.assignment.shared_lists
        if owner != annotator and not is_shared:
            problems.append(
                f"{article}: {annotator} labelled it in a project that is not of {annotator} alone, "
                "so that others would read the list; tell them what to repair yourself: "
                f"{task_link(annotation.line)}"
            )
            continue
        for annotation in made_of:
            if of_annotation := by_annotation.get(annotation.line.identity):
                item = _list(annotation, annotator, of_annotation, is_shared=is_shared)
                lists[item.task].append(item)
    return lists, problems


def _documents(workspace: Workspace) -> dict[tuple[str, str], AnnotationDocument]:
    if not workspace.documents.is_file():
        return {}
    documents = read_documents([workspace.documents])
    return {(document.article.id, document.annotator.id): document for document in documents}


def _list(
    annotation: StoredAnnotation, annotator: str, wanted: Iterable[Correction], *, is_shared: bool
) -> _List:
    line, article = annotation.line, article_of(annotation)
    now, revision = datetime.now(UTC).isoformat(timespec="seconds"), content_hash(line.content)
    task = int(str(line.content["task"]))
    return _List(
        task,
        line.project,
        annotator,
        annotation.author,
        article,
        task_link(line),
        [
            SentFinding(
                annotation=line.identity,
                revision=revision,
                rule=correction.rule,
                path=correction.path,
                sentence=correction.sentence,
                server=line.server,
                project=line.project,
                task=task,
                article=article,
                annotator=annotator,
                at=now,
            )
            for correction in wanted
        ],
        is_shared,
    )


def _emptied(
    sent: Iterable[SentFinding],
    lists: _Lists,
    annotations: _Annotations,
    server: str,
) -> _Lists:
    """Tasks that were sent something of which nothing is left, and are to show nothing."""
    emptied: _Lists = {}
    for line in sent:
        if line.server != server or line.task in lists:
            continue
        annotation = next(iter(annotations.get((line.article, line.annotator), ())), None)
        link = task_address(server, line.project, line.task)
        account = annotation.author if annotation else ""
        emptied[line.task] = [
            _List(line.task, line.project, line.annotator, account, line.article, link, ())
        ]
    return emptied


def _with_rows(client: LabelStudioClient, lists: _Lists) -> Iterable[tuple[list[_List], TaskRow]]:
    """What each task is to show, with the task as it is now; tasks that are gone are left out."""
    by_project: dict[int, list[int]] = defaultdict(list)
    for task, items in lists.items():
        by_project[items[0].project].append(task)
    existing = client.project_ids() if lists else set[int]()
    for project, tasks in sorted(by_project.items()):
        ids = sorted(tasks) if project in existing else []
        for row in client.task_contents(project, ids):
            yield lists[row["id"]], row
