"""The command that checks annotation documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from signalbook.schema.cli.options import DOCUMENTS, JSON, SCHEME, URL, pass_settings
from signalbook.schema.cli.output import StyledLine, print_outcome
from signalbook.schema.errors import FindingsError, UsageError
from signalbook.schema.text import all_counted, one_line

from .next_step import Sources
from .sent_back import sender, sent_lines, to_corrections

if TYPE_CHECKING:
    from signalbook.export.validation.checker import Purpose
    from signalbook.export.validation.messages import Issue
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme
    from signalbook.schema.settings import Settings

#: Article id -> annotator -> where their task is shown.
Links: TypeAlias = Mapping[str, Mapping[str, str]]
_COLOURS = {"error": "red", "warning": "yellow"}


@click.command(short_help="Check annotations, and list what is wrong.")
@DOCUMENTS
@SCHEME
@click.option("--release", is_flag=True, help="Also check what only a release must fulfil.")
@click.option("--explain", metavar="RULE", help="Explain a rule, such as C15, and check nothing.")
@click.option(
    "--send-back",
    "sends_back",
    is_flag=True,
    help="Show each annotator in Label Studio what to repair in their own articles.",
)
@click.option(
    "--dry-run", is_flag=True, help="With --send-back, show who would get what, and send nothing."
)
@URL
@JSON
@pass_settings
def validate(
    settings: "Settings",
    paths: tuple[Path, ...],
    source: str | None,
    release: bool,
    explain: str | None,
    sends_back: bool,
    dry_run: bool,
    url: str | None,
    as_json: bool,
) -> None:
    """Check annotation documents against their scheme and list what is wrong in them.

    PATHS are JSON Lines files of annotation documents, or folders of such files. Without PATHS,
    the documents of the last pull are checked. What is wrong is listed by annotator, so that each
    can be sent what to repair. The command exits with status 3 if there is an error; warnings
    alone do not make it fail.

    --send-back puts the list beside the article, in the project that an annotator has with `mode =
    "blind"`. The annotator opens the article, repairs the annotation and presses Update; the next
    pull brings it, and the next --send-back takes away what is repaired. Pull before you send.

    \b
    Examples:
      signalbook validate
      signalbook validate --send-back --dry-run
      signalbook validate annotations.jsonl --scheme diplomatic_signal/1.0
      signalbook validate --release --json
      signalbook validate --explain C15
    """
    from signalbook.export.validation.checker import check, errors
    from signalbook.export.validation.messages import (
        article_issues,
        remark_issue,
        repeat_issues,
        spelling_issues,
    )
    from signalbook.export.validation.rules import rule_called, rule_data, rule_lines
    from signalbook.schema.cli.progress import progress_bar
    from signalbook.schema.documents.annotators import spellings, with_one_spelling
    from signalbook.schema.documents.jsonl import read_as_written
    from signalbook.schema.documents.same_scheme import refuse_other_schemes

    send = sender(settings, paths, source, release=release) if sends_back else None
    if dry_run and not sends_back:
        raise UsageError("--dry-run goes with --send-back; add it, or leave --dry-run out")
    scheme = settings.load_scheme(source, paths)
    if explain is not None:
        rule = rule_called(explain, scheme)
        lines, data = rule_lines(rule), rule_data(rule)
        print_outcome("validate", as_json=as_json, lines=lines, data=data)
        return
    places, written = read_as_written(settings.documents_or(paths))
    refuse_other_schemes(written, scheme, places)
    taken_for = spellings(written)
    documents = with_one_spelling(written, taken_for)
    purpose: Purpose = "release" if release else "annotation"
    with progress_bar("checking documents") as bar:
        issues = list(check(bar.over(documents), scheme, purpose=purpose))
    remarks = settings.pull_remarks(paths)
    sent = send(to_corrections(issues, remarks), url, dry_run) if send else None
    issues += spelling_issues(written, taken_for)
    issues += repeat_issues(documents, places)
    issues += article_issues(documents, places)
    issues += map(remark_issue, remarks)
    wrong = errors(issues)
    links = settings.task_links(paths)
    print_outcome(
        "validate",
        as_json=as_json,
        lines=[
            *issue_lines(documents, issues, links),
            _summary(documents, issues),
            *sent_lines(sent, dry_run=dry_run),
        ],
        remarks=[
            *(sent.problems if sent else ()),
            _next_step(documents, scheme, Sources(paths, source), errors=bool(wrong)),
        ],
        ok=not wrong,
        data=sent and asdict(sent),
        counts=_counts(documents, issues),
        warnings=[_as_json(i, links) for i in issues if i.severity == "warning"],
        errors=[_as_json(issue, links) for issue in wrong],
    )
    if wrong:
        click.get_current_context().exit(FindingsError.exit_status)


def issue_lines(
    documents: Sequence["AnnotationDocument"], issues: Sequence["Issue"], links: Links
) -> Iterator[str]:
    """Issues as lines of text: by annotator, then article, in the order of the text."""
    titles = {document.article.id: document.article.title for document in documents}
    severities, ids = max(map(len, _COLOURS)), max((len(issue.id) for issue in issues), default=0)
    ordered = sorted(issues, key=lambda i: (i.annotator_id, i.article_id, i.start or 0, i.id))
    for annotator, of_annotator in groupby(ordered, key=lambda i: i.annotator_id):
        yield StyledLine(click.style(one_line(annotator), bold=True))
        for article, of_article in groupby(of_annotator, key=lambda i: i.article_id):
            known = (
                article,
                titles.get(article) or "",
                links.get(article, {}).get(annotator, ""),
            )
            yield f"  {'  '.join(map(one_line, filter(None, known)))}"
            for issue in of_article:
                severity = click.style(
                    f"{issue.severity:<{severities}}", fg=_COLOURS[issue.severity]
                )
                # The fact of a violation of the schema is for programs.
                sentences = [issue.message, *([issue.fact] if issue.id != "schema" else [])]
                sentences[-1] += _key(issue)
                first, *rest = map(one_line, sentences)
                yield StyledLine(f"    {severity}  {issue.id:<{ids}}  {first}")
                yield from (f"    {'':<{severities}}  {'':<{ids}}  {line}" for line in rest)
        yield ""


def _key(issue: "Issue") -> str:
    """The key in documents of the field that a finding is about, where the page calls it otherwise."""
    _, *places = issue.path.split("/")
    names = [place for place in places if not place.isdecimal()]
    is_named = len(names) < 2 or f"“{names[-1]}”".casefold() in issue.message.casefold()
    return "" if is_named else f" ({names[-1]})"


def _as_json(issue: "Issue", links: Links) -> dict[str, str | int | None]:
    """The issue, and where its task is shown if that is known."""
    return {**issue.to_dict(), "task": links.get(issue.article_id, {}).get(issue.annotator_id)}


def _summary(documents: Sequence["AnnotationDocument"], issues: Sequence["Issue"]) -> str:
    counts = _counts(documents, issues)
    totals = all_counted({name: counts[name] for name in ("documents", "errors", "warnings")})
    return f"{totals}; {counts['fine']} without an error"


def _counts(documents: Sequence["AnnotationDocument"], issues: Sequence["Issue"]) -> dict[str, int]:
    from signalbook.export.validation.checker import errors

    wrong = errors(issues)
    broken = {(issue.article_id, issue.annotator_id) for issue in wrong}
    return {
        "documents": len(documents),
        "errors": len(wrong),
        "warnings": len(issues) - len(wrong),
        "fine": sum((d.article.id, d.annotator.id) not in broken for d in documents),
    }


def _next_step(
    documents: Sequence["AnnotationDocument"], scheme: "Scheme", sources: Sources, *, errors: bool
) -> str:
    from signalbook.schema.documents.annotators import is_gold
    from signalbook.schema.scheme.stages import stage_after

    if not documents:
        return sources.lacking
    if errors:
        return sources.repair("validate")
    pairs = {(d.article.id, d.annotator.id) for d in documents if not is_gold(d)}
    if not pairs and (after := stage_after(scheme)) is not None:
        return f"Begin the next stage with what is agreed on: signalbook --stage {after} push"
    if not pairs:
        gold = str(sources.paths[0]) if len(sources.paths) == 1 else "FILE"
        publish = Sources((), sources.scheme).release_command("--gold", gold)
        return f"Publish these gold annotations with: {publish}"
    if len(pairs) == len({article for article, _ in pairs}):
        return f"Make gold annotations of them with: {sources.command('adjudicate auto')}"
    return f"Measure how well the annotators agree with: {sources.command('agreement')}"
