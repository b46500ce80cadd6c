"""Disagreements become a list for the maintainer: the units that people differ on most, first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from signalbook.export.agreement.corpus import Corpus

from .kinds import (
    BY_SPAN,
    CONSEQUENCES,
    FAMILIES,
    MISSED_AGAIN,
    MISSED_DYAD,
    MISSED_PARTY,
    MISSED_SPAN,
    RELATION_MISSED,
    Disagreement,
    Key,
    Said,
)

#: Characters of the text shown before and after.
WINDOW = 80
#: What a disagreement weighs in the ranking: a consequence nothing, as its cause is listed.
WEIGHTS: Mapping[str, float] = {name: float(name not in CONSEQUENCES) for name in FAMILIES}

#: Kinds of which one side has nothing.
_ABSENCES = (MISSED_SPAN, MISSED_AGAIN, MISSED_PARTY, MISSED_DYAD, RELATION_MISSED, BY_SPAN)

_Node: TypeAlias = tuple[int, str, Key]


@dataclass(frozen=True)
class Answer:
    """What one annotator says of the unit."""

    annotator: str
    #: Whether the annotator has the unit at all.
    marked: bool
    #: The fields on which people differ.
    values: Mapping[str, Said]
    #: The annotator's own span, if the unit is one.
    start: int | None = None
    end: int | None = None
    type: str = ""


@dataclass(frozen=True)
class Disputed:
    """A unit on which annotators differ."""

    article: str
    #: span, relation, party, dyad or article.
    unit: str
    #: What it is known by, if it has no place in the text.
    name: str
    #: Types that annotators gave it, the frequent first.
    types: tuple[str, ...]
    kinds: Mapping[str, int]
    #: Pairs of annotators who differ, of those who saw the article.
    pairs: int
    of_pairs: int
    #: Of all disagreements, as weighted.
    contribution: float
    start: int | None
    end: int | None
    before: str
    text: str
    after: str
    answers: tuple[Answer, ...]
    #: The task in the labelling tool.
    url: str | None


@dataclass
class _Gathered:
    article: int
    unit: str
    found: list[Disagreement] = field(default_factory=list[Disagreement])
    weight: float = 0.0


def disagreements(
    corpus: Corpus,
    found: Iterable[Disagreement],
    *,
    links: Mapping[str, str] | None = None,
    weights: Mapping[str, float] = WEIGHTS,
    most: int | None = 200,
) -> list[Disputed]:
    """The units on which annotators differ, the weightiest first.

    Args:
        corpus: The annotations.
        found: What `decomposition.decompose` made of them.
        links: Article id -> where its task is shown.
        weights: Family of a kind -> what one disagreement of it counts.
        most: How many units; None for all.
    """
    units = _gather(found, weights)
    total = sum(unit.weight for unit in units)
    units.sort(key=_rank)
    links = links or {}
    return [_disputed(corpus, unit, total, links) for unit in units[:most]]


def _rank(unit: _Gathered) -> tuple[float, int, int, str]:
    starts = [d.start for d in unit.found if d.start is not None]
    return -unit.weight, unit.article, min(starts, default=-1), str(unit.found[0].key)


def _gather(found: Iterable[Disagreement], weights: Mapping[str, float]) -> list[_Gathered]:
    """Disagreements about one thing: of one key, or of one annotator's party or relation."""
    under: dict[_Node, _Node] = {}
    kept = list(found)
    for one in kept:
        for node in _nodes(one):
            _join(under, (one.article, "", one.key), node)
    units: dict[_Node, _Gathered] = {}
    for one in kept:
        node = _root(under, (one.article, "", one.key))
        unit = units.setdefault(node, _Gathered(one.article, str(one.key[0])))
        unit.found.append(one)
        unit.weight += weights.get(one.family, 1.0) * one.weight
    return list(units.values())


def _nodes(one: Disagreement) -> list[_Node]:
    kind = str(one.key[0])
    if kind not in ("party", "relation"):
        return []
    named = zip(one.annotators, one.ids, strict=True)
    return [(one.article, kind, (number, id)) for number, id in named if id is not None]


def _root(under: Mapping[_Node, _Node], node: _Node) -> _Node:
    while node in under:
        node = under[node]
    return node


def _join(under: dict[_Node, _Node], one: _Node, other: _Node) -> None:
    one, other = _root(under, one), _root(under, other)
    if one != other:
        under[other] = one


def _disputed(corpus: Corpus, unit: _Gathered, total: float, links: Mapping[str, str]) -> Disputed:
    seen = corpus.seen_by[unit.article]
    article = corpus.documents[unit.article, seen[0]].article
    starts = [d.start for d in unit.found if d.start is not None]
    ends = [d.end for d in unit.found if d.end is not None]
    start, end = (min(starts), max(ends)) if starts and ends else (None, None)
    text = article.text or ""
    answers = tuple(_answer(corpus, unit, annotator) for annotator in seen)
    types = Counter(answer.type for answer in answers if answer.type)
    return Disputed(
        article=article.id,
        unit=unit.unit,
        name=" / ".join(map(str, unit.found[0].key[1:])) if start is None else "",
        types=tuple(sorted(types, key=lambda name: (-types[name], name)))
        or tuple(sorted({d.unit for d in unit.found})),
        kinds=dict(sorted(Counter(d.kind for d in unit.found).items())),
        pairs=len({d.annotators for d in unit.found}),
        of_pairs=len(seen) * (len(seen) - 1) // 2,
        contribution=unit.weight / total if total else 0.0,
        start=start,
        end=end,
        before="" if start is None else text[max(0, start - WINDOW) : start],
        text="" if start is None else text[start:end],
        after="" if end is None else text[end : end + WINDOW],
        answers=answers,
        url=links.get(article.id),
    )


def _answer(corpus: Corpus, unit: _Gathered, annotator: int) -> Answer:
    ids: list[str] = []
    values: dict[str, Said] = {}
    marked = False
    for one in unit.found:
        if annotator not in one.annotators:
            continue
        side = one.annotators.index(annotator)
        own = one.ids[side]
        if own is not None:
            ids.append(own)
        # Who has the unit may still leave a field empty; who lacks it has neither id nor value.
        missed = one.family in _ABSENCES and one.values[side] is None
        marked = marked or not missed
        values.setdefault(one.field or "relation", one.values[side])
    name, values = corpus.annotators[annotator], dict(sorted(values.items()))
    if unit.unit != "span":
        return Answer(name, marked, values)
    spans = {span.id: span for span in corpus.documents[unit.article, annotator].spans}
    span = next((spans[id] for id in ids if id in spans), None)
    if span is None:
        return Answer(name, marked, values)
    return Answer(name, marked, values, span.start, span.end, span.type)


def by_article(disputed: Sequence[Disputed]) -> dict[str, float]:
    """Each article with the share of the disagreement in the list that is about it."""
    weights: dict[str, float] = {}
    for unit in disputed:
        weights[unit.article] = weights.get(unit.article, 0.0) + unit.contribution
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))
