"""Pull annotations and write the workspace's documents: one for every article and annotator."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial

from signalbook.annotate.assignment import assignment_record
from signalbook.annotate.conversion.convert import Converted, from_label_studio
from signalbook.annotate.conversion.pairs import put_together
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.export_files import delete_export_files
from signalbook.annotate.studio.start_stop import running
from signalbook.annotate.workspace.annotator_names import plain_address
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import Annotator
from signalbook.schema.documents.remarks import Remark, write_remarks
from signalbook.schema.documents.suggestions import write_suggestions
from signalbook.schema.errors import ConversionError
from signalbook.schema.filesystem import write_text
from signalbook.schema.json_text import json_page
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.scheme.stages import asks_pairs
from signalbook.schema.settings import CONFIG

from .authorship import (
    NO_DECISIONS,
    NO_OWNERS,
    Decisions,
    Owners,
    Pseudonym,
    included_annotations,
    other_owner,
    remarks_on,
    remarks_on_addresses,
    remarks_on_deleted,
    remarks_on_superseded,
    remarks_on_texts,
    task_link,
)
from .pull import Pulled, pull_all
from .raw_store import RawLine, RawStore, StoredAnnotation
from .shown_suggestions import shown_suggestions
from .stage_articles import documents_without_pairs
from .suggestions import kept_back_log
from .tasks import ARTICLE_ID, unchanged_text


@dataclass(frozen=True)
class PulledDocuments:
    """Everything that was ever pulled, as documents, and what of it became none."""

    converted: tuple[Converted, ...]
    #: The same of articles that annotators were given again, to see how far they agree with
    #: themselves; apart, since an annotator has one document of an article.
    repeats: tuple[Converted, ...]
    #: How often an annotator skipped an article.
    skipped: int
    #: Annotations that their annotator made again.
    superseded: int
    #: Annotations that could not become documents, in words.
    problems: tuple[str, ...]
    #: What stands about single annotations until somebody changes or decides it.
    remarks: tuple[Remark, ...]
    #: Annotator, and another one -> how many annotations the first made in the other's project.
    in_other_projects: Mapping[tuple[str, str], int] = field(
        default_factory=dict[tuple[str, str], int]
    )
    #: Articles of which an annotator has not judged every pair yet, in words; there is no document.
    unfinished: tuple[str, ...] = ()
    #: What the documents were made of, without repeats.
    sources: tuple[StoredAnnotation, ...] = ()


def pull_documents(
    client: LabelStudioClient,
    projects: Collection[int],
    workspace: Workspace,
    read_scheme: Callable[[], Scheme],
    *,
    round: str | None = None,
    full: bool = False,
    drafts: bool = False,
    keep_deleted: bool = False,
    previous: PulledDocuments | None = None,
) -> tuple[Pulled, PulledDocuments]:
    """Pull what has changed, then write the workspace's documents and links to tasks anew.

    Args:
        client: Client of the server to pull from.
        projects: Ids of the projects to pull from.
        workspace: Workspace whose raw store, documents and links are brought up to date.
        read_scheme: Gives the scheme that the projects' page was made from; called once the
            annotations are stored, so that a broken scheme keeps nothing from the backup.
        round: Name of the annotation round, noted with every line.
        full: Ask for everything, not only for what has changed.
        drafts: Bring unsubmitted work too, for the backup.
        keep_deleted: Make documents also of what the server does not have any more.
        previous: Documents of an earlier pull, which stay as they are if nothing new has come.
    """
    pulled = pull_all(client, projects, workspace.state, round=round, full=full, drafts=drafts)
    studio = running(workspace.studio)
    if studio is not None and studio.url == client.url:
        existing = client.project_ids()
        delete_export_files(
            workspace.studio, lambda id: client.export_hashes(id) if id in existing else set()
        )
    if previous is not None and not pulled.has_changed:
        return pulled, previous
    documents = write_pulled(
        pulled.store,
        workspace,
        read_scheme,
        accounts=pulled.accounts,
        keep_deleted=keep_deleted,
    )
    return pulled, documents


def write_pulled(
    store: RawStore,
    workspace: Workspace,
    read_scheme: Callable[[], Scheme],
    *,
    accounts: Iterable[str],
    keep_deleted: bool = False,
) -> PulledDocuments:
    """Make the workspace's documents, what stands about them, and links to tasks anew.

    Args:
        store: Raw store of the workspace.
        workspace: Workspace whose documents, remarks and links are written.
        read_scheme: Gives the scheme that the projects' page was made from.
        accounts: E-mail addresses of everybody whom the server knows.
        keep_deleted: Make documents also of what the server does not have any more.
    """
    annotations = store.annotations()
    known = map(plain_address, [*accounts, *store.addresses(), *workspace.annotators])
    scheme, name_of = read_scheme(), partial(pseudonym, workspace)
    documents = convert_annotations(
        annotations,
        scheme,
        name_of,
        decisions=workspace.annotations,
        known=frozenset(known),
        owners=assignment_record(workspace).owners(),
        keep_deleted=keep_deleted,
    )
    judged = {(c.document.article.id, c.document.annotator.id) for c in documents.converted}
    without_pairs = [
        Converted(document)
        for document in documents_without_pairs(workspace, scheme)
        if (document.article.id, document.annotator.id) not in judged
    ]
    documents = replace(documents, converted=_sorted([*documents.converted, *without_pairs]))
    write_documents(workspace.documents, [c.document for c in documents.converted])
    if documents.repeats or workspace.repeats.exists():
        write_documents(workspace.repeats, [c.document for c in documents.repeats])
    write_remarks(workspace.remarks, documents.remarks)
    kept_back = kept_back_log(workspace).lines
    suggested = shown_suggestions(store, documents.sources, kept_back, scheme, name_of)
    if suggested or workspace.suggested.exists():
        write_suggestions(workspace.suggested, suggested)
    write_text(
        workspace.task_links,
        json_page(task_links(annotations, partial(pseudonym, workspace)), sort_keys=True),
    )
    return documents


def convert_annotations(
    annotations: Sequence[StoredAnnotation],
    scheme: Scheme,
    pseudonym: Pseudonym,
    *,
    decisions: Decisions = NO_DECISIONS,
    known: AbstractSet[str] | None = None,
    owners: Owners = NO_OWNERS,
    keep_deleted: bool = False,
) -> PulledDocuments:
    """The newest annotation of every article by every annotator, as a document.

    Args:
        annotations: Annotations of the raw store.
        scheme: Scheme that the page was made from.
        pseudonym: Gives the name that stands for an e-mail address in the data.
        decisions: Whose annotations are, where the maintainer has decided it.
        known: E-mail addresses that somebody has, as they are compared; None if that is not known.
        owners: Server and project -> name of the annotator whose project it is.
        keep_deleted: Make documents also of what the server does not have any more.
    """
    included = included_annotations(annotations, decisions, keep_deleted=keep_deleted)
    current = current_annotations(included, pseudonym)
    submitted = [annotation for annotation in current if not annotation.is_skipped]
    converted: dict[str, Converted] = {}
    problems = [*_idle(annotations, decisions)]
    remarks = [*remarks_on_superseded(included, current, pseudonym)]
    for annotation in submitted:
        try:
            document = convert_annotation(annotation, scheme, pseudonym)
        except ConversionError as error:
            problems.append(f"{_place(annotation.line)}: {error}")
        else:
            converted[annotation.line.identity] = document
            remarks += remarks_on(annotation, document, pseudonym, decisions, owners)
    remarks += remarks_on_texts(submitted, converted.keys(), pseudonym)
    if known is not None:
        remarks += remarks_on_addresses(included, known, pseudonym, decisions)
    remarks += remarks_on_deleted(annotations, current, converted.keys(), pseudonym, decisions)
    repeated = {annotation.line.identity for annotation in submitted if annotation.repeat}
    whole, unfinished = _put_together(
        (c for id, c in converted.items() if id not in repeated), scheme
    )
    again, _ = _put_together((c for id, c in converted.items() if id in repeated), scheme)
    return PulledDocuments(
        whole,
        repeats=again,
        unfinished=unfinished,
        skipped=len(current) - len(submitted),
        superseded=len(included) - len(current),
        problems=tuple(problems),
        remarks=tuple(sorted(remarks, key=lambda remark: (remark.id, remark.sentence))),
        in_other_projects=Counter(
            (pseudonym(annotation.author), owner)
            for annotation in submitted
            if annotation.line.identity not in decisions
            and (owner := other_owner(annotation, pseudonym, owners))
        ),
        sources=tuple(a for a in submitted if a.line.identity in converted and not a.repeat),
    )


def current_annotations(
    annotations: Iterable[StoredAnnotation], pseudonym: Pseudonym
) -> list[StoredAnnotation]:
    """The last annotation of every text by every annotator in every round, repeats apart."""
    current: dict[tuple[str, str, str, str | None, int], StoredAnnotation] = {}
    for annotation in annotations:
        article, text = str(annotation.data.get(ARTICLE_ID)), str(annotation.data.get("text"))
        name = pseudonym(annotation.author)
        key = article, text, name, annotation.line.round, annotation.repeat
        before = current.get(key)
        if before is None or annotation.line.updated_at >= before.line.updated_at:
            current[key] = annotation
    return list(current.values())


def task_links(
    annotations: Iterable[StoredAnnotation], pseudonym: Pseudonym
) -> dict[str, dict[str, str]]:
    """Article id -> annotator -> address of the page of their task, for the maintainer's report."""
    links: dict[str, dict[str, str]] = {}
    for annotation in annotations:
        line, record = annotation.line, annotation.data.get("article")
        article = record.get("id") if isinstance(record, dict) else None
        task = line.content.get("task")
        if isinstance(task, int) and isinstance(article, str) and not annotation.repeat:
            links.setdefault(article, {})[pseudonym(annotation.author)] = task_link(line)
    return links


