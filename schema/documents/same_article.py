"""Find documents of one article that are about another text, or say other things of the article."""

from collections.abc import Iterator, Sequence

from signalbook.schema.errors import FindingsError
from signalbook.schema.text import first_of

from .records import AnnotationDocument
from .repeats import with_first

_MAX_SHOWN = 20
_OF_TEXT = {"text", "text_sha256", "text_length"}


def other_texts(documents: Sequence[AnnotationDocument]) -> Iterator[tuple[int, int]]:
    """The positions of an article's first document, and of each one about another text."""
    for first, position in with_first(d.article.id for d in documents):
        article, other = documents[first].article, documents[position].article
        if article.text_sha256 != other.text_sha256:
            yield first, position


def other_metadata(documents: Sequence[AnnotationDocument]) -> Iterator[tuple[int, int, list[str]]]:
    """Once for an article: two positions, and the columns that differ between them."""
    reported: set[str] = set()
    for first, position in with_first(d.article.id for d in documents):
        article, other = (documents[at].article for at in (first, position))
        if article == other or article.id in reported:
            continue
        one, two = (a.model_dump(exclude=_OF_TEXT) for a in (article, other))
        names = sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))
        if names:
            reported.add(article.id)
            yield first, position, names


def refuse_other_texts(documents: Sequence[AnnotationDocument], places: Sequence[str] = ()) -> None:
    """Offsets of two annotators mean the same place only in one text.

    Args:
        documents: All documents that are used together.
        places: Where each document is written, if that is known.

    Raises:
        FindingsError: Documents of an article are about different texts.
    """
    lines = [
        f"{f'{places[first]} and {places[other]}: ' if places else ''}"
        f"article {documents[other].article.id}: {documents[other].annotator.id} annotated another "
        f"text than {documents[first].annotator.id}; leave one of them out, or annotate it anew"
        for first, other in other_texts(documents)
    ]
    if lines:
        raise FindingsError(*first_of(lines, _MAX_SHOWN))
