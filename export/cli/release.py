"""The commands that publish a version of a dataset and that check one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, replace
from functools import wraps
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from signalbook.schema.cli.options import EXISTING, FOLDER, JSON, PATH, SCHEME, pass_settings
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.errors import DocumentError, FindingsError
from signalbook.schema.filesystem import DECISIONS_FOLDER, GOLD_FILE
from signalbook.schema.text import all_counted, counted, listed

from .next_step import Sources

if TYPE_CHECKING:
    from signalbook.export.release.contents import About
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme
    from signalbook.schema.settings import Settings


_MAX_SHOWN = 10
#: Layer of a release -> what its rows are.
_LAYERS = {"gold": "gold documents", "annotators": "annotators' documents"}
#: What a release says about itself, beside what is in the documents.
_ABOUT = (
    click.option(
        "--title",
        default="",
        show_default="the name of the dataset",
        help="Title by which people know the dataset.",
    ),
    click.option("--description", default="", help="What the dataset is, in a few sentences."),
    click.option(
        "--licence",
        metavar="SPDX",
        default="LicenseRef-unspecified",
        show_default=True,
        help="Licence of the annotations, as an SPDX identifier such as CC-BY-4.0.",
    ),
    click.option(
        "--author",
        "authors",
        metavar="NAME",
        multiple=True,
        help="Author to cite; may be given several times.",
    ),
    click.option("--changes", default="", help="What has changed since the last version."),
    click.option(
        "--created",
        metavar="DAY",
        show_default="the day of the newest annotation, which is not cited",
        help="Day of the release, such as 2031-05-02.",
    ),
    click.option(
        "--synthetic-articles", is_flag=True, help="State that the articles are invented."
    ),
    click.option(
        "--simulated-annotators", is_flag=True, help="State that the annotators are programs."
    ),
)


def _about_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `_ABOUT`, which it takes as one `about`."""

    @wraps(command)
    def with_about(*arguments: Any, **options: Any) -> None:
        from signalbook.export.release.contents import About

        stated = {
            field.name: options.pop(field.name) for field in fields(About) if field.name in options
        }
        command(*arguments, about=About(**stated), **options)

    for option in reversed(_ABOUT):
        option(with_about)
    return with_about


@click.group(short_help="Publish and verify versions of a dataset.")
def release() -> None:
    """Publish versions of a dataset, and verify them.

    \b
    Examples:
      signalbook release build 1.0.0
      signalbook release verify datasets/news/1.0.0
    """


