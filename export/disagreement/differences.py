"""Annotations become a list of disagreements, each named by one kind: why people do not agree."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.span_groups import Group
from signalbook.schema.documents.records import Span

from .comparison import Answers, Comparison, compare
from .kinds import (
    BOUNDARY,
    BY_PARTY,
    FAMILIES,
    MISSED_AGAIN,
    MISSED_DYAD,
    MISSED_PARTY,
    MISSED_SPAN,
    TYPE,
    Disagreement,
    Key,
    Said,
    family,
    kind_of_field,
)
from .relation_differences import relation_differences
from .span_pairs import SpanPair


@dataclass(frozen=True)
class Part:
    """How many disagreements are of one kind."""

    count: int
    #: Of all disagreements.
    share: float


def decompose(corpus: Corpus, groups: Sequence[Sequence[Group[int]]]) -> list[Disagreement]:
    """Every disagreement of every two annotators of every article, each once.

    Args:
        corpus: The annotations.
        groups: For each article its groups of matched spans (`measures.align`).
    """
    return [d for comparison in compare(corpus, groups) for d in differences(comparison)]


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
    yield from relation_differences(comparison)


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
