"""A corpus with its spans aligned and its fields as numbers, made once for all measures."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from typing import TypeAlias

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Ints
from signalbook.export.coefficients.ratings import Ratings
from signalbook.schema.documents.records import Span
from signalbook.schema.scheme.model import Field

from .corpus import Corpus, coreferent_spans
from .field_units import FieldAnswers, field_answers
from .measure import MeasureName
from .span_arrays import SpanArrays, span_arrays
from .span_groups import SpanGroups, align_spans

#: Article, and the span of each annotator who marked the unit.
SpanUnit: TypeAlias = tuple[int, Mapping[int, Span]]


@dataclass(frozen=True)
class CodedField:
    """What annotators say of one field on one kind of unit, as numbers."""

    #: attribute, party, dyad or article_label.
    kind: str
    #: Span type, party, dyad or article.
    unit: str
    field: Field
    ratings: Ratings
    #: Of units that have a value at all: how many values somebody who has the unit left blank, and
    #: how many there could be. None of a part of the annotations.
    blanks: tuple[int, int] | None = None
    #: A value in words, as it can be compared -> as an annotator wrote it first.
    written: Mapping[Hashable, str] | None = None

    @cached_property
    def articles(self) -> Ints:
        """Number of the article that each unit is in."""
        return np.array(self.ratings.article_names, dtype=np.int64)[self.ratings.articles]

    @cached_property
    def sizes(self) -> Ints:
        """How many values each unit has."""
        return np.bincount(self.ratings.units, minlength=len(self.ratings.articles))

    def name(self, coefficient: str, *, of: str = "", secondary: bool = False) -> MeasureName:
        """The name of a measure of the field."""
        return MeasureName(
            self.kind, self.unit, self.field.name, coefficient, of=of, secondary=secondary
        )

    def restrict_raters(self, raters: Iterable[Hashable]) -> "CodedField":
        """What these annotators say; numbers and names stay as they are."""
        wanted = set(raters)
        kept = [code for code, name in enumerate(self.ratings.rater_names) if name in wanted]
        return self._where(np.isin(self.ratings.raters, np.array(kept, dtype=np.int64)))

    def restrict_articles(self, kept: Bools) -> "CodedField":
        """What is said in these articles, ``[articles]``; numbers and names stay as they are."""
        return self._where(kept[self.articles[self.ratings.units]])

    def recode(self, values: Sequence[Hashable]) -> "CodedField":
        """The same with these values, in their order; every value that occurs is one of them."""
        place = {value: code for code, value in enumerate(values)}
        codes = np.array([place.get(v, -1) for v in self.ratings.values], dtype=np.int64)
        ratings = replace(self.ratings, codes=codes[self.ratings.codes], values=tuple(values))
        return replace(self, ratings=ratings)

    def _where(self, keep: Bools) -> "CodedField":
        columns = {name: getattr(self.ratings, name)[keep] for name in ("units", "raters", "codes")}
        return replace(self, ratings=replace(self.ratings, **columns), blanks=None)


@dataclass(frozen=True)
class CodedCorpus:
    """What every measure of a corpus is computed from; each part is made when first asked for."""

    corpus: Corpus
    groups: SpanGroups

    @cached_property
    def coreferent_groups(self) -> SpanGroups:
        """The groups of the spans that mention again what another says, of each article."""
        return align_spans(self.corpus, coreferent_spans)

    @cached_property
    def fields(self) -> tuple[CodedField, ...]:
        """Every compared field of the scheme, in its order."""
        return tuple(map(_coded, field_answers(self.corpus, self.groups)))

    @cached_property
    def spans(self) -> SpanArrays:
        """All spans, in arrays."""
        return span_arrays(self.corpus)

    def spans_by_unit(self) -> Iterator[tuple[str, SpanArrays]]:
        """All spans, then those of each type, by the names that measures have for them."""
        yield "all", self.spans
        for number, span_type in enumerate(self.corpus.scheme.span_types):
            yield span_type.name, self.spans.of_type(number)

    @cached_property
    def mentions(self) -> SpanArrays:
        """The spans without those that mention again what another says."""
        return self.spans.first_mentions()

    @cached_property
    def places(self) -> Ints:
        """The place of each of the `mentions`, aligned by position alone, whatever its type."""
        return self.mentions.aligned(self.span_groups[~self.spans.coreferent])

    @cached_property
    def spans_at_places(self) -> tuple[SpanUnit, ...]:
        """Article and spans of each of the `places`."""
        units: list[tuple[int, dict[int, Span]]] = [
            (-1, {}) for _ in range(int(self.places.max(initial=-1)) + 1)
        ]
        first_mentions = compress(self._rows, (~self.spans.coreferent).tolist())
        for (article, annotator, span), place in zip(
            first_mentions, self.places.tolist(), strict=True
        ):
            units[place] = (article, units[place][1])
            units[place][1][annotator] = span
        return tuple(units)

    @cached_property
    def span_groups(self) -> Ints:
        """Number of the group of each of the `spans` within its article; -1 if it has none."""
        numbers = [self.groups.numbers(article) for article in range(len(self.corpus.articles))]
        return np.array(
            [
                numbers[article].get((annotator, span.id), -1)
                for article, annotator, span in self._rows
            ],
            dtype=np.int64,
        )

    @property
    def _rows(self) -> Iterator[tuple[int, int, Span]]:
        """Article and annotator of each of the `spans`, and the span itself."""
        for (article, annotator), document in sorted(self.corpus.documents.items()):
            for span in document.spans:
                yield article, annotator, span


def code_corpus(corpus: Corpus) -> CodedCorpus:
    """Align the spans of a corpus; its fields become numbers when they are asked for."""
    return CodedCorpus(corpus, align_spans(corpus))


def _coded(answers: FieldAnswers) -> CodedField:
    """The values of an ordinal field are numbered by rank, those of others as they occur."""
    field, asked = answers.field, answers.asked
    order = field.ranked if field.level == "ordinal" else None
    ratings = asked.ratings(answers.answers, order)
    has_value = np.bincount(ratings.units, minlength=len(asked.articles)) > 0
    possible = int(has_value[asked.units].sum())
    blanks = possible - len(ratings.units), possible
    return CodedField(answers.kind, answers.unit, field, ratings, blanks, answers.written)
