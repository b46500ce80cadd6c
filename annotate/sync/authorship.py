"""Whose an annotation is: what the server says, what the maintainer has decided, what is left open."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from signalbook.annotate.conversion.convert import Converted
from signalbook.annotate.workspace.workspace import LEAVE_OUT, TAKE
from signalbook.schema.documents.remarks import Remark

from .raw_store import RawLine, StoredAnnotation

#: E-mail address -> the name under which somebody appears in documents.
Pseudonym: TypeAlias = Callable[[str], str]
#: Identity of an annotation -> "take", "leave out", or the e-mail address of whose it is.
Decisions: TypeAlias = Mapping[str, str]
NO_DECISIONS: Decisions = MappingProxyType({})


def included_annotations(
    annotations: Iterable[StoredAnnotation], decisions: Decisions
) -> list[StoredAnnotation]:
    """The annotations that documents are made of, each by whom it is credited to."""
    included: list[StoredAnnotation] = []
    for annotation in annotations:
        decision = decisions.get(annotation.line.identity)
        if decision == LEAVE_OUT:
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
) -> Iterator[Remark]:
    """What stands about an annotation, and its document cannot say."""
    document, line = converted.document, annotation.line

    def remark(kind: str, fact: str) -> Remark:
        return Remark(
            id=kind,
            article_id=document.article.id,
            annotator_id=document.annotator.id,
            annotation=line.identity,
            fact=fact,
            task=task_link(line),
        )

    for what in converted.unmapped:
        yield remark("no-place", what)
    if line.identity in decisions:
        return
    if not annotation.author_is_known:
        yield remark("unknown-author", f"its author is not known (ID {line.identity})")
    elif annotation.account_is_gone:
        yield remark("deleted-account", "made by an account that was deleted")
    if annotation.editor not in (None, annotation.author) and annotation.author_is_known:
        editor = pseudonym(str(annotation.editor))
        yield remark("changed-by-another", f"changed by {editor} (ID {line.identity})")


def task_link(line: RawLine) -> str:
    """Where the task of an annotation is shown on the server."""
    return f"{line.server}/projects/{line.project}/data?task={line.content.get('task')}"
