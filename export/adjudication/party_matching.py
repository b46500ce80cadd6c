"""Parties of several annotators become groups: the same party under local ids."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from signalbook.export.agreement.comparison_key import PartyKey, PartyKeys, party_fields, same_party
from signalbook.schema.documents.annotation import one
from signalbook.schema.documents.records import AnnotationDocument, Party
from signalbook.schema.scheme.model import Field, Scheme

Documents: TypeAlias = Mapping[str, AnnotationDocument]
#: Annotator -> what that annotator has of one party: mostly one, two if they are the same.
PartyGroup: TypeAlias = dict[str, list[Party]]
#: Two parties, each as (annotator, id of the party).
_PartyPair: TypeAlias = tuple[tuple[str, str], tuple[str, str]]


def by_annotator(documents: Iterable[AnnotationDocument]) -> Documents:
    """Documents by annotator, in the order of their ids."""
    return {d.annotator.id: d for d in sorted(documents, key=lambda d: d.annotator.id)}


def group_parties(documents: Documents, scheme: Scheme) -> list[PartyGroup]:
    """Group the parties of one article that are the same.

    Parties that annotators describe in different words, or to which they give another role, are one
    as well if the same words are marked as their mentions: votes then decide on the description.
    """
    if scheme.party is None:
        return []
    fields = party_fields(scheme)
    keys = PartyKeys(fields)
    groups: dict[PartyKey, PartyGroup] = defaultdict(lambda: defaultdict(list))
    for annotator, document in documents.items():
        for party in document.parties:
            # Parties that have no field at all are known by their ids alone.
            key = keys.of(party) if fields else PartyKey((party.id,))
            groups[key][annotator].append(party)
    kept = [dict(group) for group in groups.values()]
    mentions = _common_mentions(documents, scheme)
    coded = [field for field in fields if not field.is_text]
    core = [field for field in coded if _is_compared_everywhere(field, scheme)]
    for agreed_on in (coded, core):
        kept = _joined(kept, mentions, agreed_on) if agreed_on else kept
    return kept


def _joined(
    groups: Sequence[PartyGroup], mentions: Sequence[_PartyPair], fields: Sequence[Field]
) -> list[PartyGroup]:
    """Join groups of different annotators that share a mention and agree on these fields."""
    kept = [*groups]
    place = {
        (annotator, party.id): group
        for group in kept
        for annotator, parties in group.items()
        for party in parties
    }
    for left, right in mentions:
        first, second = place.get(left), place.get(right)
        if first is None or second is None or first is second or first.keys() & second.keys():
            continue
        if same_party(first[left[0]][0], second[right[0]][0], fields):
            first.update(second)
            for annotator, parties in second.items():
                place.update({(annotator, party.id): first for party in parties})
            kept = [group for group in kept if group is not second]
    return kept


def _is_compared_everywhere(field: Field, scheme: Scheme) -> bool:
    """Whether whatever refers to a party compares it by this field, too."""
    compared = [other.compare_by for _, other in scheme.fields() if other.compare_by]
    return all(field.name in names for names in compared)


def _common_mentions(documents: Documents, scheme: Scheme) -> list[_PartyPair]:
    """Pairs of parties whose mentions have the same extent, those with most of them first."""
    counts: Counter[_PartyPair] = Counter()
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
                counts[(left, extents[left][extent]), (right, extents[right][extent])] += 1
    return [pair for pair, _ in counts.most_common()]
