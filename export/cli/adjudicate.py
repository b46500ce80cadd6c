"""The commands that make one gold annotation per article."""

import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import DOCUMENTS, JSON, NEW_FILE, SCHEME, pass_settings
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.errors import ConflictError, FindingsError, UsageError
from signalbook.schema.filesystem import DECISIONS_FOLDER, GOLD_FILE
from signalbook.schema.text import all_counted, counted, listed

from .gold_warnings import gold_warnings
from .next_step import Sources

if TYPE_CHECKING:
    from signalbook.export.adjudication.adjudicate import Adjudication
    from signalbook.export.annotators.models import Model
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme
    from signalbook.schema.settings import Settings

_MAX_SHOWN = 10
_LOG = "decisions.jsonl"
#: New objects after which Python looks for cycles.
_MANY_OBJECTS = 100_000
EXISTING_GOLD = click.option(
    "--existing",
    type=click.Choice(["keep", "replace"]),
    help="What to do with gold annotations that would be lost: those made by hand, of another "
    "scheme, or of articles that are not among the documents.",
)


@click.group(short_help="Make one gold annotation of each article.")
def adjudicate() -> None:
    """Make one gold annotation of each article out of those of its annotators.

    Votes decide, or people: adjudicators get what annotators differ in, and what they decide counts
    before any vote.

    \b
    Examples:
      signalbook adjudicate auto
      signalbook adjudicate send
      signalbook adjudicate collect
    """


