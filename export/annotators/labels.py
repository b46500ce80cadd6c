"""A corpus becomes labels that a model of annotators can learn from: who said what of which unit.

Of a group of spans everyone who saw the article said something: its type, or that nothing is
there. Of a field only those said something who marked the unit.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import cast

import numpy as np

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.field_measures import Encoded, encoded_layers, listed_values
from signalbook.export.agreement.field_units import Layer
from signalbook.export.agreement.span_arrays import MarkedSpans, marked_spans
from signalbook.export.agreement.span_category_measures import matched_units
from signalbook.export.agreement.span_groups import Group
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.ratings import Ratings

#: What someone says of a place by marking nothing there.
ABSENT = "absent"


@dataclass(frozen=True)
class Unit:
    """What was judged."""

    article: int
    #: Its name within the article.
    key: str
    #: Of the text, if it is a span: the annotators' extent that is nearest to their median.
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Labels:
    """All judgements of one kind, in parallel arrays ``[n]``."""

    #: span, attribute, party, dyad or article_label.
    layer: str
    #: `all`, span type, party, dyad or article.
    unit: str
    field: str
    #: All possible values; codes are their places.
    values: tuple[str, ...]
    units: tuple[Unit, ...]
    #: Number of the unit of each judgement.
    rows: Ints
    annotators: Ints
    codes: Ints
    #: Why no model can be fitted; empty if one can.
    reason: str = ""

    @property
    def name(self) -> str:
        """As measures are named: layer.unit.field."""
        return f"{self.layer}.{self.unit}.{self.field}"


def labels(
    corpus: Corpus,
    groups: Sequence[Sequence[Group[int]]],
    *,
    encoded: Iterable[Encoded] | None = None,
) -> Iterator[Labels]:
    """What can be modelled: presence and type of spans, then every field with listed values."""
    yield span_labels(corpus)
    places = Places(groups)
    for layer, ratings in encoded_layers(corpus, groups) if encoded is None else encoded:
        yield field_labels(layer, ratings, places)


def span_labels(corpus: Corpus) -> Labels:
    """The type that each annotator gave to each place that anyone marked; re-mentions aside."""
    marked = marked_spans(corpus)
    own = marked.where(np.asarray(~marked.again, dtype=np.bool_))
    units = matched_units(own)
    names = [t.name for t in corpus.scheme.span_types]
    values = (ABSENT, *names, *(["unknown type"] if (own.types == len(names)).any() else []))
    n_units = int(units.max(initial=-1)) + 1
    article: Ints = np.zeros(n_units, dtype=np.int64)
    article[units] = own.documents
    # Codes by unit and annotator: -1 unseen, 0 absent, then the type.
    table = np.where(marked.seen.T[article], 0, -1).reshape(n_units, len(corpus.annotators))
    table[units, own.annotators] = own.types + 1
    rows, annotators = np.nonzero(table >= 0)
    return Labels(
        layer="span",
        unit="all",
        field="type",
        values=values,
        units=_told_apart(_placed(own, units, article)),
        rows=rows,
        annotators=annotators,
        codes=table[rows, annotators],
        reason="" if n_units else "nobody marked any",
    )


def _placed(own: MarkedSpans, units: Ints, article: Ints) -> Iterator[Unit]:
    extents: list[list[tuple[int, int]]] = [[] for _ in article]
    for unit, start, end in zip(
        units.tolist(), own.starts.tolist(), own.ends.tolist(), strict=True
    ):
        extents[unit].append((start, end))
    for of_unit, number in zip(extents, article.tolist(), strict=True):
        start, end = extent(of_unit)
        yield Unit(number, f"[{start}, {end})", start, end)


def _told_apart(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Units of one article with the same name are numbered."""
    found: list[Unit] = []
    often: Counter[tuple[int, str]] = Counter()
    for unit in units:
        often[unit.article, unit.key] += 1
        number = often[unit.article, unit.key]
        found.append(unit if number == 1 else replace(unit, key=f"{unit.key}#{number}"))
    return tuple(found)


def extent(extents: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The extent nearest to the median start and end: that of the majority, if there is one."""
    if all(one == extents[0] for one in extents):
        return extents[0]
    start, end = median(s for s, _ in extents), median(e for _, e in extents)
    return min(extents, key=lambda one: (abs(one[0] - start) + abs(one[1] - end), one))


class Places:
    """Where the groups lie, each found once however many fields it has."""

    def __init__(self, groups: Sequence[Sequence[Group[int]]]) -> None:
        self._groups = groups
        self._known: dict[tuple[int, int], Unit] = {}

    def of(self, article: int, group: int) -> Unit:
        """The unit that a group of spans is."""
        known = self._known.get((article, group))
        if known is None:
            start, end = extent([(s.start, s.end) for s in self._groups[article][group].values()])
            known = self._known[article, group] = Unit(article, f"[{start}, {end})", start, end)
        return known


def field_labels(layer: Layer, ratings: Ratings, places: Places) -> Labels:
    """The values of one field that the scheme lists; of others, why there is no model."""
    listed = () if layer.field.many else listed_values(layer.field)
    code = {value: number for number, value in enumerate(listed)}
    known = np.array([code.get(value, -1) for value in ratings.values], dtype=np.int64)
    codes = known[ratings.codes]
    kept = codes >= 0
    numbers, rows = np.unique(ratings.units[kept], return_inverse=True)
    people = np.array(ratings.rater_names, dtype=np.int64)
    articles = [cast("int", ratings.document_names[d]) for d in ratings.documents[numbers]]
    names = [ratings.unit_names[number] for number in numbers]
    return Labels(
        layer=layer.kind,
        unit=layer.unit,
        field=layer.field.name,
        values=tuple(map(said, listed)),
        units=_told_apart(
            _unit(layer, places, article, name)
            for article, name in zip(articles, names, strict=True)
        ),
        rows=rows,
        annotators=people[ratings.raters[kept]],
        codes=codes[kept],
        reason=_reason(layer, listed, len(names)),
    )


def _unit(layer: Layer, places: Places, article: int, unit: Hashable) -> Unit:
    if layer.kind == "attribute" and isinstance(unit, int):
        return places.of(article, unit)
    sides = cast("tuple[Hashable, ...]", unit) if isinstance(unit, tuple) else (unit,)
    return Unit(article, " -> ".join(map(str, sides)))


def _reason(layer: Layer, listed: Sequence[Hashable], found: int) -> str:
    if layer.field.many:
        return "a set of values, not one"
    if not listed:
        return "the scheme does not list all values"
    if len(listed) < 2:
        return "only one value is possible"
    return "" if found else "nobody chose a value"


def said(value: Hashable) -> str:
    """A value as a table of strings has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
