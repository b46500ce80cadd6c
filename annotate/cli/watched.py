"""Check what a pull brings: who has what to repair, each finding once, and send it back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from signalbook.schema.text import counted

if TYPE_CHECKING:
    from signalbook.annotate.label_studio.client import LabelStudioClient
    from signalbook.annotate.sync.pulled_documents import PulledDocuments
    from signalbook.annotate.workspace.workspace import Workspace
    from signalbook.export.cli.validate import Links
    from signalbook.export.validation.messages import Issue
    from signalbook.schema.documents.corrections import SentBack
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme


class WatchedFindings:
    """What is wrong in the documents of one round after the other."""

    def __init__(self, scheme: "Scheme") -> None:
        from signalbook.export.validation.checker import Checker

        self._checker = Checker(scheme)
        self._checked: dict[tuple[str, str], tuple[AnnotationDocument, list[Issue]]] = {}
        self._shown: set[tuple[str | None, ...]] = set()
        self._sent: PulledDocuments | None = None

    def lines(self, pulled: "PulledDocuments", links: "Links") -> Iterator[str]:
        """What has become wrong since the last round, and how much of what was is repaired."""
        from signalbook.export.cli.validate import issue_lines

        documents = [converted.document for converted in pulled.converted]
        issues = self._all_issues(pulled)
        new = [issue for issue in issues if _identity(issue) not in self._shown]
        standing = {_identity(issue) for issue in issues}
        if repaired := len(self._shown - standing):
            yield f"{counted(repaired, 'finding')} of before repaired."
        self._shown = standing
        if new:
            yield f"{counted(len(new), 'new finding')}:"
            yield from issue_lines(documents, new, links)

    def send(
        self, client: "LabelStudioClient", workspace: "Workspace", pulled: "PulledDocuments"
    ) -> "SentBack | None":
        """Show annotators what they have to repair; None if that was sent in an earlier round."""
        from signalbook.annotate.sync.corrections import send_corrections
        from signalbook.export.cli.sent_back import to_corrections

        if pulled is self._sent:
            return None
        wanted = to_corrections(self._all_issues(pulled), pulled.remarks)
        sent = send_corrections(client, workspace, wanted)
        self._sent = pulled
        return sent

    def _all_issues(self, pulled: "PulledDocuments") -> "list[Issue]":
        """All that is wrong in what was pulled."""
        documents = (converted.document for converted in pulled.converted)
        return [issue for document in documents for issue in self._issues(document)]

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
