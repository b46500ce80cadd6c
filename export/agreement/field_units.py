"""The units that each field of a scheme is compared on, with what annotators say of them.

Units are groups of spans that mean the same, parties, ordered pairs of sides, or articles; a value
is missing where an annotator did not mark the unit.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Field
from signalbook.schema.scheme.stages import asks_parties

from .comparison_key import PartyKey, comparable, party_fields, party_key
from .corpus import Corpus
from .span_groups import SpanGroups

#: (article, unit, annotator, value): what `Ratings.from_rows` reads.
Row = tuple[int, Hashable, int, Hashable | None]


@dataclass(frozen=True)
class FieldRows:
    """What annotators say of one field on one kind of unit."""

    #: attribute, party, dyad or article_label.
    kind: str
    #: Span type, party, dyad or article.
    unit: str
    field: Field
    rows: Iterable[Row]


def field_rows(corpus: Corpus, groups: SpanGroups) -> Iterator[FieldRows]:
    """Every compared field of the scheme, in its order."""
    scheme = corpus.scheme
    for span_type in scheme.span_types:
        for field in measured(span_type.fields):
            rows = _span_rows(corpus, groups, span_type.name, field)
            yield FieldRows("attribute", span_type.name, field, rows)
    if scheme.party is not None and asks_parties(scheme):
        for field in measured(scheme.party.fields):
            yield FieldRows("party", "party", field, _party_rows(corpus, field))
    if scheme.dyad is not None:
        for field in measured(scheme.dyad.fields):
            yield FieldRows("dyad", "dyad", field, _dyad_rows(corpus, field))
    for field in measured(scheme.article_labels):
        yield FieldRows("article_label", "article", field, _article_rows(corpus, field))


def measured(fields: Iterable[Field]) -> Iterator[Field]:
    """Fields that are compared; a field without coefficient, such as a note, is not."""
    for field in fields:
        if field.agreement is not None:
            yield field


def _span_rows(corpus: Corpus, groups: SpanGroups, span_type: str, field: Field) -> Iterator[Row]:
    for article, number, group in groups.of_type(span_type):
        for annotator, span in group.spans.items():
            document = corpus.documents[article, annotator]
            value = comparable(span.attributes.get(field.name), field, document, corpus.scheme)
            yield article, number, annotator, value


def _party_rows(corpus: Corpus, field: Field) -> Iterator[Row]:
    """Parties are matched by the other fields that make them the same."""
    others = [f for f in party_fields(corpus.scheme) if f.name != field.name]
    for (article, annotator), document in sorted(corpus.documents.items()):
        seen: set[PartyKey] = set()
        for party in document.parties:
            key = party_key(party, others)
            if key not in seen:
                seen.add(key)
                value = comparable(party.attributes.get(field.name), field, document, corpus.scheme)
                yield article, key, annotator, value


def _dyad_rows(corpus: Corpus, field: Field) -> Iterator[Row]:
    for (article, annotator), document in sorted(corpus.documents.items()):
        for key, attributes in dyads(document, corpus):
            value = comparable(attributes.get(field.name), field, document, corpus.scheme)
            yield article, key, annotator, value


def dyads(
    document: AnnotationDocument, corpus: Corpus
) -> Iterator[tuple[tuple[Hashable, Hashable], dict[str, Value]]]:
    """Each dyad of a document: its sides as others know them, and its judgements."""
    if corpus.scheme.dyad is None:
        return
    first, second = corpus.scheme.dyad.sides
    for dyad in document.dyads:
        attributes = dyad.attributes
        sides = (
            comparable(attributes.get(first.name), first, document, corpus.scheme),
            comparable(attributes.get(second.name), second, document, corpus.scheme),
        )
        yield sides, attributes


def _article_rows(corpus: Corpus, field: Field) -> Iterator[Row]:
    for (article, annotator), document in sorted(corpus.documents.items()):
        value = comparable(document.article_labels.get(field.name), field, document, corpus.scheme)
        yield article, "article", annotator, value
