"""Find what annotators ask: words of their own with a question mark, on a unit or on the article.

The built-in scheme asks for this in its notes; any field in which annotators write freely will do.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from signalbook.schema.scheme.model import Scheme

from .annotation import Annotation, Holder, Lookup, values_of
from .records import AnnotationDocument, Dyad, Party, Span

#: At the beginning, or at the end of a word: not the one in the middle of an address.
_MARK = "[?\u061f\uff1f]"  # the Arabic one and the wide one, too
_ASKS = re.compile(rf"^\s*{_MARK}|{_MARK}(?!\w)")


@dataclass(frozen=True)
class Question:
    """What an annotator does not know."""

    article: str
    annotator: str
    #: What it is asked about, in words: Reaction “a rash on both arms”.
    about: str
    #: As the annotator wrote it.
    words: str


def questions(documents: Iterable[AnnotationDocument], scheme: Scheme) -> list[Question]:
    """Every question in these documents, in the order of these."""
    lookup = Lookup(scheme)
    free = {(unit, field.name) for unit, field in scheme.fields() if field.is_free_text}
    return [
        Question(document.article.id, document.annotator.id, about, words)
        for document in documents
        for about, words in _questions(Annotation(document, lookup), free)
    ]


def _questions(annotation: Annotation, free: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What each is about, and its words."""
    document = annotation.document
    units: list[tuple[str, Span | Party | Dyad]] = [
        *(("party", party) for party in document.parties),
        *((span.type, span) for span in document.spans),
        *(("dyad", dyad) for dyad in document.dyads),
    ]
    for type, unit in units:
        for words in _asked(type, unit, free):
            yield annotation.name(unit), words
    for words in _asked("article", document.article_labels, free):
        yield "the article", words


def _asked(type: str, holder: Holder, free: set[tuple[str, str]]) -> Iterator[str]:
    """The values of a unit that ask something."""
    for field, value in values_of(holder).items():
        texts = value if isinstance(value, tuple) else (value,)
        for text in texts if (type, field) in free else ():
            if isinstance(text, str) and _ASKS.search(text):
                yield text
