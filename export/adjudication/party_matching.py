"""Parties of several annotators become groups: the same party under local ids."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from signalbook.export.agreement.comparison_key import PartyKey, party_fields, party_key, same_party
from signalbook.schema.documents.annotation import one
from signalbook.schema.documents.records import AnnotationDocument, Party
from signalbook.schema.scheme.model import Field, Scheme

Documents: TypeAlias = Mapping[str, AnnotationDocument]
#: Annotator -> what that annotator has of one party: mostly one, two if they are the same.
PartyGroup: TypeAlias = dict[str, list[Party]]


def group_parties(documents: Documents, scheme: Scheme) -> list[PartyGroup]:
    """Group the parties of one article that are the same.

    Parties that differ in their names alone are one as well, if two annotators marked the same
    words as their mentions.
    """
    fields = party_fields(scheme)
    groups: dict[PartyKey, PartyGroup] = defaultdict(lambda: defaultdict(list))
    for annotator, document in documents.items():
        for party in document.parties if fields else ():
            groups[party_key(party, fields)][annotator].append(party)
    coded = [field for field in fields if not field.is_text]
    return _joined(list(groups.values()), documents, scheme, coded)


def _joined(
    groups: Sequence[PartyGroup], documents: Documents, scheme: Scheme, fields: Sequence[Field]
) -> list[PartyGroup]:
    """Join groups that differ in names alone and share a mention."""
    kept = [dict(group) for group in groups]
    place = {
        (annotator, party.id): group
        for group in kept
        for annotator, parties in group.items()
        for party in parties
    }
    for left, right in _common_mentions(documents, scheme):
        first, second = place.get(left), place.get(right)
        if first is None or second is None or first is second or first.keys() & second.keys():
            continue
        if same_party(first[left[0]][0], second[right[0]][0], fields):
            first.update(second)
            for annotator, parties in second.items():
                place.update({(annotator, party.id): first for party in parties})
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
