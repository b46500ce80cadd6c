"""Convert a Label Studio annotation into an annotation document, and a document into its one form.

What an annotator chose and what the page proposed are kept apart all along: see `defaults`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from signalbook.schema.documents.annotation import quoted
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Article
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import JsonObject, Scheme
from signalbook.schema.scheme.stages import asks_parties, on_page

from .answers import Answers, answers_of, first_mentions
from .assemble import assemble, unused_proposals
from .earlier import earlier_answers, joined, pair_in
from .from_results import read_results


@dataclass(frozen=True)
class Converted:
    """One annotation as a document."""

    document: AnnotationDocument
    #: What the document has no place for, in words, in the order of the results.
    unmapped: tuple[str, ...] = ()


def from_label_studio(
    annotation: JsonObject, data: JsonObject, scheme: Scheme, annotator: Annotator
) -> Converted:
    """The document of an annotation that was made on a task with this data.

    Raises:
        ConversionError: The task was not made by Signalbook, or holds what no file can.
    """
    article = article_of(data)
    results = annotation.get("result")
    answers, unmapped = read_results(
        results if isinstance(results, list) else [], data, on_page(scheme)
    )
    try:
        earlier = earlier_answers(data, article, scheme)
        if earlier is not None:
            answers, contradicted = joined(earlier, answers, pair_in(data))
            unmapped = (*unmapped, *contradicted)
        unmapped = (*unmapped, *_unfinished_parties(answers, article, scheme))
        document = assemble(answers, article=article, annotator=annotator, scheme=scheme)
    except ValidationError as error:
        raise ConversionError(f"{article.id}: {_fact(error)}") from error
    if annotation.get("ground_truth") is True:
        unmapped = (*unmapped, "the star of a ground truth")
    return Converted(document, unmapped)


def _unfinished_parties(answers: Answers, article: Article, scheme: Scheme) -> Iterator[str]:
    """A sentence about each proposal that nobody completed, on a page whose work these are.

    Where spans can refer to parties, one to which none refers is simply not needed.
    """
    referring = (span_type.party_references for span_type in on_page(scheme).span_types)
    if not asks_parties(scheme) or any(referring):
        return
    words = first_mentions(answers.spans, article.text or "", scheme)
    for party, missing in unused_proposals(answers, scheme).items():
        rows = ", ".join(field.row for field in missing)
        yield f"a proposed party that does not count without its {rows}: {quoted(words[party])}"


def article_of(data: JsonObject) -> Article:
    """The article that a task is about, with all its metadata.

    Raises:
        ConversionError: The task was not made by Signalbook.
    """
    article, text = data.get("article"), data.get("text")
    if not isinstance(article, dict) or not isinstance(text, str):
        raise ConversionError("a task without `article` and `text`: push made none like it")
    try:
        return Article.model_validate({**article, "text": text})
    except ValidationError as error:
        raise ConversionError(f"a task's `article` is damaged: {_fact(error)}") from error


def canonical(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The form in which a document comes back from Label Studio.

    Parties by number; spans by place; sets in the scheme's order; relations r1, r2, … in the order
    of their ends; proposals filled in and named in `defaulted`; nothing twice, no empty text.

    Raises:
        ConversionError: The document holds what the scheme has no field for, or has no text.
    """
    answers = answers_of(document, scheme)
    return assemble(answers, article=document.article, annotator=document.annotator, scheme=scheme)


def _fact(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"/{'/'.join(map(str, first['loc']))}: {first['msg']}"