@contextmanager
def _few_collections() -> Generator[None]:
    """Have Python look for cycles less often: only repairs leave some, and documents are many."""
    before = gc.get_threshold()
    gc.set_threshold(_MANY_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@adjudicate.command(short_help="Let votes decide, and log every decision.")
@DOCUMENTS
@SCHEME
@click.option(
    "--output",
    "-o",
    type=NEW_FILE,
    metavar="FILE",
    show_default="gold.jsonl beside the documents",
    help="File to write the gold annotations to.",
)
@click.option(
    "--model",
    type=click.Choice(["majority", "dawid-skene", "mace"]),
    default="majority",
    show_default=True,
    help="What decides where annotators differ.",
)
@click.option(
    "--log",
    type=NEW_FILE,
    metavar="FILE",
    show_default="decisions.jsonl beside the gold annotations",
    help="File to write every decision to.",
)
@EXISTING_GOLD
@JSON
@pass_settings
@_few_collections()
def auto(
    settings: "Settings",
    paths: tuple[Path, ...],
    source: str | None,
    output: Path | None,
    model: "Model",
    log: Path | None,
    existing: str | None,
    as_json: bool,
) -> None:
    """Let votes decide where annotators differ, repair what breaks a rule, and log every decision.

    PATHS are JSON Lines files of annotation documents, or folders of such files. Without PATHS,
    the documents of the last pull are adjudicated. A span is kept if more than half of the
    annotators who saw the article marked it. What is written passes signalbook validate.

    A model of the annotators weighs their votes by what it has learnt about each of them. It
    decides which spans are kept, and fields whose values the scheme lists; it needs three
    annotators of an article. Everything else, and whatever the model should not be trusted with,
    is decided by plain votes. The log names the rule behind each decision.

    What people have decided counts before any vote (see signalbook adjudicate send), as long as
    annotators have what it was decided between; the rest is listed, to be decided again.

    Gold annotations that were made or changed by hand are replaced only with --existing replace.

    \b
    Examples:
      signalbook adjudicate auto
      signalbook adjudicate auto annotations.jsonl --output gold.jsonl --log decisions.jsonl
      signalbook adjudicate auto --model dawid-skene
    """
    from .annotators_documents import read_annotators

    sources = settings.documents_or(paths)
    scheme = settings.load_scheme(source, paths)
    annotators = read_annotators(sources, scheme)
    gold = output or sources[0].parent / GOLD_FILE
    log = log or gold.with_name(_LOG)
    files = GoldFiles(gold, log, sources[0].parent / DECISIONS_FOLDER)
    _refuse_outputs(files, sources, scheme)
    adjudication = make_gold(annotators.documents, scheme, files, model=model, existing=existing)
    next_step = _next_step(adjudication, scheme, Sources(paths, source), output)
    warnings = [*annotators.warnings, *gold_warnings(adjudication, log)]
    _print_summary(adjudication, gold, log, next_step, warnings, as_json=as_json)
    if adjudication.without_gold:
        click.get_current_context().exit(FindingsError.exit_status)


@dataclass(frozen=True)
class GoldFiles:
    """Where gold annotations are, and what was decided about them."""

    gold: Path
    #: What votes decided, made anew each time.
    votes: Path
    #: Folder of the log of what people decided.
    people: Path

    @cached_property
    def present(self) -> "list[AnnotationDocument]":
        """The documents that are where the gold annotations go."""
        from signalbook.schema.documents.jsonl import read_documents

        return read_documents([self.gold]) if self.gold.is_file() else []


def make_gold(
    documents: "Sequence[AnnotationDocument]",
    scheme: "Scheme",
    files: GoldFiles,
    *,
    model: "Model",
    existing: str | None,
) -> "Adjudication":
    """Make the gold annotations of these documents anew, from them and from what people decided.

    Args:
        documents: All annotations.
        scheme: The scheme of all documents.
        files: Where gold annotations are, and what was decided.
        model: What decides where annotators differ, and nobody has decided.
        existing: What to do with gold annotations that would be lost: `keep`, `replace`, or None.

    Raises:
        ConflictError: Some would be lost, and nobody has said what to do.
    """
    from signalbook.export.adjudication.adjudicate import adjudicate as adjudicate_documents
    from signalbook.export.adjudication.decision_log import DecisionLog
    from signalbook.schema.cli.progress import progress_bar

    decided = DecisionLog(files.people).latest
    with progress_bar("adjudicating articles") as bar:
        adjudication = adjudicate_documents(
            documents, scheme, model=model, log=decided, on_count=bar.count
        )
    if adjudication.articles:
        adjudication = _with_existing(adjudication, files, existing)
        adjudication.write(files.gold, files.votes)
    return adjudication


def _refuse_outputs(files: GoldFiles, sources: Sequence[Path], scheme: "Scheme") -> None:
    """Gold may take the place of gold, which `--existing` protects; nothing else is replaced."""
    from signalbook.export.adjudication.gold_record import record_path
    from signalbook.export.adjudication.voting import LOG_BEGINNING
    from signalbook.schema.cli.outputs import refuse_foreign, refuse_overwriting
    from signalbook.schema.documents.annotators import is_gold
    from signalbook.schema.documents.jsonl import document_files

    gold, log = files.gold, files.votes
    holds_gold_alone = gold.is_file() and all(map(is_gold, files.present))
    refuse_overwriting(
        {"--output": gold, "the record beside it": record_path(gold), "--log": log},
        [
            *scheme.files,
            *(f for f in document_files(sources) if not (holds_gold_alone and f.samefile(gold))),
        ],
        kept={
            "--output": GOLD_FILE,
            "the record beside it": record_path(Path(GOLD_FILE)).name,
            "--log": _LOG,
        },
    )
    refuse_foreign("--log", log, beginning=LOG_BEGINNING, kind="log of decisions")
    if of_others := sum(not is_gold(document) for document in files.present):
        raise UsageError(
            f"{gold}: holds {counted(of_others, 'annotation')} of annotators, and no gold alone; "
            "name another file with --output"
        )


def _with_existing(
    adjudication: "Adjudication", files: GoldFiles, existing: str | None
) -> "Adjudication":
    """Nothing that somebody made is replaced unless it was said."""
    from signalbook.export.adjudication.gold_record import read_record

    would_be_lost = adjudication.would_lose(files.present, read_record(files.gold))
    if existing == "keep":
        return adjudication.keeping(would_be_lost)
    if would_be_lost and existing is None:
        ids = listed([document.article.id for document in would_be_lost], _MAX_SHOWN)
        count = counted(len(would_be_lost), "gold annotation")
        raise ConflictError(
            f"{files.gold}: {count} would be lost, made by hand, of another scheme, or of articles that "
            f"are not among the documents: {ids}; choose --existing keep or --existing replace"
        )
    return adjudication


def _print_summary(
    adjudication: "Adjudication",
    gold: Path,
    log: Path,
    next_step: str,
    warnings: Sequence[str],
    *,
    as_json: bool,
) -> None:
    decisions = adjudication.decisions
    errors = [
        f"{id}: no annotation is free of errors; see signalbook validate"
        for id in adjudication.without_gold
    ]
    counts = {
        "articles": len(adjudication.articles),
        "gold": len(adjudication.gold),
        "decisions": len(decisions),
        "repairs": sum(bool(decision.repaired) for decision in decisions),
    }
    shown = {{"gold": "gold_annotations"}.get(name, name): n for name, n in counts.items()}
    record = adjudication.record
    counts |= {
        "ruled": sum(record.ruled.values()),
        "flagged": sum(record.flagged.values()),
        "open": sum(record.open.values()),
        "of_one": len(record.of_one),
    }
    wrote = bool(adjudication.articles)
    print_outcome(
        "adjudicate auto",
        as_json=as_json,
        lines=[
            f"{gold}: {all_counted(shown)}; why is in {log}"
            if wrote
            else "0 articles; nothing was written"
        ],
        remarks=[*errors, *warnings, next_step],
        ok=not errors,
        data={"output": str(gold), "log": str(log), "flagged": _flagged(adjudication)}
        if wrote
        else None,
        counts=counts,
        warnings=warnings,
        errors=errors,
    )


def _flagged(adjudication: "Adjudication") -> list[object]:
    """What people have to decide again."""
    return [
        {"article": article.article_id, **flagged.to_dict()}
        for article in adjudication.articles
        for flagged in article.flagged
    ]


def _next_step(
    adjudication: "Adjudication", scheme: "Scheme", sources: Sources, output: Path | None
) -> str:
    from signalbook.schema.scheme.stages import stage_after

    if not adjudication.articles:
        return sources.lacking
    if adjudication.without_gold:
        return sources.repair("adjudicate auto")
    if any(adjudication.record.flagged.values()):
        return "A release can be built once these articles are decided again"
    if (after := stage_after(scheme)) is not None:
        return f"Begin the next stage with what is agreed on: signalbook --stage {after} push"
    named = [] if output is None else ["--gold", str(output)]
    return f"Publish a version with: {sources.release_command(*named)}"