def convert_annotation(
    annotation: StoredAnnotation, scheme: Scheme, pseudonym: Pseudonym
) -> Converted:
    """The document of a stored annotation.

    Raises:
        ConversionError: The text of its task was changed, or Signalbook did not make the task.
    """
    line, data = annotation.line, annotation.data
    if not unchanged_text(data):
        raise ConversionError(f"the text of {data.get(ARTICLE_ID)} is not the one that was pushed")
    values: dict[str, Json] = {
        "id": pseudonym(annotation.author),
        "round": _round(annotation),
        "created_at": line.content.get("created_at"),
        "lead_time_s": line.content.get("lead_time"),
        "tool": line.tool,
    }
    annotator = Annotator.model_validate({k: v for k, v in values.items() if v is not None})
    return from_label_studio(line.content, data, scheme, annotator)


def _round(annotation: StoredAnnotation) -> str | None:
    """The round of annotation; what an annotator was given again is one of its own."""
    again = f"repeat {annotation.repeat}" if annotation.repeat else ""
    return " ".join(filter(None, (annotation.line.round, again))) or None


def _put_together(
    converted: Iterable[Converted], scheme: Scheme
) -> tuple[tuple[Converted, ...], tuple[str, ...]]:
    """The documents, and which are unfinished; where each pair was a task, one of all of them."""
    if not asks_pairs(scheme):
        return _sorted(converted), ()
    whole, unfinished = put_together(converted, scheme)
    return _sorted(whole), tuple(sorted(unfinished))


def _sorted(converted: Iterable[Converted]) -> tuple[Converted, ...]:
    return tuple(sorted(converted, key=_by_article))


def _by_article(converted: Converted) -> tuple[str, str]:
    return converted.document.article.id, converted.document.annotator.id


def _place(line: RawLine) -> str:
    return f"{line.server}: project {line.project}, annotation {line.identity}"


def _idle(annotations: Sequence[StoredAnnotation], decisions: Decisions) -> Iterator[str]:
    """Decisions about annotations that nobody has pulled: a slip of the hand."""
    identities = {annotation.line.identity for annotation in annotations}
    for identity in sorted(decisions.keys() - identities):
        yield (
            f"{CONFIG}: [annotations] {identity}: no annotation that was pulled is called so; "
            "copy its id from: signalbook pull"
        )
