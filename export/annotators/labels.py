"""Labels that a model of annotators can learn from: who gave which value to which unit.

To a place of spans everyone who saw the article gave a label: its type, or that nothing is there.
To a field only those gave one who marked the unit.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple, cast

import numpy as np

from signalbook.export.agreement.coded_corpus import CodedCorpus, CodedField, SpanUnit
from signalbook.export.agreement.field_measures import listed_values
from signalbook.export.agreement.span_groups import typical_extent
from signalbook.export.coefficients.coefficient import Ints
from signalbook.schema.documents.records import Span
from signalbook.schema.scheme.model import Field

#: The label of a place at which someone marked nothing.
ABSENT = "absent"


class JudgedUnit(NamedTuple):
    """What was judged."""

    article: int
    #: Its name within the article.
    key: str
    #: Of the text, if it is a span: the annotators' extent that is nearest to their median.
    start: int | None = None
    end: int | None = None
    #: Those of the annotators who marked it.
    spans: Mapping[int, Span] = MappingProxyType({})


@dataclass(frozen=True)
class Labels:
    """All judgements of one kind, in parallel arrays ``[n]``."""

    #: span, attribute, party, dyad or article_label.
    kind: str
    #: `all`, span type, party, dyad or article.
    unit: str
    field: str
    #: All possible values; codes are their places.
    values: tuple[str, ...]
    #: What can be judged: the same for all fields of one kind of unit.
    all_units: tuple[JudgedUnit, ...]
    #: Which of these were judged, ``[n_units]``.
    numbers: Ints
    #: Number of the unit of each judgement, among those that were judged.
    rows: Ints
    annotators: Ints
    codes: Ints
    #: Why no model can be fitted; empty if one can.
    reason: str = ""

    @property
    def name(self) -> str:
        """As measures are named: kind.unit.field."""
        return f"{self.kind}.{self.unit}.{self.field}"

    @property
    def units(self) -> tuple[JudgedUnit, ...]:
        """What was judged."""
        numbers: list[int] = self.numbers.tolist()
        return tuple(self.all_units[number] for number in numbers)


def annotator_labels(coded: CodedCorpus) -> Iterator[Labels]:
    """What can be modelled: presence and type of spans, then every field with listed values."""
    yield span_labels(coded)
    # Fields of the same units are beside each other and share the names of these.
    for _, of_units in groupby(coded.fields, key=lambda field: id(field.ratings.unit_names)):
        fields = [*of_units]
        all_units = _judged_units(coded, fields[0]) if any(map(_listed, fields)) else ()
        yield from (_field_labels(field, all_units) for field in fields)


def span_labels(coded: CodedCorpus) -> Labels:
    """The type that each annotator gave to each place that anyone marked."""
    corpus, spans, units = coded.corpus, coded.mentions, coded.places
    names = [t.name for t in corpus.scheme.span_types]
    values = (ABSENT, *names, *(["unknown type"] if (spans.types == len(names)).any() else []))
    n_units = int(units.max(initial=-1)) + 1
    article: Ints = np.zeros(n_units, dtype=np.int64)
    article[units] = spans.articles
    # Codes by unit and annotator: -1 unseen, 0 absent, then the type.
    table = np.where(spans.seen.T[article], 0, -1).reshape(n_units, len(corpus.annotators))
    table[units, spans.annotators] = spans.types + 1
    rows, annotators = np.nonzero(table >= 0)
    return Labels(
        kind="span",
        unit="all",
        field="type",
        values=values,
        all_units=_numbered(map(_placed, coded.spans_at_places)),
        numbers=np.arange(n_units),
        rows=rows,
        annotators=annotators,
        codes=table[rows, annotators],
        reason="" if n_units else "nobody marked any",
    )


def _placed(unit: SpanUnit) -> JudgedUnit:
    article, spans = unit
    start, end = typical_extent([(span.start, span.end) for span in spans.values()])
    return JudgedUnit(article, f"[{start}, {end})", start, end, spans)


def _numbered(units: Iterable[JudgedUnit]) -> tuple[JudgedUnit, ...]:
    """Units of one article with the same name are numbered."""
    numbered: list[JudgedUnit] = []
    counts: dict[tuple[int, str], int] = {}
    for unit in units:
        name = unit.article, unit.key
        number = counts[name] = counts.get(name, 0) + 1
        numbered.append(unit if number == 1 else unit._replace(key=f"{unit.key}#{number}"))
    return tuple(numbered)


def _judged_units(coded: CodedCorpus, field: CodedField) -> tuple[JudgedUnit, ...]:
    """The units of a field, by their numbers, under one name for all fields that share them."""
    if field.kind == "attribute":
        groups = coded.groups.of_type(field.unit)
        return _numbered(_placed((article, group.spans)) for article, _, group in groups)
    return _numbered(map(_named, field.articles.tolist(), field.ratings.unit_names))


def _field_labels(coded: CodedField, all_units: tuple[JudgedUnit, ...]) -> Labels:
    """The values of one field that the scheme lists; of others, why there is no model."""
    field, ratings = coded.field, coded.ratings
    listed = _listed(coded)
    code = {value: number for number, value in enumerate(listed)}
    recoded = np.array([code.get(value, -1) for value in ratings.values], dtype=np.int64)
    codes = recoded[ratings.codes]
    kept = codes >= 0
    numbers, rows = np.unique(ratings.units[kept], return_inverse=True)
    annotators = np.array(ratings.rater_names, dtype=np.int64)
    return Labels(
        kind=coded.kind,
        unit=coded.unit,
        field=field.name,
        values=tuple(map(as_text, listed)),
        all_units=all_units,
        numbers=numbers,
        rows=rows,
        annotators=annotators[ratings.raters[kept]],
        codes=codes[kept],
        reason=_reason(field, listed, len(numbers)),
    )


def _named(article: int, unit: Hashable) -> JudgedUnit:
    # The key of a party is a tuple, too, but one thing.
    sides = cast("tuple[Hashable, ...]", unit) if type(unit) is tuple else (unit,)
    return JudgedUnit(article, " -> ".join(map(str, sides)))


def _listed(coded: CodedField) -> Sequence[Hashable]:
    """The values of a field that can be modelled."""
    return () if coded.field.many else listed_values(coded.field)


def _reason(field: Field, listed: Sequence[Hashable], n_units: int) -> str:
    if field.many:
        return "a set of values, not one"
    if not listed:
        return "the scheme does not list all values"
    if len(listed) < 2:
        return "only one value is possible"
    return "" if n_units else "nobody chose a value"


def as_text(value: Hashable) -> str:
    """A value as a table of strings has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
