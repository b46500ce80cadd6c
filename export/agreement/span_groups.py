"""Spans of several annotators that mean the same, as groups.

A group holds at most one span of each annotator, all of one type. Groups are those of gamma's best
alignment (Mathet, Widlocher and Metivier 2015), so that every measure speaks of the same units;
alignment alone would also join neighbours that share no character, and these are parted again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.gamma.alignment import Continuum, Dissimilarity, best_alignments
from signalbook.schema.documents.records import AnnotationDocument, Span
from signalbook.schema.scheme.model import Scheme

from .corpus import Corpus, first_mentions
from .equal_extents import Content, content, ordered_spans, settle_equal_extents

#: An annotator: a number in a corpus, or a name.
Key = TypeVar("Key", int, str)
#: Start and end, exclusive.
Extent = tuple[int, int]

BY_POSITION = Dissimilarity(beta=0.0)


@dataclass(frozen=True, eq=False)
class SpanGroup(Mapping[Key, Span]):
    """Annotator -> span: one thing in the text, as each who marked it has it."""

    spans: Mapping[Key, Span]

    def __getitem__(self, annotator: Key) -> Span:
        return self.spans[annotator]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)

    @property
    def type(self) -> str:
        """The type that all its spans have."""
        return next(iter(self.spans.values())).type

    @property
    def extents(self) -> list[Extent]:
        """Where each annotator has it."""
        return [(span.start, span.end) for span in self.spans.values()]

    @cached_property
    def extent(self) -> Extent:
        """The extent that speaks best for all of them."""
        return typical_extent(self.extents)


@dataclass(frozen=True)
class SpanGroups:
    """The groups of every article of a corpus, by place."""

    articles: tuple[tuple[SpanGroup[int], ...], ...]

    def __iter__(self) -> Iterator[tuple[int, int, SpanGroup[int]]]:
        """Article, number of the group within it, and group."""
        for article, groups in enumerate(self.articles):
            for number, group in enumerate(groups):
                yield article, number, group

    def of_type(self, name: str) -> Sequence[tuple[int, int, SpanGroup[int]]]:
        """Article, number and group of spans of one type."""
        return self._by_type.get(name, ())

    @cached_property
    def _by_type(self) -> dict[str, list[tuple[int, int, SpanGroup[int]]]]:
        by_type: dict[str, list[tuple[int, int, SpanGroup[int]]]] = {}
        for row in self:
            by_type.setdefault(row[2].type, []).append(row)
        return by_type

    def of_article(self, article: int) -> Sequence[SpanGroup[int]]:
        """The groups of one article."""
        return self.articles[article]

    def numbers(self, article: int) -> dict[tuple[int, str], int]:
        """(Annotator, id of a span) -> number of its group within the article."""
        return {
            (annotator, span.id): number
            for number, group in enumerate(self.articles[article])
            for annotator, span in group.items()
        }


def align_spans(
    corpus: Corpus, of_document: Callable[[AnnotationDocument, Scheme], list[Span]] = first_mentions
) -> SpanGroups:
    """Group the spans of every article; those that mention again what another says are left out.

    Args:
        corpus: The annotations.
        of_document: Gives the spans to group instead.
    """
    articles: list[dict[int, list[Span]]] = []
    for article in range(len(corpus.articles)):
        articles.append(
            {
                annotator: of_document(document, corpus.scheme)
                for annotator, document in corpus.of_article(article)
            }
        )

    def content_of(article: int, annotator: int, span: Span) -> Content:
        return content(span, corpus.documents[article, annotator], corpus.scheme)

    return SpanGroups(tuple(map(tuple, align_articles(articles, content_of))))


def align_article(
    documents: Mapping[Key, AnnotationDocument], scheme: Scheme
) -> list[SpanGroup[Key]]:
    """The groups of one article: annotator -> document."""
    return align_documents([documents], scheme)[0]


def align_documents(
    articles: Sequence[Mapping[Key, AnnotationDocument]], scheme: Scheme
) -> list[list[SpanGroup[Key]]]:
    """The groups of each article: annotator -> document; many at once take less time."""
    marked = [
        {annotator: ordered_spans(document, scheme) for annotator, document in documents.items()}
        for documents in articles
    ]

    def content_of(article: int, annotator: Key, span: Span) -> Content:
        return content(span, articles[article][annotator], scheme)

    return align_articles(marked, content_of)


def align_articles(
    articles: Sequence[Mapping[Key, Sequence[Span]]],
    content_of: Callable[[int, Key, Span], Content],
) -> list[list[SpanGroup[Key]]]:
    """The groups of each article, by place.

    Args:
        articles: Annotator -> spans, none for one who marked nothing; of each article.
        content_of: What an annotator says of a span in an article, by its number.
    """
    parts: list[_TypedSpans[Key]] = []
    for number, marked in enumerate(articles):
        parts += _parts(number, marked)
    labels = _labels(parts)
    rows: list[tuple[int, Key, Span]] = []
    for part in parts:
        rows += [(part.article, annotator, span) for annotator, span in part.rows]
    starts = np.array([span.start for _, _, span in rows], dtype=np.int64)
    ends = np.array([max(span.start, span.end) for _, _, span in rows], dtype=np.int64)
    units, order = touching(labels, starts, ends)
    who = {annotator: place for place, annotator in enumerate(sorted({key for _, key, _ in rows}))}
    units = settle_equal_extents(
        units,
        np.repeat(np.arange(len(parts)), [len(part.rows) for part in parts]),
        np.array([who[annotator] for _, annotator, _ in rows], dtype=np.int64),
        starts,
        ends,
        lambda row: content_of(*rows[row]),
    )
    members: dict[int, tuple[int, dict[Key, Span]]] = {}
    for unit, place in zip(map(int, units[order]), map(int, order), strict=True):
        article, annotator, span = rows[place]
        members.setdefault(unit, (article, {}))[1][annotator] = span
    groups: list[list[SpanGroup[Key]]] = [[] for _ in articles]
    for article, spans in members.values():
        groups[article].append(SpanGroup(spans))
    for of_article in groups:
        of_article.sort(key=lambda group: (*min(group.extents), group.type))
    return groups


@dataclass(frozen=True)
class _TypedSpans(Generic[Key]):
    """The spans of one type in one article, by annotator."""

    article: int
    annotators: tuple[Key, ...]
    rows: tuple[tuple[Key, Span], ...]

    def continuum(self) -> Continuum:
        place = {annotator: number for number, annotator in enumerate(self.annotators)}
        # A broken document may hold an empty span; it counts as one character here.
        ends = [float(max(span.end, span.start + 1)) for _, span in self.rows]
        return Continuum(
            starts=np.array([float(span.start) for _, span in self.rows]),
            ends=np.array(ends),
            categories=np.zeros(len(self.rows), dtype=np.int64),
            annotators=np.array([place[who] for who, _ in self.rows], dtype=np.int64),
            n_annotators=len(self.annotators),
        )


def _parts(article: int, marked: Mapping[Key, Sequence[Span]]) -> Iterator[_TypedSpans[Key]]:
    annotators = tuple(sorted(marked))
    rows = [(annotator, span) for annotator in annotators for span in marked[annotator]]
    for name in sorted({span.type for _, span in rows}):
        yield _TypedSpans(article, annotators, tuple(row for row in rows if row[1].type == name))


def _labels(parts: Sequence[_TypedSpans[Key]]) -> Ints:
    """The aligned group of every span, part after part; as many annotators are aligned at once."""
    first = np.cumsum([0] + [len(part.rows) for part in parts])
    labels: Ints = np.arange(first[-1], dtype=np.int64)  # who is alone is aligned with nobody
    for many in sorted({len(part.annotators) for part in parts} - {1}):
        numbers = [n for n, part in enumerate(parts) if len(part.annotators) == many]
        alignments = best_alignments([parts[n].continuum() for n in numbers], BY_POSITION)
        for n, alignment in zip(numbers, alignments, strict=True):
            labels[first[n] : first[n + 1]] = first[n] + alignment.groups
    return labels


def touching(labels: Ints, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Part groups where spans share no character, directly or through others.

    Args:
        labels: Group of each span, ``[n]``.
        starts: Where each begins.
        ends: Where each ends, never before its start.

    Returns:
        The part that each span is in, numbered by group and place; and the spans in that order.
    """
    order = np.lexsort((ends, starts, labels))
    if not len(labels):
        return labels, order
    # A step larger than any end keeps groups apart in one running maximum.
    step = labels[order] * (int(ends.max()) + 1)
    reach = np.maximum.accumulate(ends[order] + step)
    begins = np.concatenate([[0], starts[order][1:] + step[1:] >= reach[:-1]])
    units: Ints = np.empty(len(labels), dtype=np.int64)
    units[order] = np.cumsum(begins)
    return units, order


def typical_extent(extents: Sequence[Extent]) -> Extent:
    """The extent nearest to the median start and end: that of the majority, if there is one.

    Of two that are as near, as those of two annotators always are, it is the one that starts
    earlier, then the one that ends earlier: neither the names nor the order of the annotators
    decide, so that no annotator is always followed.
    """
    if all(extent == extents[0] for extent in extents):
        return extents[0]
    low, high = (len(extents) - 1) // 2, len(extents) // 2
    ordered = map(sorted, zip(*extents, strict=True))
    start, end = ((of[low] + of[high]) / 2 for of in ordered)  # the medians
    return min(extents, key=lambda e: (abs(e[0] - start) + abs(e[1] - end), e))
