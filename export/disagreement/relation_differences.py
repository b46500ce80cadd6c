"""Two annotators' relations of one article become the ways in which they differ."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from signalbook.schema.documents.records import AnnotationDocument, Relation, Span

from .comparison import Comparison
from .kinds import (
    BY_SPAN,
    RELATION_ENDPOINT,
    RELATION_LABEL,
    RELATION_MISSED,
    Disagreement,
    Said,
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


def relation_differences(comparison: Comparison) -> Iterator[Disagreement]:
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
