"""Check what a watched pull brings: who has what to repair, each finding once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from signalbook.schema.text import counted

if TYPE_CHECKING:
    from signalbook.annotate.sync.pulled_documents import PulledDocuments
    from signalbook.export.cli.validate import Links
    from signalbook.export.validation.messages import Issue
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme


class WatchedFindings:
    """What is wrong in the documents of one round after the other."""

    def __init__(self, scheme: "Scheme") -> None:
        from signalbook.export.validation.checker import Checker

        self._checker = Checker(scheme)
        self._checked: dict[tuple[str, str], tuple[AnnotationDocument, list[Issue]]] = {}
        self._shown: set[tuple[str | None, ...]] = set()

    def lines(self, pulled: "PulledDocuments", links: "Links") -> Iterator[str]:
        """What has become wrong since the last round, and how much of what was is repaired."""
        from signalbook.export.cli.validate import issue_lines

        documents = [converted.document for converted in pulled.converted]
        issues = [issue for document in documents for issue in self._issues(document)]
        new = [issue for issue in issues if _identity(issue) not in self._shown]
        standing = {_identity(issue) for issue in issues}
        if repaired := len(self._shown - standing):
            yield f"{counted(repaired, 'finding')} of before repaired."
        self._shown = standing
        if new:
            yield f"{counted(len(new), 'new finding')}:"
            yield from issue_lines(documents, new, links)

    def _issues(self, document: "AnnotationDocument") -> "list[Issue]":
        """The findings of a document, which is checked only where it has changed."""
        key = document.article.id, document.annotator.id
        before = self._checked.get(key)
        if before is None or before[0] != document:
            before = self._checked[key] = document, [*self._checker.check(document)]
        return before[1]


def _identity(issue: "Issue") -> tuple[str | None, ...]:
    """What makes two findings the same; its place among the others of a document does not."""
    field = issue.path.rpartition("/")[2]
    return issue.annotator_id, issue.article_id, issue.id, issue.unit, issue.quote, field