@release.command(short_help="Publish a version of the dataset.")
@click.argument("version")
@click.option(
    "--gold",
    type=EXISTING,
    metavar="FILE",
    show_default="gold.jsonl beside the documents, if there is one",
    help="Gold annotations to publish.",
)
@click.option(
    "--documents",
    type=EXISTING,
    metavar="PATH",
    multiple=True,
    show_default="the documents of the last pull",
    help="JSON Lines file, or folder, of the documents of annotators; may be given several times.",
)
@click.option(
    "--name",
    show_default="the name in signalbook.toml, else that of the scheme",
    help="Name of the dataset.",
)
@click.option(
    "--output",
    "-o",
    type=PATH,
    metavar="FOLDER",
    show_default="the datasets of the workspace, else datasets",
    help="Folder in which the dataset is, or will be.",
)
@SCHEME
@_about_options
@JSON
@pass_settings
def build(
    settings: "Settings",
    version: str,
    gold: Path | None,
    documents: tuple[Path, ...],
    name: str | None,
    output: Path | None,
    source: str | None,
    about: "About",
    as_json: bool,
) -> None:
    """Publish VERSION, such as 1.2.0, of the dataset as a folder of Parquet files.

    The documents are checked first: a release with errors is refused. A version that is
    published never changes, and the same documents make the same bytes. The release carries the
    scheme, the codebook, a dataset card and the agreement report of its annotators.

    Beside the versions lies .lock, an empty file by which one release of a dataset is written at a
    time. It stays, also after a refusal, as deleting it could let two be written at once; while
    none is written, it may be deleted.

    \b
    Examples:
      signalbook release build 1.0.0
      signalbook release build 1.1.0 --licence CC-BY-4.0 --author "Ada Example"
      signalbook release build 1.2.0 --documents all.jsonl --gold gold.jsonl --name news
    """
    from signalbook.export.adjudication.decision_log import DecisionLog
    from signalbook.export.adjudication.gold_record import read_record, without_annotations
    from signalbook.export.release.build import WaysOut, build_release
    from signalbook.export.release.contents import ReleasePlan
    from signalbook.schema.cli.outputs import refuse_overwriting
    from signalbook.schema.cli.progress import progress_bar

    from .annotators_documents import read_annotators, read_gold
    from .earlier_stages import refuse_stale_stages

    refuse_overwriting({"--output": output})
    sources = _sources(settings, documents, gold)
    gold_file = gold or _beside(sources)
    scheme = settings.load_scheme(source, documents)
    _refuse_earlier_stage(scheme)
    annotators = read_annotators(sources, scheme)
    gold_documents = read_gold(gold_file, scheme) if gold_file else []
    if documents:
        _refuse_none(annotators.documents, documents, annotators.warnings)
    elif gold is None and gold_documents:
        _refuse_none(annotators.documents, sources, way_out="bring them with: signalbook pull")
    if gold is not None:
        _refuse_none(gold_documents, [gold])
    both = (*annotators.documents, *gold_documents)
    waiting = (
        []
        if documents or gold
        else refuse_stale_stages(
            settings.earlier_documents(), scheme, {document.article.id for document in both}
        )
    )
    plan = ReleasePlan(
        name=name or settings.dataset_name(scheme),
        version=version,
        scheme=scheme,
        gold=gold_documents,
        annotators=annotators.documents,
        about=replace(
            about,
            simulated_annotators=about.simulated_annotators or settings.simulated_annotators,
        ),
        gold_record=read_record(gold_file) if gold_file else None,
        decided=DecisionLog(sources[0].parent / DECISIONS_FOLDER).hashes if sources else {},
        withdrawn=settings.withdrawn(),
    )
    with progress_bar("building the release") as bar:
        folder = build_release(
            plan,
            output or settings.datasets,
            ways_out=WaysOut(*_ways_out(Sources(documents, source), gold, gold_file)),
            on_step=bar.step,
        )
    warnings = [*annotators.warnings, *waiting]
    if not gold_documents:
        adjudicate = Sources(documents, source).command("adjudicate auto")
        warnings.append(
            f"no gold annotations are in it; make some with `{adjudicate}`, or name them with "
            "--gold, and publish another version"
        )
    own: AbstractSet[str] = set() if documents or gold else settings.article_ids()
    warnings += _left_out(own, annotators.documents, gold_documents, scheme.stage)
    if alone := without_annotations(gold_documents, annotators.documents):
        warnings.append(
            f"{len(alone)} of {counted(len(gold_documents), 'gold annotation')} stand there "
            f"without any annotator's document of the article ({listed(alone, _MAX_SHOWN)})"
        )
    _say_built(folder, gold_file, warnings, plan.withheld, as_json=as_json)


@release.command(short_help="Verify every byte and link of a release.")
@click.argument("folder", type=FOLDER)
@JSON
def verify(folder: Path, as_json: bool) -> None:
    """Verify that the release in FOLDER is as it was published, and fits together.

    Every byte is compared with its hash first. Then keys, links and offsets are checked, and that
    documents and tables say the same. The command exits with status 3 if anything is wrong.

    \b
    Example:
      signalbook release verify datasets/news/1.0.0
    """
    from signalbook.export.release.verify import verify_release

    findings = verify_release(folder)
    count = counted(len(findings), "finding")
    print_outcome(
        "release verify",
        as_json=as_json,
        lines=[
            *map(str, findings),
            f"{folder}: {count if findings else 'fine'}",
        ],
        ok=not findings,
        counts={"findings": len(findings)},
        errors=[finding.to_dict() for finding in findings],
    )
    if findings:
        click.get_current_context().exit(FindingsError.exit_status)


def _sources(
    settings: "Settings", documents: tuple[Path, ...], gold: Path | None
) -> tuple[Path, ...]:
    """Everyone's documents: none, if only gold is named and nothing was pulled."""
    if not documents and gold is not None:
        pulled = settings.documents
        return (pulled,) if pulled is not None and pulled.exists() else ()
    return tuple(settings.documents_or(documents))


