"""What `validate --send-back` asks of annotators, and how it is told."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signalbook.schema.errors import UsageError
from signalbook.schema.text import counted

if TYPE_CHECKING:
    from signalbook.export.validation.messages import Issue
    from signalbook.schema.documents.corrections import Correction, SendBack, SentBack
    from signalbook.schema.documents.remarks import Remark
    from signalbook.schema.settings import Settings


def sender(
    settings: "Settings", paths: Sequence[Path], source: str | None, *, release: bool
) -> "SendBack":
    """What sends corrections of the documents of the last pull.

    Raises:
        UsageError: Something else is checked, or there is no workspace.
    """
    if paths or source is not None or release:
        raise UsageError(
            "--send-back is about the documents of the last pull; leave out PATHS, --scheme and "
            "--release"
        )
    if settings.send_back is None or settings.documents is None:
        raise UsageError("--send-back needs a workspace; go into its folder")
    return settings.send_back


def to_corrections(
    issues: "Iterable[Issue]", remarks: "Iterable[Remark]" = ()
) -> "list[Correction]":
    """What annotators are asked to repair, errors first, in the order of the text.

    Args:
        issues: What is wrong in documents.
        remarks: What the last pull found; what no document could take comes last.
    """
    from signalbook.schema.documents.corrections import Correction

    ordered = sorted(issues, key=lambda i: (i.severity, i.start or 0, i.id, i.path))
    of_documents = [
        Correction(issue.article_id, issue.annotator_id, issue.id, issue.path, _sentence(issue))
        for issue in ordered
    ]
    of_pages = [
        Correction(r.article_id, r.annotator_id, r.id, "", f"Counts for nothing: {r.fact}")
        for r in remarks
        if r.is_for_annotator
    ]
    return of_documents + of_pages


def sent_lines(sent: "SentBack | None", *, dry_run: bool) -> Iterator[str]:
    """Who gets what, under which account, and where; and how much it is in all."""
    if sent is None:
        return
    yield ""
    for item in sent.lists:
        account = f" ({item.account})" if item.account else ""
        what = f"{counted(item.findings, 'finding')}, {item.new} new"
        content = what if item.findings else "nothing is left to repair"
        yield f"{item.annotator}{account}  {item.article}  {content}  {item.task}"
    new = sum(item.new for item in sent.lists)
    filled = sum(item.findings > 0 for item in sent.lists)
    verb = "Would send" if dry_run else "Sent"
    taken = "would be emptied" if dry_run else "emptied"
    yield (
        f"{verb} {counted(filled, 'list')} with {counted(new, 'new finding')}; "
        f"{counted(len(sent.lists) - filled, 'list')} {taken}; "
        f"{counted(sent.present, 'finding')} shown already."
    )


def _sentence(issue: "Issue") -> str:
    """What is wrong, with the words that it is about, once."""
    check = "Please check: " if issue.severity == "warning" else ""
    fact = f" {issue.fact}" if issue.fact and issue.id != "schema" else ""
    sentence = f"{check}{issue.message}{fact}"
    quote = f"“{issue.quote}”"
    return sentence if issue.quote is None or quote in sentence else f"{quote}: {sentence}"
