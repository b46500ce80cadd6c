"""The spans of a corpus in arrays, for measures that read places and types only."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Ints
from signalbook.export.coefficients.gamma.alignment import Continuum, best_alignments
from signalbook.export.coefficients.span_matching import Spans

from .corpus import Corpus, coreferent_mentions
from .equal_extents import settle_equal_extents
from .span_groups import BY_POSITION, touching


@dataclass(frozen=True)
class SpanArrays:
    """Spans in parallel arrays ``[n]``, by article and annotator, as they stand in documents."""

    #: Article of each span.
    articles: Ints
    annotators: Ints
    starts: Ints
    #: Never before the start, even of a broken span.
    ends: Ints
    #: Number of the type in the scheme; the number of types for a type it does not have.
    types: Ints
    #: Whether a span mentions again what another of the same annotator says.
    coreferent: Bools
    #: Whether an annotator saw an article, ``[annotators, articles]``.
    seen: Bools
    #: Length of each article, ``[articles]``.
    lengths: Ints

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def n_annotators(self) -> Ints:
        """How many annotators saw each article."""
        return np.asarray(self.seen.sum(axis=0), dtype=np.int64)

    @cached_property
    def in_compared(self) -> Bools:
        """Whether each span is in an article that two annotators or more saw."""
        return np.asarray((self.n_annotators > 1)[self.articles], dtype=np.bool_)

    def where(self, keep: Bools) -> "SpanArrays":
        """The spans for which `keep` is true, of the same articles."""
        names = ("articles", "annotators", "starts", "ends", "types", "coreferent")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def of_type(self, number: int) -> "SpanArrays":
        """The spans of one type."""
        return self.where(np.asarray(self.types == number, dtype=np.bool_))

    def first_mentions(self) -> "SpanArrays":
        """The spans without those that mention again what another says."""
        return self.where(np.asarray(~self.coreferent, dtype=np.bool_))

    def compared(self) -> "SpanArrays":
        """The spans of articles that two annotators or more saw."""
        return self.where(self.in_compared)

    def of(self, annotator: int) -> Spans:
        """One annotator's spans."""
        chosen = self.annotators == annotator
        columns = self.articles, self.starts, self.ends, self.types
        return Spans(*(column[chosen] for column in columns))

    def by_annotator(self, *, typed: bool = True) -> tuple[dict[str, Spans], dict[str, Bools]]:
        """Spans and the articles seen, by annotator; untyped, all labels are 0."""
        spans: dict[str, Spans] = {}
        for annotator in range(len(self.seen)):
            marked = self.of(annotator)
            labels = marked.labels if typed else np.zeros_like(marked.labels)
            spans[str(annotator)] = replace(marked, labels=labels)
        return spans, {str(number): row for number, row in enumerate(self.seen)}

    def continua(self) -> list[Continuum]:
        """One continuum for each article; its annotators are those who saw it."""
        number = np.cumsum(self.seen, axis=0) - 1
        annotators = number[self.annotators, self.articles].astype(np.int64)
        starts = self.starts.astype(np.float64)
        # A broken document may hold an empty span; it counts as one character here.
        ends = np.maximum(self.ends, self.starts + 1).astype(np.float64)
        return [
            Continuum(
                starts[low:high],
                ends[low:high],
                self.types[low:high],
                annotators[low:high],
                int(self.n_annotators[article]),
                float(self.lengths[article]),
            )
            for article, (low, high) in enumerate(pairwise(self._cuts()))
        ]

    def aligned(self, groups: Ints) -> Ints:
        """The place of each span, numbered from 0: spans of any types, aligned by position alone.

        Places are parted where spans share no character, as the groups of attributes are. Of spans
        of one annotator with equal extents, that is at a place which has the type, or even the
        group, of the others there.

        Args:
            groups: Number of the group of each span within its article, ``[n]``.
        """
        continua, cuts = self.continua(), self._cuts()
        labels: Ints = np.arange(len(self), dtype=np.int64)  # who is alone is aligned with nobody
        compared = [a for a, continuum in enumerate(continua) if continuum.n_annotators > 1]
        alignments = best_alignments([continua[a] for a in compared], BY_POSITION)
        for a, alignment in zip(compared, alignments, strict=True):
            labels[cuts[a] : cuts[a + 1]] = cuts[a] + alignment.groups
        units = touching(labels, self.starts, self.ends)[0]
        types, numbers = self.types.tolist(), groups.tolist()
        return settle_equal_extents(
            units,
            self.articles,
            self.annotators,
            self.starts,
            self.ends,
            lambda row: (types[row], numbers[row]),
        )

    def _cuts(self) -> Ints:
        """Where the spans of each article begin, and where the last ones end."""
        return np.searchsorted(self.articles, np.arange(len(self.lengths) + 1))


def span_arrays(corpus: Corpus) -> SpanArrays:
    """All spans of the corpus; those that mention again what another says are marked as such."""
    types = {t.name: number for number, t in enumerate(corpus.scheme.span_types)}
    lengths = np.zeros(len(corpus.articles), dtype=np.int64)
    rows: list[tuple[int, int, int, int, int, bool]] = []
    for (article, annotator), document in sorted(corpus.documents.items()):
        coreferent = coreferent_mentions(document, corpus.scheme)
        lengths[article] = max(lengths[article], document.article.text_length)
        for span in document.spans:
            start, end = max(span.start, 0), max(span.start, span.end, 0)
            number = types.get(span.type, len(types))
            rows.append((article, annotator, start, end, number, span.id in coreferent))
    table = np.array(rows, dtype=np.int64).reshape(-1, 6)
    np.maximum.at(lengths, table[:, 0], table[:, 3])
    articles, annotators, starts, ends, numbers, coreferents = map(np.ascontiguousarray, table.T)
    return SpanArrays(
        articles,
        annotators,
        starts,
        ends,
        numbers,
        coreferents.astype(np.bool_),
        corpus.seen,
        lengths,
    )
