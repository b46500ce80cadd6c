"""Find what an annotator said twice: an article counts once for each annotator, whatever the round."""

from collections.abc import Hashable, Iterable, Iterator, Sequence

from signalbook.schema.errors import FindingsError
from signalbook.schema.text import first_of

from .records import AnnotationDocument

_MAX_SHOWN = 20


def repeats(documents: Sequence[AnnotationDocument]) -> Iterator[tuple[int, int]]:
    """The positions of an annotator's first document of an article, and of each further one."""
    return with_first((d.article.id, d.annotator.id) for d in documents)


def with_first(keys: Iterable[Hashable]) -> Iterator[tuple[int, int]]:
    """For each key that came before: the position at which it did first, and its own."""
    first: dict[Hashable, int] = {}
    for position, key in enumerate(keys):
        earlier = first.setdefault(key, position)
        if earlier != position:
            yield earlier, position


def refuse_repeats(documents: Sequence[AnnotationDocument], places: Sequence[str] = ()) -> None:
    """Nobody votes, agrees with himself or is published twice.

    Args:
        documents: All documents that are used together.
        places: Where each document is written, if that is known.

    Raises:
        FindingsError: An annotator has two documents of one article.
    """
    lines = [
        f"{f'{places[first]} and {places[second]}: ' if places else ''}"
        f"annotator {documents[second].annotator.id} has two documents of article "
        f"{documents[second].article.id}{_rounds(documents[first], documents[second])}; "
        "keep one of them"
        for first, second in repeats(documents)
    ]
    if lines:
        raise FindingsError(*first_of(lines, _MAX_SHOWN))


def _rounds(first: AnnotationDocument, second: AnnotationDocument) -> str:
    rounds = [document.annotator.round or "none" for document in (first, second)]
    return f" (rounds {rounds[0]} and {rounds[1]})" if rounds[0] != rounds[1] else ""
