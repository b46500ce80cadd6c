"""The command that makes an example of the codebook of an annotated span."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.errors import UsageError
from signalbook.schema.filesystem import GOLD_FILE
from signalbook.schema.text import listed

from .options import JSON, pass_settings, scheme_option
from .output import print_outcome

if TYPE_CHECKING:
    from signalbook.schema.documents.records import AnnotationDocument, Span
    from signalbook.schema.settings import Settings

_MAX_SHOWN = 10


@click.command("example", short_help="Make a codebook example of a span.")
@click.argument("span_id", metavar="SPAN")
@click.option("--article", "article_id", metavar="ID", help="Article whose span is meant.")
@click.option(
    "--annotator",
    metavar="NAME",
    show_default="the gold annotation",
    help="Whose annotation is meant.",
)
@click.option("--why", default="", metavar="TEXT", help="What is to be learnt from it.")
@scheme_option(show_default="the scheme of the workspace")
@JSON
@pass_settings
def example_command(
    settings: "Settings",
    span_id: str,
    article_id: str | None,
    annotator: str | None,
    why: str,
    source: str | None,
    as_json: bool,
) -> None:
    """Make an example for the codebook of SPAN, a span of the gold annotations or of an annotator.

    The sentence with the span in brackets, and what was chosen, are added to
    codebook_examples.jsonl beside the scheme file, and printed by signalbook scheme codebook among
    the worked examples of the span type. Nothing that is there is changed. An article that is not
    marked as redistributable gives no examples, since codebooks are published.

    \b
    Examples:
      signalbook scheme example s41 --why "A promise with a condition is an offer."
      signalbook scheme example s2 --article report-1 --annotator ada
    """
    from signalbook.schema.codebook.found_examples import add_example, found_example

    scheme = settings.load_scheme(source)
    document, span = _find(settings, span_id, article_id, annotator)
    if (document.article.id, document.article.text_sha256) in settings.withdrawn():
        document = document.model_copy(
            update={"article": document.article.model_copy(update={"redistributable": False})}
        )
    example = found_example(document, span, scheme, why=why.strip())
    path = add_example(scheme, example)
    way_on = "Show annotators the new codebook with: signalbook project apply"
    print_outcome(
        "scheme example",
        as_json=as_json,
        lines=[example.text, example.why],
        remarks=[f"Added to {path}", way_on] if path else ["The codebook has it already."],
        data={**example.to_dict(), "file": str(path) if path else None},
        counts={"added": int(path is not None)},
    )


def _find(
    settings: "Settings", span_id: str, article_id: str | None, annotator: str | None
) -> "tuple[AnnotationDocument, Span]":
    """The span that is meant, with its document.

    Raises:
        UsageError: There is none, or several.
    """
    found = [
        (document, span)
        for document in _documents(settings, annotator)
        if article_id in (None, document.article.id)
        for span in document.spans
        if span.id == span_id
    ]
    whose = f"of {annotator}" if annotator else "of gold"
    if not found:
        raise UsageError(
            f"{span_id}: no annotation {whose} has such a span"
            f"{f' in {article_id}' if article_id else ''}; name it as in: signalbook scheme "
            "example s2 --article report-1 --annotator ada"
        )
    if len(found) > 1:
        ids = listed([document.article.id for document, _ in found], _MAX_SHOWN)
        raise UsageError(
            f"{span_id}: annotations {whose} of {ids} have it; name one with --article"
        )
    return found[0]


def _documents(settings: "Settings", annotator: str | None) -> "Iterator[AnnotationDocument]":
    """The annotations that may be meant."""
    from signalbook.schema.documents.jsonl import read_documents

    [path] = settings.documents_or(())
    if annotator is None:
        yield from _gold(path.with_name(GOLD_FILE))
        return
    yield from (d for d in read_documents([path]) if d.annotator.id == annotator)


def _gold(path: Path) -> "list[AnnotationDocument]":
    from signalbook.schema.documents.jsonl import read_documents

    if not path.is_file():
        raise UsageError(
            "there is no gold annotation yet; name whose annotation is meant with --annotator"
        )
    return read_documents([path])
