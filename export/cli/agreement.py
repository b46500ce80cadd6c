"""The command that measures agreement."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import DOCUMENTS, JSON, PATH, SCHEME, pass_settings
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.text import counted, first_of

from .next_step import Sources

if TYPE_CHECKING:
    from signalbook.export.agreement.corpus import Corpus
    from signalbook.export.report.analysis import MeasuredCorpus
    from signalbook.export.report.breakdowns import By, ReportSection
    from signalbook.export.report.build import AgreementReport
    from signalbook.schema.cli.progress import ProgressBar
    from signalbook.schema.scheme.model import Scheme
    from signalbook.schema.settings import Settings

    from .annotators_documents import AnnotatorsDocuments

_MAX_SHOWN = 10
_BY = click.Choice(["label", "annotator", "month"])


def _gates(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, float]:
    gates: dict[str, float] = {}
    for gate in given:
        name, equals, value = gate.partition("=")
        try:
            gates[name] = float(value)
        except ValueError:
            equals = ""
        if not equals or not isfinite(gates[name]):
            raise click.BadParameter(f"{gate!r} is not MEASURE=VALUE, such as attribute=0.667")
    return gates


@click.command(short_help="Measure how well annotators agree.")
@DOCUMENTS
@SCHEME
@click.option(
    "--html",
    "page",
    type=PATH,
    metavar="FILE",
    help="Write the whole report to FILE, as one HTML page.",
)
@click.option(
    "--markdown", type=PATH, metavar="FILE", help="Write a short report to FILE, as Markdown."
)
@click.option(
    "--by",
    type=_BY,
    multiple=True,
    help="Break the measures down in a further table; may be given several times.",
)
@click.option(
    "--fail-under",
    "gates",
    multiple=True,
    metavar="MEASURE=VALUE",
    callback=_gates,
    help="Exit with status 3 if MEASURE is below VALUE or undefined; may be given several times. "
    "MEASURE is kind.unit.field as in the table, or a kind or a field, which stands for each of "
    "its measures, also for those without a target.",
)
@click.option(
    "--valid-only",
    is_flag=True,
    help="Leave out documents with errors that `validate` names, which are measured with the "
    "others otherwise.",
)
@JSON
@pass_settings
def agreement(
    settings: "Settings",
    paths: tuple[Path, ...],
    source: str | None,
    page: Path | None,
    markdown: Path | None,
    valid_only: bool,
    as_json: bool,
    by: "tuple[By, ...]",
    gates: dict[str, float],
) -> None:
    """Measure how well annotators agree, and report why they do not.

    PATHS are JSON Lines files of annotation documents, folders of such files, or one release.
    Without PATHS, the documents of the last pull are measured. Every field is measured by the
    coefficient that fits its level of measurement, spans and relations by F1 over pairs of
    annotators, each with an interval of 95 %.

    \b
    Examples:
      signalbook agreement
      signalbook agreement --html report.html
      signalbook agreement documents.jsonl --json
      signalbook agreement --valid-only
      signalbook agreement datasets/news/1.0.0 --by month
      signalbook agreement --fail-under span_identification.all.overlap=0.6
    """
    from signalbook.export.report.analysis import analyse, measure_corpus
    from signalbook.export.report.breakdowns import breakdowns
    from signalbook.export.report.build import AgreementReport
    from signalbook.export.report.repeat_section import repeat_sections
    from signalbook.export.report.suggestion_sections import BETWEEN, suggestion_sections
    from signalbook.export.report.summary import missed_gates
    from signalbook.schema.cli.progress import progress_bar
    from signalbook.schema.errors import FindingsError
    from signalbook.schema.filesystem import write_text

    scheme, annotators = _read(settings, paths, source)
    _refuse_outputs(page, markdown, settings.documents_or(paths), scheme)
    report = None
    with progress_bar("checking documents") as bar:
        corpus = _corpus(annotators, scheme, paths, bar, valid_only=valid_only)
        measured = measure_corpus(corpus, on_step=bar.step)
        of_workspace = (
            *suggestion_sections(corpus, settings.suggestions(paths)),
            *repeat_sections(annotators.documents, settings.repeated(paths), scheme),
        )
        if page or markdown or as_json:
            # Of several tasks of an article, a report shows the one that was pulled last.
            tasks = settings.task_links(paths)
            links = {article: [*of_all.values()][-1] for article, of_all in tasks.items() if of_all}
            report = AgreementReport(
                analyse(measured, links=links, on_step=bar.step), by, of_workspace
            )
    if report and page:
        write_text(page, report.html)
    if report and markdown:
        write_text(markdown, report.markdown)
    sources = Sources(paths, source)
    warnings = [*annotators.warnings, *_of_errors(corpus, sources)]
    failures = missed_gates((result.measure for result in measured.measures), gates)
    short = [section for section in of_workspace if section.id != BETWEEN]
    sections = report.breakdowns if report else breakdowns(measured, by)
    print_outcome(
        "agreement",
        as_json=as_json,
        lines=_lines(measured, (*short, *sections)),
        remarks=[
            *(f"warning: {line}" for line in warnings),
            *(f"warning: {line}" for line in first_of(corpus.impossible, _MAX_SHOWN)),
            *(f"{path}: written" for path in (page, markdown) if path),
            *_next_step(corpus, sources, page),
        ],
        ok=not failures,
        data=report.data if report and as_json else None,
        counts=_counts(report) if report else None,
        warnings=[*warnings, *corpus.impossible],
        errors=failures,
    )
    if failures and as_json:
        raise click.exceptions.Exit(FindingsError.exit_status)
    if failures:
        many = counted(len(failures), "measure does not reach", "measures do not reach")
        raise FindingsError(f"{many} what --fail-under asks for:", *failures)


def _read(
    settings: "Settings", paths: tuple[Path, ...], source: str | None
) -> tuple["Scheme", "AnnotatorsDocuments"]:
    """Documents of files, of the last pull, or of one release under the scheme it was made with."""
    from signalbook.export.release.read import is_release, released_documents, released_scheme
    from signalbook.schema.documents.derived import completed
    from signalbook.schema.errors import UsageError

    from .annotators_documents import AnnotatorsDocuments, read_annotators

    releases = [path for path in paths if is_release(path)]
    if not releases:
        scheme = settings.load_scheme(source, paths)
        return scheme, read_annotators(settings.documents_or(paths), scheme)
    if len(paths) > 1:
        raise UsageError(f"{releases[0]}: is a release; measure it alone")
    scheme = settings.load_scheme(source) if source else released_scheme(releases[0])
    documents = released_documents(releases[0], scheme)
    return scheme, AnnotatorsDocuments([completed(document, scheme) for document in documents])


def _corpus(
    annotators: "AnnotatorsDocuments",
    scheme: "Scheme",
    paths: tuple[Path, ...],
    bar: "ProgressBar",
    *,
    valid_only: bool,
) -> "Corpus":
    """The documents as a corpus that knows how many have errors, without these if asked for."""
    from signalbook.export.agreement.corpus import gather
    from signalbook.export.release.read import is_release
    from signalbook.export.validation.checker import Checker

    documents = annotators.documents
    if any(map(is_release, paths)):  # none is built of documents with errors
        return replace(gather(documents, scheme), valid_only=valid_only)
    checker = Checker(scheme, warns=False)
    broken = [checker.has_error(document) for document in bar.over(documents)]
    if valid_only:
        documents = [d for d, is_broken in zip(documents, broken, strict=True) if not is_broken]
    corpus = gather(documents, scheme)
    return replace(corpus, with_errors=sum(broken), valid_only=valid_only)


def _of_errors(corpus: "Corpus", sources: Sources) -> Iterator[str]:
    """That some documents have errors, what was done with them, and how to see them."""
    from signalbook.export.report.wording import errors_sentence

    if sentence := errors_sentence(corpus).removesuffix("."):
        leave_out = "" if corpus.valid_only else "; leave them out with --valid-only"
        yield f"{sentence}; list the errors with: {sources.command('validate')}{leave_out}"


def _refuse_outputs(
    page: Path | None, markdown: Path | None, sources: Iterable[Path], scheme: "Scheme"
) -> None:
    """A report takes the place of a report alone; a release gets no file at all."""
    from signalbook.export.release.read import is_release
    from signalbook.export.report import html_page, markdown_page
    from signalbook.schema.cli.outputs import refuse_foreign, refuse_overwriting
    from signalbook.schema.documents.jsonl import document_files

    inputs = [f for s in sources for f in ([s] if is_release(s) else document_files([s]))]
    refuse_overwriting({"--html": page, "--markdown": markdown}, [*inputs, *scheme.files])
    refuse_foreign("--html", page, beginning=html_page.BEGINNING, kind="report of agreement")
    refuse_foreign(
        "--markdown", markdown, beginning=markdown_page.BEGINNING, kind="report of agreement"
    )


def _counts(report: "AgreementReport") -> dict[str, int]:
    return {
        "articles": len(report.measured.corpus.articles),
        "measures": len(report.measures),
        "disagreements": report.analysis.disagreements,
    }


def _lines(measured: "MeasuredCorpus", sections: "tuple[ReportSection, ...]") -> Iterator[str]:
    from signalbook.export.report.caveats import caveats
    from signalbook.export.report.prevalence import prevalence_sentences
    from signalbook.export.report.terminal_rows import MEASURE_COLUMNS, measure_rows, section_rows
    from signalbook.export.report.wording import WHAT_N_IS, Wording, corpus_line, stage_sentence
    from signalbook.schema.cli.tables import table_lines

    yield corpus_line(measured.corpus)
    if in_stage := stage_sentence(measured.corpus.scheme):
        yield in_stage
    if not measured.corpus.articles:
        return
    yield ""
    yield from table_lines(MEASURE_COLUMNS, measure_rows(measured.primary))
    yield from ("", f"n: {WHAT_N_IS}")
    wording = Wording(measured.corpus.scheme)
    low = prevalence_sentences(wording, (r.measure for r in measured.primary))
    for sentence in (*low, *caveats(measured)):
        yield from ("", sentence)
    for section in sections:
        yield from ("", section.title, "", section.text, "")
        yield from table_lines(section.columns, section_rows(section))


def _next_step(corpus: "Corpus", sources: Sources, page: Path | None) -> Iterator[str]:
    from signalbook.export.release.read import is_release

    if not corpus.articles:
        yield (
            f"Have the errors repaired: {sources.command('validate')}"
            if corpus.with_errors
            else sources.lacking
        )
    elif not corpus.doubly_annotated:
        yield (
            "Agreement needs articles that two or more annotators have seen; give the same "
            "articles to several"
        )
    elif page is None:
        report = sources.command("agreement", "--html", "report.html")
        yield f"See where and why annotators differ in a report: {report}"
    if corpus.articles and not any(map(is_release, sources.paths)):
        yield f"Make gold annotations with: {sources.command('adjudicate auto')}"
