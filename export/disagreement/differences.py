"""What every two annotators differ in, each disagreement named by one kind: why they disagree."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.span_groups import SpanGroups
from signalbook.schema.documents.records import AnnotationDocument, Relation, Span

from .comparison import Comparison, DifferentValues, compare
from .confusion import Confusion, ConfusionCounts
from .counterparts import pair_equal
from .kinds import (
    BOUNDARY,
    BY_PARTY,
    BY_SPAN,
    FAMILIES,
    MISSED_COREFERENT,
    MISSED_DYAD,
    MISSED_PARTY,
    MISSED_SPAN,
    RELATION_ENDPOINT,
    RELATION_LABEL,
    RELATION_MISSED,
    TYPE,
    Disagreement,
    Key,
    Shown,
    family,
    key_text,
    kind_of_field,
)
from .span_pairs import SpanPair


@dataclass(frozen=True)
class KindShare:
    """How many disagreements are of one kind."""

    count: int
    #: Of all disagreements.
    share: float
    #: How many of them are of a field that one of the two left blank.
    blank: int = 0


@dataclass(frozen=True)
class Decomposition:
    """All that every two annotators of every article differ in, from one comparison of the two."""

    #: Each once.
    disagreements: tuple[Disagreement, ...]
    #: What is taken for what: of span types, then of each field, in the order of the scheme.
    confusions: tuple[Confusion, ...]


def decompose(corpus: Corpus, groups: SpanGroups) -> Decomposition:
    """Compare every two annotators of every article."""
    disagreements: list[Disagreement] = []
    counts = ConfusionCounts()
    for comparison in compare(corpus, groups):
        disagreements += differences(comparison)
        counts.add(comparison)
    return Decomposition(tuple(disagreements), tuple(counts.confusions(corpus.scheme)))


def kind_shares(disagreements: Collection[Disagreement]) -> dict[str, KindShare]:
    """Each kind with its count and share, families in their order, then the frequent first."""
    counts = Counter(d.kind for d in disagreements)
    blanks = Counter(d.kind for d in disagreements if d.is_blank)
    total = counts.total()
    order = {name: place for place, name in enumerate(FAMILIES)}
    kinds = sorted(counts, key=lambda kind: (order[family(kind)], -counts[kind], kind))
    return {kind: KindShare(counts[kind], counts[kind] / total, blanks[kind]) for kind in kinds}


def differences(comparison: Comparison) -> Iterator[Disagreement]:
    """Every disagreement of two annotators of one article."""
    for pair in comparison.spans:
        if not pair.equal:
            yield from _span_differences(comparison, pair)
    yield from _party_differences(comparison)
    yield from _dyad_differences(comparison)
    for values in comparison.different_values():
        yield _value_difference(comparison, values)
    yield from _relation_differences(comparison)


def _span_differences(comparison: Comparison, pair: SpanPair) -> Iterator[Disagreement]:
    first, second = pair.first, pair.second
    key, place = ("span", pair.unit), (pair.either.start, pair.either.end)
    if first is None or second is None:
        ids = first.id if first else None, second.id if second else None
        texts = _words(comparison, first), _words(comparison, second)
        kind = MISSED_COREFERENT if pair.coreferent else MISSED_SPAN
        yield _disagreement(comparison, kind, pair.either.type, key, ids, "span", texts, place)
        return
    if pair.coreferent and first.type == second.type:
        return
    ids = first.id, second.id
    place = min(first.start, second.start), max(first.end, second.end)
    if first.type != second.type:
        types = first.type, second.type
        yield _disagreement(comparison, TYPE, first.type, key, ids, "type", types, place)
    if (first.start, first.end) != (second.start, second.end):
        texts = _words(comparison, first), _words(comparison, second)
        yield _disagreement(comparison, BOUNDARY, first.type, key, ids, "extent", texts, place)


def _words(comparison: Comparison, span: Span | None) -> Shown:
    if span is None:
        return None
    text = comparison.first.document.article.text
    return span.text if text is None else text[span.start : span.end]


def _party_differences(comparison: Comparison) -> Iterator[Disagreement]:
    for first, second in comparison.parties:
        party = first or second
        if party is None or (first and second):
            continue
        key = comparison.party_name(party.attributes)
        name = " / ".join(map(key_text, key[1:]))
        ids = first.id if first else None, second.id if second else None
        values = name if first else None, name if second else None
        yield _disagreement(comparison, MISSED_PARTY, "party", key, ids, "party", values)


def _dyad_differences(comparison: Comparison) -> Iterator[Disagreement]:
    for first, second in comparison.dyads:
        if first is not None and second is not None:
            continue
        view = comparison.first if first is not None else comparison.second
        key = comparison.dyad_name(first or second or {}, view)
        name = tuple(map(key_text, key[1:]))
        values = name if first is not None else None, name if second is not None else None
        yield _disagreement(comparison, MISSED_DYAD, "dyad", key, (None, None), "dyad", values)


def _value_difference(comparison: Comparison, compared: DifferentValues) -> Disagreement:
    unit, field = compared.unit, compared.field
    kind = kind_of_field(unit.name, field.name)
    kind = BY_PARTY if comparison.by_party(compared) else kind
    shown = (
        comparison.first.shown(compared.values[0], field),
        comparison.second.shown(compared.values[1], field),
    )
    place = unit.start, unit.end
    return _disagreement(comparison, kind, unit.name, unit.key, unit.ids, field.name, shown, place)


def _disagreement(
    comparison: Comparison,
    kind: str,
    unit: str,
    key: Key,
    ids: tuple[str | None, str | None],
    field: str,
    values: tuple[Shown, Shown],
    place: tuple[int | None, int | None] = (None, None),
) -> Disagreement:
    pairing = comparison.pairing
    return Disagreement(
        kind, pairing.article, pairing.annotators, unit, ids, field, values, *place, key
    )


class _Joining(NamedTuple):
    """A relation between pairs of spans."""

    relation: Relation
    #: Units of its ends; None where the relation ends in nothing.
    source: int | None
    target: int | None
    #: Whether the other annotator has spans at both ends too.
    whole: bool
    symmetric: bool
    ends: tuple[Span | None, Span | None]


#: Relations with equal keys are taken for the same, but for one thing.
_Key: TypeAlias = Callable[[_Joining], Hashable]


def _strict(joining: _Joining) -> Hashable:
    return joining.relation.type, _between(joining) if joining.symmetric else _ends(joining)


def _ends(joining: _Joining) -> Hashable:
    return joining.source, joining.target


def _between(joining: _Joining) -> Hashable:
    return frozenset((joining.source, joining.target))


def _type_between(joining: _Joining) -> Hashable:
    return joining.relation.type, _between(joining)


def _type_from(joining: _Joining) -> Hashable:
    return joining.relation.type, joining.source


def _type_to(joining: _Joining) -> Hashable:
    return joining.relation.type, joining.target


def _crossed(end: _Key) -> _Key:
    return lambda joining: end(joining) if joining.symmetric else id(joining)


#: What two relations differ in -> the keys by which they are the same otherwise, in this order.
_STEPS: tuple[tuple[str, str, _Key, _Key], ...] = (
    (RELATION_LABEL, "type", _ends, _ends),
    (RELATION_ENDPOINT, "direction", _type_between, _type_between),
    (RELATION_LABEL, "type", _between, _between),
    (RELATION_ENDPOINT, "to", _type_from, _type_from),
    (RELATION_ENDPOINT, "from", _type_to, _type_to),
    (RELATION_ENDPOINT, "to", _crossed(_type_from), _crossed(_type_to)),
    (RELATION_ENDPOINT, "from", _crossed(_type_to), _crossed(_type_from)),
)


def _relation_differences(comparison: Comparison) -> Iterator[Disagreement]:
    """Every difference in relations; a relation that both have is in none."""
    if not (comparison.first.document.relations or comparison.second.document.relations):
        return
    mine, theirs = _joinings(comparison)
    _, first, second = pair_equal(
        [joining for joining in mine if joining.whole],
        [joining for joining in theirs if joining.whole],
        _strict,
        _strict,
    )
    for kind, field, my_key, their_key in _STEPS:
        pairs, first, second = pair_equal(first, second, my_key, their_key)
        for joining, counterpart in pairs:
            yield _relation_disagreement(comparison, kind, joining, counterpart, field)
    for kind, ours, others in (
        (RELATION_MISSED, first, second),
        (BY_SPAN, [x for x in mine if not x.whole], [x for x in theirs if not x.whole]),
    ):
        yield from (_relation_disagreement(comparison, kind, joining, None) for joining in ours)
        yield from (_relation_disagreement(comparison, kind, None, joining) for joining in others)


def _joinings(comparison: Comparison) -> tuple[list[_Joining], list[_Joining]]:
    units: tuple[dict[str, int], dict[str, int]] = {}, {}
    paired: tuple[set[str], set[str]] = set(), set()
    for pair in comparison.spans:
        for side, span in enumerate((pair.first, pair.second)):
            if span is not None:
                units[side][span.id] = pair.unit
                if pair.first is not None and pair.second is not None:
                    paired[side].add(span.id)
    symmetric = {r.name for r in comparison.scheme.relation_types if r.symmetric}
    documents = comparison.first.document, comparison.second.document
    mine, theirs = (
        [*_of_document(documents[side], units[side], paired[side], symmetric)] for side in (0, 1)
    )
    return mine, theirs


def _of_document(
    document: AnnotationDocument, units: dict[str, int], paired: set[str], symmetric: set[str]
) -> Iterator[_Joining]:
    spans = {span.id: span for span in document.spans} if document.relations else {}
    for relation in document.relations:
        source, target = relation.from_, relation.to
        yield _Joining(
            relation,
            units.get(source),
            units.get(target),
            source in paired and target in paired,
            relation.type in symmetric,
            (spans.get(source), spans.get(target)),
        )


def _relation_disagreement(
    comparison: Comparison,
    kind: str,
    first: _Joining | None,
    second: _Joining | None,
    field: str = "",
) -> Disagreement:
    either = first or second
    assert either is not None
    ends = [end for joining in (first, second) if joining for end in joining.ends if end]
    return Disagreement(
        kind,
        comparison.pairing.article,
        comparison.pairing.annotators,
        either.relation.type,
        (first.relation.id if first else None, second.relation.id if second else None),
        field,
        (_relation_shown(first), _relation_shown(second)),
        min((span.start for span in ends), default=None),
        max((span.end for span in ends), default=None),
        ("relation", *sorted((either.source or 0, either.target or 0))),
    )


def _relation_shown(joining: _Joining | None) -> Shown:
    """Type and the words at both ends."""
    if joining is None:
        return None
    words = ((span.text or span.id) if span else "?" for span in joining.ends)
    return (joining.relation.type, *words)
