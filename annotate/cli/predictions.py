"""Check the predictions that are to be shown to annotators, before anything is sent."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from signalbook.schema.errors import ConversionError, FindingsError
from signalbook.schema.text import first_of

if TYPE_CHECKING:
    from signalbook.export.validation.checker import Checker
    from signalbook.export.validation.messages import Issue
    from signalbook.schema.documents.records import AnnotationDocument, Article
    from signalbook.schema.scheme.model import Scheme

_MAX_SHOWN = 20
_WAY_OUT = "Nothing was sent. Correct these predictions, or take their lines out of the file."


def read_predictions(
    path: Path, articles: "Sequence[Article]", scheme: "Scheme"
) -> "list[AnnotationDocument]":
    """The predictions of a file, each of which the page can show and an annotator could have made.

    What a prediction lacks is no fault: annotators add it. Predictions of other articles than
    these are not looked at, and are returned as they are.

    Raises:
        DocumentError: The file is none of annotation documents, or of another scheme.
        FindingsError: A prediction cannot be shown; every fault is named with its line.
    """
    from signalbook.export.validation.checker import Checker
    from signalbook.schema.documents.jsonl import read_as_written
    from signalbook.schema.documents.same_scheme import refuse_other_schemes

    places, predictions = read_as_written([path])
    refuse_other_schemes(predictions, scheme, places)
    checker = Checker(scheme, purpose="prediction")
    given = {article.id: article for article in articles}
    faults: list[str] = []
    first: dict[str, str] = {}
    for place, prediction in zip(places, predictions, strict=True):
        id = prediction.article.id
        faults += (f"{place}: {id}: {fault}" for fault in _faults(prediction, given, checker))
        if id in first:
            before = f"is predicted at {first[id]} already"
            faults.append(f"{place}: {id}: {before}; an annotator starts from one: keep one")
        first.setdefault(id, place)
    if faults:
        raise FindingsError(*first_of(faults, _MAX_SHOWN), _WAY_OUT)
    return predictions


def _faults(
    prediction: "AnnotationDocument", given: "Mapping[str, Article]", checker: "Checker"
) -> Iterator[str]:
    """What is wrong with one prediction, in words."""
    article = given.get(prediction.article.id)
    if article is None:
        return
    own = prediction.article
    if own.text_sha256 != article.text_sha256 or own.text not in (None, article.text):
        yield "is a prediction of another text than the article has; predict again on this one"
        return
    shown = prediction.model_copy(update={"article": article})
    if issues := [*checker.check(shown)]:
        yield from map(_words, issues)
    else:
        yield from _off_the_page(shown, article, checker.scheme)


def _off_the_page(
    prediction: "AnnotationDocument", article: "Article", scheme: "Scheme"
) -> Iterator[str]:
    """That the labelling page has no place for it."""
    from signalbook.annotate.sync.tasks import to_task

    try:
        to_task(article, scheme, [prediction])
    except ConversionError as error:
        yield str(error).removeprefix(f"{article.id}: ")


def _words(issue: "Issue") -> str:
    """What exactly is so: of a rule the fact, of the JSON Schema the sentence."""
    return issue.message if issue.id == "schema" else issue.fact
