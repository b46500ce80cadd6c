"""A Label Studio annotation becomes an annotation document and what did not fit into one."""

from dataclasses import dataclass

from pydantic import ValidationError

from signalbook.schema.documents.records import AnnotationDocument, Annotator, Article
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import Scheme

from .assemble import assembled
from .from_results import Object, read_results


@dataclass(frozen=True)
class Converted:
    """One annotation as a document."""

    document: AnnotationDocument
    #: What the document has no place for, in words, in the order of the results.
    leftovers: tuple[str, ...] = ()


def from_label_studio(
    annotation: Object, data: Object, scheme: Scheme, annotator: Annotator
) -> Converted:
    """The document that an annotation of a task with this data says.

    Raises:
        ConversionError: the task was not made by Signalbook, or holds what no file can.
    """
    article = article_of(data)
    results = annotation.get("result")
    draft, leftovers = read_results(results if isinstance(results, list) else [], data, scheme)
    try:
        document = assembled(draft, article=article, annotator=annotator, scheme=scheme)
    except ValidationError as error:
        raise ConversionError(f"{article.id}: {_fact(error)}") from error
    return Converted(document, leftovers)


def article_of(data: Object) -> Article:
    """The article that a task is about, with all its metadata.

    Raises:
        ConversionError: the task was not made by Signalbook.
    """
    article, text = data.get("article"), data.get("text")
    if not isinstance(article, dict) or not isinstance(text, str):
        raise ConversionError("a task without `article` and `text`: push made none like it")
    try:
        return Article.model_validate({**article, "text": text})
    except ValidationError as error:
        raise ConversionError(f"a task's `article` is damaged: {_fact(error)}") from error


def _fact(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"/{'/'.join(map(str, first['loc']))}: {first['msg']}"
