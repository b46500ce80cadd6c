"""The command that says how a span of the gold annotations came about."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from signalbook.schema.cli.options import EXISTING, JSON, SCHEME, pass_settings
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.errors import UsageError
from signalbook.schema.filesystem import DECISIONS_FOLDER, GOLD_FILE
from signalbook.schema.text import listed

if TYPE_CHECKING:
    from signalbook.export.adjudication.adjudicate import AdjudicatedArticle, Adjudication
    from signalbook.export.adjudication.voting import Decision
    from signalbook.schema.documents.records import Span
    from signalbook.schema.scheme.model import Scheme
    from signalbook.schema.settings import Settings

_MAX_SHOWN = 10


@click.command("why", short_help="Show how a span of gold came about.")
@click.argument("span_id", metavar="SPAN")
@click.option("--article", "article_id", metavar="ID", help="Article whose span is meant.")
@click.option(
    "--documents",
    "paths",
    type=EXISTING,
    multiple=True,
    metavar="PATH",
    show_default="the documents of the last pull",
    help="File or folder of annotation documents.",
)
@SCHEME
@JSON
@pass_settings
def why_command(
    settings: "Settings",
    span_id: str,
    article_id: str | None,
    paths: tuple[Path, ...],
    source: str | None,
    as_json: bool,
) -> None:
    """Show how SPAN, a span of the gold annotations, came about.

    SPAN is the id of the span in a gold annotation; name the article as well if several have a span
    of this id. For everything that annotators differ on, the command shows what
    each of them has, what was decided, and by which rule; or by whom and when, if a person decided.

    \b
    Examples:
      signalbook adjudicate why s41
      signalbook adjudicate why s2 --article report-1
    """
    adjudication = _adjudication(settings, paths, source)
    article, span = _find(adjudication, span_id, article_id)
    article = _in_its_stage(article, span, adjudication.scheme, settings, paths)
    decisions = list(_about(article, span))
    print_outcome(
        "adjudicate why",
        as_json=as_json,
        lines=_lines(article, span, decisions),
        data={
            "article": article.article_id,
            "span": span.to_dict(),
            "decisions": [_entry(article, decision) for decision in decisions],
        },
        counts={"decisions": len(decisions)},
    )


def _adjudication(
    settings: "Settings", paths: tuple[Path, ...], source: str | None
) -> "Adjudication":
    """What follows from the annotations and from what people decided, as gold does."""
    return _adjudication_of(settings.documents_or(paths), settings.load_scheme(source, paths))


def _adjudication_of(sources: "Sequence[Path]", scheme: "Scheme") -> "Adjudication":
    from signalbook.export.adjudication.adjudicate import adjudicate
    from signalbook.export.adjudication.decision_log import DecisionLog
    from signalbook.export.adjudication.gold_record import last_policy

    from .annotators_documents import read_annotators

    return adjudicate(
        read_annotators(sources, scheme).documents,
        scheme,
        model=last_policy(sources[0].parent / GOLD_FILE),
        log=DecisionLog(sources[0].parent / DECISIONS_FOLDER).latest,
    )


def _in_its_stage(
    article: "AdjudicatedArticle",
    span: "Span",
    scheme: "Scheme",
    settings: "Settings",
    paths: tuple[Path, ...],
) -> "AdjudicatedArticle":
    """The article in the stage in which the span was annotated: later ones are given it.

    Raises:
        UsageError: What was annotated there is not in this workspace.
    """
    from signalbook.schema.scheme.stages import at_stage

    if span.type not in scheme.earlier:
        return article
    stage = scheme.span_type(span.type).stage
    path = None if paths else settings.earlier_documents().get(stage)
    if path is not None and path.is_file():
        for before in _adjudication_of([path], at_stage(scheme.whole, stage)).articles:
            if before.article_id == article.article_id:
                return before
    raise UsageError(
        f"{span.id}: this span was annotated in the stage {stage}, whose annotations of "
        f"{article.article_id} are not at hand; run the command in the workspace, without --documents"
    )


def _find(
    adjudication: "Adjudication", span_id: str, article_id: str | None
) -> "tuple[AdjudicatedArticle, Span]":
    """The span that is meant, with its article.

    Raises:
        UsageError: There is none, or several.
    """
    found = [
        (article, span)
        for article in adjudication.articles
        if article.document and article_id in (None, article.article_id)
        for span in article.document.spans
        if span.id == span_id
    ]
    if not found:
        where = f"of {article_id} " if article_id else ""
        raise UsageError(
            f"{span_id}: the gold annotation {where}has no such span; copy article and span from "
            "the gold annotations, made with: signalbook adjudicate auto"
        )
    if len(found) > 1:
        ids = listed([article.article_id for article, _ in found], _MAX_SHOWN)
        raise UsageError(
            f"{span_id}: several articles have such a span ({ids}); name one with --article"
        )
    return found[0]


def _about(article: "AdjudicatedArticle", span: "Span") -> "Iterator[Decision]":
    """What was decided about a span, and about its article as a whole."""
    extent = span.start, span.end
    moved = {
        decision.unit
        for decision in article.followed_decisions
        if decision.field == "extent"
        and decision.unit.startswith(f"{span.type} [")
        and _extent(decision.chosen) == extent
    }
    units = moved or {f"{span.type} [{span.start}, {span.end})"}
    for decision in article.followed_decisions:
        if decision.unit in units or decision.is_of_article:
            yield decision


def _extent(chosen: object) -> tuple[object, ...]:
    return tuple(cast("Sequence[object]", chosen)) if isinstance(chosen, list | tuple) else ()


def _entry(article: "AdjudicatedArticle", decision: "Decision") -> dict[str, object]:
    entry: dict[str, object] = {
        "unit": decision.unit,
        "field": decision.field,
        "readings": dict(sorted(decision.candidates.items())),
        "chosen": decision.chosen,
        "rule": decision.rule,
    }
    if (line := article.adjudicated) and decision.rule == line.rule:
        entry |= {"by": line.adjudicator, "at": line.at}
    return entry


def _lines(
    article: "AdjudicatedArticle", span: "Span", decisions: "Sequence[Decision]"
) -> Iterator[str]:
    from signalbook.schema.documents.annotation import quoted

    words = f" {quoted(span.text)}" if span.text else ""
    yield f"{article.article_id} {span.id}: {span.type}{words}, [{span.start}, {span.end})"
    for decision in decisions:
        entry = _entry(article, decision)
        when = f" on {entry['at']}" if "at" in entry else ""
        yield f"  {decision.field or 'whether it is in'}: {_words(decision.chosen)} ({decision.rule}{when})"
        for annotator, reading in sorted(decision.candidates.items()):
            yield f"    {annotator}: {_words(reading)}"
    if not decisions:
        yield "  All annotators of the article agree on it."


def _words(value: object) -> str:
    from signalbook.schema.documents.annotation import answer_words

    return "nothing" if value is None else answer_words(value)
