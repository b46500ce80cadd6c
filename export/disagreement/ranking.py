"""The units that annotators differ on most, first: the list that a maintainer works through."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from signalbook.export.agreement.corpus import Corpus

from .counterparts import connected
from .kinds import (
    BY_SPAN,
    CONSEQUENCES,
    MISSED_COREFERENT,
    MISSED_DYAD,
    MISSED_PARTY,
    MISSED_SPAN,
    RELATION_MISSED,
    Disagreement,
    Shown,
    key_text,
)

#: Characters of the text shown before and after.
WINDOW = 80

#: Kinds of which one annotator has nothing.
_ABSENCES = (
    MISSED_SPAN,
    MISSED_COREFERENT,
    MISSED_PARTY,
    MISSED_DYAD,
    RELATION_MISSED,
    BY_SPAN,
)


@dataclass(frozen=True)
class Answer:
    """What one annotator has of the unit."""

    annotator: str
    #: Whether the annotator has the unit at all.
    marked: bool
    #: The fields on which annotators differ.
    values: Mapping[str, Shown]
    #: The annotator's own span, if the unit is one.
    start: int | None = None
    end: int | None = None
    type: str = ""


@dataclass(frozen=True)
class ContestedUnit:
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
    #: Of all disagreements but consequences.
    contribution: float
    start: int | None
    end: int | None
    before: str
    text: str
    after: str
    answers: tuple[Answer, ...]
    #: The task in the labelling tool.
    url: str | None


@dataclass(frozen=True)
class _Gathered:
    disagreements: Sequence[Disagreement]

    @property
    def first(self) -> Disagreement:
        """The one that names the unit."""
        return self.disagreements[0]

    @cached_property
    def weight(self) -> int:
        """How many disagreements; a consequence counts nothing, as its cause is listed."""
        return sum(d.kind not in CONSEQUENCES for d in self.disagreements)

    @property
    def extent(self) -> tuple[int, int] | tuple[None, None]:
        """The place in the text, if there is one."""
        starts = [d.start for d in self.disagreements if d.start is not None]
        ends = [d.end for d in self.disagreements if d.end is not None]
        return (min(starts), max(ends)) if starts and ends else (None, None)


def contested_units(
    corpus: Corpus,
    disagreements: Iterable[Disagreement],
    *,
    links: Mapping[str, str] | None = None,
    limit: int | None = 200,
) -> list[ContestedUnit]:
    """The units on which annotators differ, the weightiest first.

    Args:
        corpus: The annotations.
        disagreements: What every two annotators differ in (`differences.decompose`).
        links: Article id -> where its task is shown.
        limit: How many units; None for all.
    """
    units = sorted(_gather(disagreements), key=_rank)
    total = sum(unit.weight for unit in units)
    return [_contested(corpus, unit, total, links or {}) for unit in units[:limit]]


def _rank(unit: _Gathered) -> tuple[int, int, int, str]:
    start, _ = unit.extent
    return -unit.weight, unit.first.article, -1 if start is None else start, str(unit.first.key)


def _gather(disagreements: Iterable[Disagreement]) -> Iterator[_Gathered]:
    """Disagreements about one thing: of one key, or of one annotator's party or relation."""
    kept = list(disagreements)
    nodes = (((d.article, d.key), node) for d in kept for node in _by_id(d))
    components: Mapping[Hashable, int] = connected(nodes)
    units: dict[Hashable, list[Disagreement]] = {}
    for disagreement in kept:
        node: Hashable = (disagreement.article, disagreement.key)
        units.setdefault(components.get(node, node), []).append(disagreement)
    return map(_Gathered, units.values())


def _by_id(disagreement: Disagreement) -> Iterator[Hashable]:
    kind = disagreement.key[0]
    if kind in ("party", "relation"):
        for number, id in zip(disagreement.annotators, disagreement.ids, strict=True):
            if id is not None:
                yield disagreement.article, kind, number, id


def _contested(
    corpus: Corpus, unit: _Gathered, total: int, links: Mapping[str, str]
) -> ContestedUnit:
    first = unit.first
    seen = corpus.seen_by[first.article]
    article = corpus.documents[first.article, seen[0]].article
    start, end = unit.extent
    text = article.text or ""
    answers = tuple(_answer(corpus, unit, annotator) for annotator in seen)
    types = Counter(answer.type for answer in answers if answer.type)
    return ContestedUnit(
        article=article.id,
        unit=str(first.key[0]),
        name=" / ".join(map(key_text, first.key[1:])) if start is None else "",
        types=tuple(sorted(types, key=lambda name: (-types[name], name)))
        or tuple(sorted({d.unit for d in unit.disagreements})),
        kinds=dict(sorted(Counter(d.kind for d in unit.disagreements).items())),
        pairs=len({d.annotators for d in unit.disagreements}),
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
    values: dict[str, Shown] = {}
    marked = False
    for disagreement in unit.disagreements:
        if annotator not in disagreement.annotators:
            continue
        side = disagreement.annotators.index(annotator)
        id, value = disagreement.ids[side], disagreement.values[side]
        if id is not None:
            ids.append(id)
        # Who has the unit may still leave a field empty; who lacks it has neither id nor value.
        marked = marked or value is not None or disagreement.family not in _ABSENCES
        values.setdefault(disagreement.field or "relation", value)
    name, values = corpus.annotators[annotator], dict(sorted(values.items()))
    if unit.first.key[0] == "span":
        spans = {span.id: span for span in corpus.documents[unit.first.article, annotator].spans}
        for id in ids:
            if span := spans.get(id):
                return Answer(name, marked, values, span.start, span.end, span.type)
    return Answer(name, marked, values)
