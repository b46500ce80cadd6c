"""A corpus becomes labels that a model of annotators can learn from: who said what of which unit.

Of a group of spans everyone who saw the article said something: its type, or that nothing is
there. Of a field only those said something who marked the unit.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from signalbook.export.agreement.coded_corpus import CodedCorpus, CodedField
from signalbook.export.agreement.field_measures import listed_values
from signalbook.export.agreement.span_arrays import SpanArrays
from signalbook.export.agreement.span_groups import SpanGroups, typical_extent
from signalbook.export.coefficients.coefficient import Ints
from signalbook.schema.scheme.model import Field

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


def labels(coded: CodedCorpus) -> Iterator[Labels]:
    """What can be modelled: presence and type of spans, then every field with listed values."""
    yield span_labels(coded)
    for field in coded.fields:
        yield field_labels(field, coded.groups)


def span_labels(coded: CodedCorpus) -> Labels:
    """The type that each annotator gave to each place that anyone marked."""
    corpus, own, units = coded.corpus, coded.mentions, coded.places
    names = [t.name for t in corpus.scheme.span_types]
    values = (ABSENT, *names, *(["unknown type"] if (own.types == len(names)).any() else []))
    n_units = int(units.max(initial=-1)) + 1
    article: Ints = np.zeros(n_units, dtype=np.int64)
    article[units] = own.documents
    # Codes by unit and annotator: -1 unseen, 0 absent, then the type.
    table = np.where(own.seen.T[article], 0, -1).reshape(n_units, len(corpus.annotators))
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


def _placed(own: SpanArrays, units: Ints, article: Ints) -> Iterator[Unit]:
    extents: list[list[tuple[int, int]]] = [[] for _ in article]
    for unit, start, end in zip(
        units.tolist(), own.starts.tolist(), own.ends.tolist(), strict=True
    ):
        extents[unit].append((start, end))
    for of_unit, number in zip(extents, article.tolist(), strict=True):
        start, end = typical_extent(of_unit)
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


def field_labels(coded: CodedField, groups: SpanGroups) -> Labels:
    """The values of one field that the scheme lists; of others, why there is no model."""
    field, ratings = coded.field, coded.ratings
    listed = () if field.many else listed_values(field)
    code = {value: number for number, value in enumerate(listed)}
    known = np.array([code.get(value, -1) for value in ratings.values], dtype=np.int64)
    codes = known[ratings.codes]
    kept = codes >= 0
    numbers, rows = np.unique(ratings.units[kept], return_inverse=True)
    people = np.array(ratings.rater_names, dtype=np.int64)
    articles, names = coded.articles[numbers].tolist(), [ratings.unit_names[n] for n in numbers]
    return Labels(
        layer=coded.kind,
        unit=coded.unit,
        field=field.name,
        values=tuple(map(said, listed)),
        units=_told_apart(
            _unit(coded.kind, groups, article, name)
            for article, name in zip(articles, names, strict=True)
        ),
        rows=rows,
        annotators=people[ratings.raters[kept]],
        codes=codes[kept],
        reason=_reason(field, listed, len(names)),
    )


def _unit(kind: str, groups: SpanGroups, article: int, unit: Hashable) -> Unit:
    if kind == "attribute" and isinstance(unit, int):
        start, end = groups.of_article(article)[unit].extent
        return Unit(article, f"[{start}, {end})", start, end)
    sides = cast("tuple[Hashable, ...]", unit) if isinstance(unit, tuple) else (unit,)
    return Unit(article, " -> ".join(map(str, sides)))


def _reason(field: Field, listed: Sequence[Hashable], found: int) -> str:
    if field.many:
        return "a set of values, not one"
    if not listed:
        return "the scheme does not list all values"
    if len(listed) < 2:
        return "only one value is possible"
    return "" if found else "nobody chose a value"


def said(value: Hashable) -> str:
    """A value as a table of strings has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
