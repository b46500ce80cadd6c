"""A corpus becomes everything that its agreement report says, computed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from .annotators import Annotators, annotators
from .assessed import Assessed, assess
from .confusions import Confusion, confusions
from .corpus import Corpus
from .decomposition import Part, decompose, parts
from .disagreement_kinds import Disagreement
from .disagreements import Disputed, disagreements
from .grouping import Group
from .measure import Measure
from .measures import align, measures

Groups: TypeAlias = Sequence[Sequence[Group[int]]]
Cell: TypeAlias = str | int | float | None
#: Units in the ranking of disagreements.
MOST_DISPUTED = 100


@dataclass(frozen=True)
class Pair:
    """Two annotators and what is measured on the articles that both saw."""

    one: str
    other: str
    documents: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Section:
    """A further table of the report, under a heading of its own."""

    id: str
    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Findings:
    """What was found, before any of it is text."""

    corpus: Corpus
    groups: Groups
    assessed: tuple[Assessed, ...]
    pairs: tuple[Pair, ...]
    annotators: Annotators
    disagreements: tuple[Disagreement, ...]
    disputed: tuple[Disputed, ...]
    parts: Mapping[str, Part]
    confusions: tuple[Confusion, ...]
    replicates: int
    seed: int
    #: Further coefficients of the same layers, judged by nobody.
    companions: tuple[Assessed, ...] = ()
    #: Further tables.
    sections: tuple[Section, ...] = ()

    @property
    def simulated_annotators(self) -> list[str]:
        """Annotators that are programs."""
        found = {
            d.annotator.id
            for d in self.corpus.documents.values()
            if d.annotator.tool == "simulated" or d.annotator.id.startswith("simulated")
        }
        return sorted(found)


def find(
    corpus: Corpus, *, links: Mapping[str, str] | None = None, replicates: int, seed: int
) -> Findings:
    """Measure, compare and rank everything once."""
    groups = align(corpus)
    different = decompose(corpus, groups)
    return Findings(
        corpus=corpus,
        groups=groups,
        assessed=tuple(assess(measures(corpus, groups), corpus, replicates=replicates, seed=seed)),
        pairs=tuple(_pairs(corpus, groups)),
        annotators=annotators(corpus, groups),
        disagreements=tuple(different),
        disputed=tuple(disagreements(corpus, different, links=links, most=MOST_DISPUTED)),
        parts=parts(different),
        confusions=tuple(confusions(corpus, groups)),
        replicates=replicates,
        seed=seed,
    )


def _pairs(corpus: Corpus, groups: Groups) -> list[Pair]:
    """Every two annotators who saw an article together, on the groups of all."""
    found: list[Pair] = []
    for one, other in combinations(range(len(corpus.annotators)), 2):
        pair = corpus.only((one, other))
        if pair.doubly_annotated:
            names = corpus.annotators[one], corpus.annotators[other]
            measured = tuple(measures(pair, _kept(groups, {one, other})))
            found.append(Pair(*names, pair.doubly_annotated, measured))
    return found


def _kept(groups: Groups, annotators: set[int]) -> Groups:
    return [
        [{who: span for who, span in group.items() if who in annotators} for group in of_article]
        for of_article in groups
    ]
