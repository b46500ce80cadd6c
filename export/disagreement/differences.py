"""Annotations become a list of disagreements, each named by one kind: why people do not agree."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.span_groups import SpanGroups
from signalbook.schema.documents.records import AnnotationDocument, Relation, Span

from .comparison import Answers, Comparison, compare
from .confusion import Confusion, ConfusionCounts
from .kinds import (
    BOUNDARY,
    BY_PARTY,
    BY_SPAN,
    FAMILIES,
    MISSED_AGAIN,
    MISSED_DYAD,
    MISSED_PARTY,
    MISSED_SPAN,
    RELATION_ENDPOINT,
    RELATION_LABEL,
    RELATION_MISSED,
    TYPE,
    Disagreement,
    Key,
    Said,
    family,
    kind_of_field,
)
from .span_pairs import SpanPair


@dataclass(frozen=True)
class Part:
    """How many disagreements are of one kind."""

    count: int
    #: Of all disagreements.
    share: float


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


def parts(disagreements: Iterable[Disagreement]) -> dict[str, Part]:
    """Each kind with its count and share, families in their order, then the frequent first."""
    counts = Counter(disagreement.kind for disagreement in disagreements)
    total = counts.total()
    order = {name: place for place, name in enumerate(FAMILIES)}
    kinds = sorted(counts, key=lambda kind: (order[family(kind)], -counts[kind], kind))
    return {kind: Part(counts[kind], counts[kind] / total) for kind in kinds}


def differences(comparison: Comparison) -> Iterator[Disagreement]:
    """Every disagreement of two annotators of one article."""
    for pair in comparison.spans:
        yield from _span_differences(comparison, pair)
    yield from _party_differences(comparison)
    yield from _dyad_differences(comparison)
    for answers in comparison.answers(differing=True):
        yield _of_answers(comparison, answers)
    yield from _relation_differences(comparison)


def _span_differences(comparison: Comparison, pair: SpanPair) -> Iterator[Disagreement]:
    one, other = pair.first, pair.second
    key, place = ("span", pair.unit), (pair.either.start, pair.either.end)
    if one is None or other is None:
        ids = one.id if one else None, other.id if other else None
        texts = _words(comparison, one), _words(comparison, other)
        kind = MISSED_AGAIN if pair.again else MISSED_SPAN
        yield _disagreement(comparison, kind, pair.either.type, key, ids, "span", texts, place)
        return
    if pair.again and one.type == other.type:
        return
    ids, place = (one.id, other.id), (min(one.start, other.start), max(one.end, other.end))
    if one.type != other.type:
        types = one.type, other.type
        yield _disagreement(comparison, TYPE, one.type, key, ids, "type", types, place)
    if (one.start, one.end) != (other.start, other.end):
        texts = _words(comparison, one), _words(comparison, other)
        yield _disagreement(comparison, BOUNDARY, one.type, key, ids, "extent", texts, place)


def _words(comparison: Comparison, span: Span | None) -> Said:
    if span is None:
        return None
    text = comparison.first.document.article.text
    return span.text if text is None else text[span.start : span.end]


def _party_differences(comparison: Comparison) -> Iterator[Disagreement]:
    for one, other in comparison.parties:
        known = one or other
        if known is None or (one and other):
            continue
        key = comparison.party_key(known[1])
        said = " / ".join(map(str, key[1:]))
        ids = one[0].id if one else None, other[0].id if other else None
        values = said if one else None, said if other else None
        yield _disagreement(comparison, MISSED_PARTY, "party", key, ids, "party", values)


def _dyad_differences(comparison: Comparison) -> Iterator[Disagreement]:
    for one, other in comparison.dyads:
        if one is not None and other is not None:
            continue
        side = comparison.first if one is not None else comparison.second
        key = comparison.dyad_key(one or other or {}, side)
        said = tuple(map(str, key[1:]))
        values = said if one is not None else None, said if other is not None else None
        yield _disagreement(comparison, MISSED_DYAD, "dyad", key, (None, None), "dyad", values)


def _of_answers(comparison: Comparison, answers: Answers) -> Disagreement:
    unit, field = answers.unit, answers.field
    kind = kind_of_field(unit.name, field.name)
    kind = BY_PARTY if comparison.by_party(answers) else kind
    sides = comparison.first, comparison.second
    shown = (
        sides[0].shows(answers.given[0], field),
        sides[1].shows(answers.given[1], field),
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
    values: tuple[Said, Said],
    place: tuple[int | None, int | None] = (None, None),
) -> Disagreement:
    pairing = comparison.pairing
    return Disagreement(
        kind, pairing.article, pairing.annotators, unit, ids, field, values, *place, key
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """A relation between pairs of spans."""

    relation: Relation
    #: Units of its ends; None where the relation ends in nothing.
    source: int | None
    target: int | None
    #: Whether the other annotator has spans at both ends too.
    whole: bool
    symmetric: bool
    ends: tuple[Span | None, Span | None]


#: Links with equal keys are taken for the same, but for one thing.
_Key: TypeAlias = Callable[[_Link], Hashable]


def _strict(link: _Link) -> Hashable:
    return link.relation.type, _between(link) if link.symmetric else _ends(link)


def _ends(link: _Link) -> Hashable:
    return link.source, link.target


def _between(link: _Link) -> Hashable:
    return frozenset((link.source, link.target))


def _type_between(link: _Link) -> Hashable:
    return link.relation.type, _between(link)


def _type_from(link: _Link) -> Hashable:
    return link.relation.type, link.source


def _type_to(link: _Link) -> Hashable:
    return link.relation.type, link.target


def _crossed(end: _Key) -> _Key:
    return lambda link: end(link) if link.symmetric else id(link)


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
    mine, theirs = _links(comparison)
    first = [link for link in mine if link.whole]
    second = [link for link in theirs if link.whole]
    _, first, second = _pair(first, second, _strict, _strict)
    for kind, field, my_key, their_key in _STEPS:
        found, first, second = _pair(first, second, my_key, their_key)
        for one, other in found:
            yield _differ(comparison, kind, one, other, field)
    for kind, ours, others in (
        (RELATION_MISSED, first, second),
        (BY_SPAN, [x for x in mine if not x.whole], [x for x in theirs if not x.whole]),
    ):
        yield from (_differ(comparison, kind, link, None) for link in ours)
        yield from (_differ(comparison, kind, None, link) for link in others)


def _links(comparison: Comparison) -> tuple[list[_Link], list[_Link]]:
    if not (comparison.first.document.relations or comparison.second.document.relations):
        return [], []
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
        [*_of(documents[side], units[side], paired[side], symmetric)] for side in (0, 1)
    )
    return mine, theirs


def _of(
    document: AnnotationDocument, units: dict[str, int], paired: set[str], symmetric: set[str]
) -> Iterator[_Link]:
    spans = {span.id: span for span in document.spans} if document.relations else {}
    for relation in document.relations:
        source, target = relation.from_, relation.to
        yield _Link(
            relation,
            units.get(source),
            units.get(target),
            source in paired and target in paired,
            relation.type in symmetric,
            (spans.get(source), spans.get(target)),
        )


def _pair(
    first: list[_Link], second: list[_Link], my_key: _Key, their_key: _Key
) -> tuple[list[tuple[_Link, _Link]], list[_Link], list[_Link]]:
    """Pairs of equal keys, each link once, and what is left of both."""
    waiting: dict[Hashable, list[_Link]] = {}
    for link in second:
        waiting.setdefault(their_key(link), []).append(link)
    pairs: list[tuple[_Link, _Link]] = []
    rest: list[_Link] = []
    for link in first:
        found = waiting.get(my_key(link))
        if found:
            pairs.append((link, found.pop(0)))
        else:
            rest.append(link)
    left = {id(link) for links in waiting.values() for link in links}
    return pairs, rest, [link for link in second if id(link) in left]


def _differ(
    comparison: Comparison, kind: str, first: _Link | None, second: _Link | None, field: str = ""
) -> Disagreement:
    known = first or second
    assert known is not None
    ends = [end for link in (first, second) if link for end in link.ends if end]
    return Disagreement(
        kind,
        comparison.pairing.article,
        comparison.pairing.annotators,
        known.relation.type,
        (first.relation.id if first else None, second.relation.id if second else None),
        field,
        (_said(first), _said(second)),
        min((span.start for span in ends), default=None),
        max((span.end for span in ends), default=None),
        _key(known),
    )


def _key(link: _Link) -> tuple[str | int | None, ...]:
    ends = sorted((link.source or 0, link.target or 0))
    return ("relation", *ends)


def _said(link: _Link | None) -> Said:
    """Type and the words at both ends."""
    if link is None:
        return None
    words = ((span.text or span.id) if span else "?" for span in link.ends)
    return (link.relation.type, *words)
