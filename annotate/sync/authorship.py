"""Whose an annotation is: what the server says, what the maintainer has decided, what is left open."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from signalbook.annotate.conversion.convert import Converted
from signalbook.annotate.workspace.annotator_names import plain_address
from signalbook.annotate.workspace.workspace import LEAVE_OUT, TAKE
from signalbook.schema.documents.remarks import Remark

from .raw_store import RawLine, StoredAnnotation
from .tasks import ARTICLE_ID, unchanged_text

#: E-mail address -> the name under which somebody appears in documents.
Pseudonym: TypeAlias = Callable[[str], str]
#: Identity of an annotation -> "take", "leave out", or the e-mail address of whose it is.
Decisions: TypeAlias = Mapping[str, str]
NO_DECISIONS: Decisions = MappingProxyType({})
#: Server and project -> name of the annotator whose project it is.
Owners: TypeAlias = Mapping[tuple[str, int], str]
NO_OWNERS: Owners = MappingProxyType({})


def included_annotations(
    annotations: Iterable[StoredAnnotation], decisions: Decisions, *, keep_deleted: bool = False
) -> list[StoredAnnotation]:
    """The annotations that documents are made of, each by whom it is credited to.

    Args:
        annotations: Annotations of the raw store.
        decisions: What the maintainer has decided about single ones.
        keep_deleted: Whether those count that the server does not have any more.
    """
    included: list[StoredAnnotation] = []
    for annotation in annotations:
        decision = decisions.get(annotation.line.identity)
        is_gone = not annotation.is_on_server and not keep_deleted and decision is None
        if decision == LEAVE_OUT or is_gone:
            continue
        if decision is not None and decision != TAKE:
            annotation = replace(annotation, author=decision, author_is_known=True)
        included.append(annotation)
    return included


def remarks_on(
    annotation: StoredAnnotation,
    converted: Converted,
    pseudonym: Pseudonym,
    decisions: Decisions,
    owners: Owners,
) -> Iterator[Remark]:
    """What stands about an annotation, and its document cannot say."""
    for what in converted.unmapped:
        yield _remark("no-place", what, annotation, pseudonym)
    identity = annotation.line.identity
    if annotation.metadata_changed:
        fact = "the metadata of the article were changed on the server"
        yield _remark("changed-metadata", fact, annotation, pseudonym)
    if identity in decisions:
        return
    if not annotation.author_is_known:
        fact = f"its author is not known (ID {identity})"
        yield _remark("unknown-author", fact, annotation, pseudonym)
        return
    if annotation.account_is_gone:
        yield _remark("deleted-account", "made by a deleted account", annotation, pseudonym)
    if owner := other_owner(annotation, pseudonym, owners):
        fact = f"made in the project of {owner} (ID {identity})"
        yield _remark("another-project", fact, annotation, pseudonym)
    editor = pseudonym(annotation.editor or annotation.author)
    if editor != pseudonym(annotation.author):
        fact = f"changed by {editor} (ID {identity})"
        yield _remark("changed-by-another", fact, annotation, pseudonym)


def other_owner(annotation: StoredAnnotation, pseudonym: Pseudonym, owners: Owners) -> str:
    """Whose the project is that an annotation was made in, if it is that of another."""
    owner = owners.get((annotation.line.server, annotation.line.project), "")
    return owner if owner != pseudonym(annotation.author) else ""


def remarks_on_deleted(
    annotations: Iterable[StoredAnnotation],
    current: Sequence[StoredAnnotation],
    converted: AbstractSet[str],
    pseudonym: Pseudonym,
    decisions: Decisions,
) -> Iterator[Remark]:
    """What the server does not have any more, unless its annotator has made it again.

    Args:
        annotations: Annotations of the raw store.
        current: The newest annotations of every annotator, of those that count.
        converted: Identities of those that have a document.
        pseudonym: Gives the name that stands for an e-mail address in the data.
        decisions: What the maintainer has decided about single ones.
    """
    newest = {annotation.line.identity for annotation in current}
    existing = {(pseudonym(annotation.author), article_of(annotation)) for annotation in current}
    for annotation in annotations:
        identity = annotation.line.identity
        if annotation.is_on_server or identity in decisions:
            continue
        made = pseudonym(annotation.author), article_of(annotation)
        if identity in newest or made not in existing:
            kept = ", and kept in the documents" if identity in converted else ""
            fact = f"deleted on the server{kept} (ID {identity})"
            yield _remark("deleted", fact, annotation, pseudonym)


def remarks_on_superseded(
    included: Iterable[StoredAnnotation],
    current: Iterable[StoredAnnotation],
    pseudonym: Pseudonym,
) -> Iterator[Remark]:
    """What is in no document because the same annotator has a newer one; nobody may miss it."""
    newest = {annotation.line.identity for annotation in current}
    for annotation in included:
        identity = annotation.line.identity
        if identity not in newest and annotation.is_on_server:
            fact = f"set aside for a newer one (ID {identity})"
            yield _remark("superseded", fact, annotation, pseudonym)


def remarks_on_texts(
    current: Iterable[StoredAnnotation], converted: AbstractSet[str], pseudonym: Pseudonym
) -> Iterator[Remark]:
    """What is on a text that somebody has changed on the server.

    Args:
        current: The newest annotations of every annotator.
        converted: Identities of those that have a document.
        pseudonym: Gives the name that stands for an e-mail address in the data.
    """
    for annotation in current:
        is_changed = annotation.text_changed or not unchanged_text(annotation.data)
        if is_changed and annotation.is_on_server:
            has_document = annotation.line.identity in converted
            kept = "the text was changed; its document keeps the one that was annotated"
            fact = kept if has_document else "on a changed text; stored, but not in the documents"
            yield _remark("changed-text", fact, annotation, pseudonym)


def remarks_on_addresses(
    included: Iterable[StoredAnnotation],
    known: AbstractSet[str],
    pseudonym: Pseudonym,
    decisions: Decisions,
) -> Iterator[Remark]:
    """What is credited to an address that nobody has: a slip of the hand makes a new annotator.

    Args:
        included: Annotations that documents are made of, each by whom it is credited to.
        known: E-mail addresses that somebody has, as they are compared.
        pseudonym: Gives the name that stands for an e-mail address in the data.
        decisions: What the maintainer has decided about single ones.
    """
    for annotation in included:
        identity = annotation.line.identity
        decision = decisions.get(identity, TAKE)
        if decision != TAKE and plain_address(decision) not in known:
            fact = f"credited to an address that nobody has (ID {identity})"
            yield _remark("unknown-address", fact, annotation, pseudonym)


def article_of(annotation: StoredAnnotation) -> str:
    """Id of the article that was annotated, also if the task was of one pair of it."""
    article = annotation.data.get("article")
    id = article.get("id") if isinstance(article, dict) else None
    return str(id or annotation.data.get(ARTICLE_ID))


def _remark(kind: str, fact: str, annotation: StoredAnnotation, pseudonym: Pseudonym) -> Remark:
    return Remark(
        id=kind,
        article_id=article_of(annotation),
        annotator_id=pseudonym(annotation.author),
        annotation=annotation.line.identity,
        fact=fact,
        task=task_link(annotation.line),
    )


def task_link(line: RawLine) -> str:
    """Where the task of an annotation is shown on the server."""
    return task_address(line.server, line.project, line.content.get("task"))


def task_address(server: str, project: int, task: object) -> str:
    """Where a server shows a task of a project."""
    return f"{server}/projects/{project}/data?task={task}"