def _beside(sources: Sequence[Path]) -> Path | None:
    """The gold annotations that adjudication left beside the documents."""
    places = [path.parent / GOLD_FILE for path in sources if path.name != GOLD_FILE]
    return places[0] if places and places[0].is_file() else None


def _ways_out(sources: Sources, gold: Path | None, gold_file: Path | None) -> Iterator[str]:
    """The commands of `WaysOut`, in its order, as they are typed here."""
    yield sources.command("validate")
    yield Sources((gold_file,) if gold_file else (), sources.scheme).command("validate")
    yield sources.command("adjudicate auto", *(["--output", str(gold)] if gold else []))
    correct = "signalbook push, then: signalbook pull"
    yield f"{correct}; then name documents of that pull" if sources.paths else correct


def _refuse_earlier_stage(scheme: "Scheme") -> None:
    """Documents are whole after the last stage."""
    from signalbook.schema.errors import UsageError
    from signalbook.schema.scheme.stages import is_last

    if not is_last(scheme):
        last = scheme.stages[-1].name
        raise UsageError(
            f"documents of the stage {scheme.stage} are not whole; release those of the last one "
            f"with: signalbook --stage {last} release build VERSION"
        )


def _refuse_none(
    documents: Sequence["AnnotationDocument"],
    paths: Sequence[Path],
    warnings: Iterable[str] = (),
    *,
    way_out: str = "name files that hold some",
) -> None:
    """What was named and holds no document is refused, not left out."""
    if not documents:
        named = ", ".join(map(str, paths))
        raise DocumentError(f"{named}: no annotation document is there; {way_out}", *warnings)


def _left_out(
    own: AbstractSet[str],
    annotators: Iterable["AnnotationDocument"],
    gold: Iterable["AnnotationDocument"],
    stage: str,
) -> Iterator[str]:
    """Which articles a release says nothing about, or nothing that was adjudicated.

    Args:
        own: Ids of the articles of the workspace; empty where documents were named.
        annotators: The annotations that are published.
        gold: The gold annotations that are published.
        stage: The stage that the annotations are of; empty without stages.
    """
    annotated = {document.article.id for document in annotators}
    adjudicated = {document.article.id for document in gold}
    if left := sorted(own - annotated - adjudicated):
        articles = counted(
            len(left),
            "article of the workspace is not in it: it has",
            "articles of the workspace are not in it: they have",
        )
        of_stage = f" from the stage {stage}" if stage else ""
        yield f"{articles} no annotation that was pulled{of_stage} ({listed(left, _MAX_SHOWN)})"
    if adjudicated and (open_ := sorted(annotated - adjudicated)):
        articles = counted(len(open_), "article has", "articles have")
        yield f"{articles} annotations in it, and no gold annotation ({listed(open_, _MAX_SHOWN)})"


def _say_built(
    folder: Path, gold: Path | None, warnings: Sequence[str], withheld: int, *, as_json: bool
) -> None:
    import json

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    counts: dict[str, int] = {
        str(name): sum(split["rows"] for split in splits.values())
        for name, splits in manifest["data"].items()
    }
    shown: dict[str, int] = {_LAYERS.get(name, name): count for name, count in counts.items()}
    warnings = [*warnings]
    if withheld:
        warnings.append(
            f"the words of {withheld} of {counted(counts['articles'], 'article')} are withheld, "
            "because their metadata do not say that they may be redistributed"
        )
    print_outcome(
        "release build",
        as_json=as_json,
        lines=[f"{folder}: published ({all_counted(shown)})"],
        remarks=[
            *(f"warning: {warning}" for warning in warnings),
            *([f"The gold annotations are those of {gold}"] if counts["gold"] else []),
            f"Verify it wherever it lies with: signalbook release verify {quote(str(folder))}",
        ],
        data={
            "folder": str(folder),
            "gold": str(gold) if counts["gold"] else None,
            "version": manifest["version"],
            "eval_fingerprint": manifest["eval_fingerprint"],
        },
        counts=counts,
        warnings=warnings,
    )
