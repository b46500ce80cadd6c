"""The units that each field of a scheme is compared on, with what annotators say of them.

Units are groups of spans that mean the same, parties, ordered pairs of sides, or articles; a value
is missing where an annotator did not mark the unit.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from signalbook.export.coefficients.ratings import RatedUnits
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Field
from signalbook.schema.scheme.stages import asks_parties

from .comparison_key import ComparedDocument, PartyKey, party_fields, plain_value, plain_values
from .corpus import Corpus
from .span_groups import SpanGroups

#: Article, unit, annotator, and all that the annotator says of the unit.
_Row: TypeAlias = tuple[int, Hashable, int, Mapping[str, Value]]


@dataclass(frozen=True)
class FieldAnswers:
    """What annotators say of one field on one kind of unit."""

    #: attribute, party, dyad or article_label.
    kind: str
    #: Span type, party, dyad or article.
    unit: str
    field: Field
    asked: RatedUnits
    #: The answer to each question; None is missing.
    answers: Iterable[Hashable | None]
    #: An answer in words, as it can be compared -> as an annotator wrote it first.
    written: Mapping[Hashable, str]


def field_answers(corpus: Corpus, groups: SpanGroups) -> Iterator[FieldAnswers]:
    """Every compared field of the scheme, in its order."""
    scheme = corpus.scheme
    for span_type in scheme.span_types:
        rows = _span_rows(corpus, groups, span_type.name)
        yield from _answers(corpus, "attribute", span_type.name, span_type.fields, rows)
    if scheme.party is not None and asks_parties(scheme):
        for field in scheme.party.fields:
            yield from _answers(corpus, "party", "party", [field], _party_rows(corpus, field))
    if scheme.dyad is not None:
        yield from _answers(corpus, "dyad", "dyad", scheme.dyad.fields, _dyad_rows(corpus))
    labels = _article_rows(corpus)
    yield from _answers(corpus, "article_label", "article", scheme.article_labels, labels)


def measured(fields: Iterable[Field]) -> Iterator[Field]:
    """Fields that are compared; a field without coefficient, such as a note, is not."""
    for field in fields:
        if field.agreement is not None:
            yield field


def _answers(
    corpus: Corpus, kind: str, unit: str, fields: Sequence[Field], rows: Iterable[_Row]
) -> Iterator[FieldAnswers]:
    """What is said of the compared ones of these fields on the same units."""
    compared = [*measured(fields)]
    if not compared:
        return
    rows = [*rows]
    asked = RatedUnits.from_rows(row[:3] for row in rows)
    for field in compared:
        written = _written(rows, field) if field.is_text else {}
        yield FieldAnswers(kind, unit, field, asked, _comparable(corpus, rows, field), written)


def _written(rows: Sequence[_Row], field: Field) -> dict[Hashable, str]:
    written: dict[Hashable, str] = {}
    for *_, attributes in rows:
        if isinstance(value := attributes.get(field.name), str):
            written.setdefault(plain_value(value, field), value)
    return written


def _comparable(corpus: Corpus, rows: Sequence[_Row], field: Field) -> Iterable[Hashable | None]:
    if not field.is_reference:
        return plain_values([row[3].get(field.name) for row in rows], field)
    return (
        corpus.views[article, annotator].comparable(attributes.get(field.name), field)
        for article, _, annotator, attributes in rows
    )


def _span_rows(corpus: Corpus, groups: SpanGroups, span_type: str) -> Iterator[_Row]:
    for article, number, group in groups.of_type(span_type):
        for annotator, span in group.spans.items():
            yield article, number, annotator, span.attributes


def _party_rows(corpus: Corpus, field: Field) -> Iterator[_Row]:
    """Parties are matched by the other fields that make them the same."""
    others = [
        place for place, other in enumerate(party_fields(corpus.scheme)) if other.name != field.name
    ]
    # By identity, for documents of a corpus share the keys of parties that are written alike.
    keys: dict[int, PartyKey] = {}
    for (article, annotator), view in corpus.views.items():
        seen: set[PartyKey] = set()
        for party, whole in zip(view.document.parties, view.party_keys, strict=True):
            key = keys.get(id(whole))
            if key is None:
                key = keys[id(whole)] = whole.of(others)
            if key not in seen:
                seen.add(key)
                yield article, key, annotator, party.attributes


def _dyad_rows(corpus: Corpus) -> Iterator[_Row]:
    for (article, annotator), view in corpus.views.items():
        for key, attributes in dyads(view, corpus):
            yield article, key, annotator, attributes


def dyads(
    view: ComparedDocument, corpus: Corpus
) -> Iterator[tuple[tuple[Hashable, Hashable], dict[str, Value]]]:
    """Each dyad of a document: its sides as others know them, and its judgements."""
    if corpus.scheme.dyad is None:
        return
    first, second = corpus.scheme.dyad.sides
    for dyad in view.document.dyads:
        attributes = dyad.attributes
        sides = (
            view.comparable(attributes.get(first.name), first),
            view.comparable(attributes.get(second.name), second),
        )
        yield sides, attributes


def _article_rows(corpus: Corpus) -> Iterator[_Row]:
    for (article, annotator), view in corpus.views.items():
        yield article, "article", annotator, view.document.article_labels
