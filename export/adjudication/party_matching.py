"""Parties of several annotators become groups: the same party under local ids."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from signalbook.export.agreement.comparison_key import compared_fields
from signalbook.schema.documents.annotation import folded, many, one
from signalbook.schema.documents.records import AnnotationDocument, Party
from signalbook.schema.scheme.model import Field, Scheme

Documents: TypeAlias = Mapping[str, AnnotationDocument]
#: Annotator -> the party of that annotator.
PartyGroup: TypeAlias = dict[str, Party]


def group_parties(documents: Documents, scheme: Scheme) -> list[PartyGroup]:
    """Group parties that are equal in the fields by which mentions are compared.

    Names are compared without case, accents and punctuation. Parties that differ in their names
    alone are one as well, if two annotators marked the same words as their mentions.
    """
    if scheme.party is None:
        return []
    fields = _compared(scheme)
    groups: dict[tuple[str, ...], list[PartyGroup]] = defaultdict(list)
    for annotator, document in documents.items():
        for party in document.parties:
            alike = groups[tuple(_folded(field, party) for field in fields)]
            group = next((g for g in alike if annotator not in g), None)
            if group is None:
                alike.append({annotator: party})
            else:
                group[annotator] = party
    together = [group for alike in groups.values() for group in alike]
    return _joined(together, documents, scheme, [f for f in fields if f.level != "text"])


def _compared(scheme: Scheme) -> list[Field]:
    assert scheme.party is not None
    names = compared_fields(scheme)
    return [f for f in scheme.party.fields if f.name in names]


def _folded(field: Field, party: Party) -> str:
    value = " ".join(sorted(many(party, field.name)))
    return folded(value) if field.is_text else value


def _joined(
    groups: Sequence[PartyGroup], documents: Documents, scheme: Scheme, fields: Sequence[Field]
) -> list[PartyGroup]:
    """Join groups that differ in names alone and share a mention."""
    kept = [dict(group) for group in groups]
    place = {(a, party.id): group for group in kept for a, party in group.items()}
    for left, right in _common_mentions(documents, scheme):
        first, second = place.get(left), place.get(right)
        if first is None or second is None or first is second or first.keys() & second.keys():
            continue
        one_party, other = first[left[0]], second[right[0]]
        if all(_folded(field, one_party) == _folded(field, other) for field in fields):
            first.update(second)
            for annotator, party in second.items():
                place[annotator, party.id] = first
            kept = [group for group in kept if group is not second]
    return kept


def _common_mentions(
    documents: Documents, scheme: Scheme
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs of (annotator, party id) whose mentions have the same extent."""
    for span_type in scheme.span_types:
        field = span_type.party_field
        if field is None:
            continue
        extents = {
            annotator: {
                (span.start, span.end): one(span, field.name)
                for span in document.spans
                if span.type == span_type.name
            }
            for annotator, document in documents.items()
        }
        for left, right in combinations(extents, 2):
            for extent in sorted(extents[left].keys() & extents[right].keys()):
                yield (left, extents[left][extent]), (right, extents[right][extent])
