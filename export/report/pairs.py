"""A corpus becomes what is measured for every two annotators, from one pass over its layers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.field_measures import Encoded, alpha_measure, rated_by
from signalbook.export.agreement.measure import Measure, MeasureName


@dataclass(frozen=True)
class Pair:
    """Two annotators and what is measured on the articles that both saw."""

    one: str
    other: str
    documents: int
    measures: tuple[Measure, ...]


def pairs(corpus: Corpus, encoded: Iterable[Encoded], whole: Iterable[Measure]) -> Iterator[Pair]:
    """Every two annotators who saw an article together, on the groups of all.

    Args:
        corpus: The annotations.
        encoded: The layers of these.
        whole: The measures of all annotators that are wanted: F1 is taken from them.
    """
    wanted = list(whole)
    together = _together(corpus)
    alphas = _alphas(corpus, encoded, list(together))
    for number, ((one, other), documents) in enumerate(together.items()):
        found = [
            _share(measure, number, documents)
            if measure.name.coefficient == "f1"
            else alphas.get((one, other, measure.name))
            for measure in wanted
        ]
        kept = tuple(measure for measure in found if measure is not None)
        yield Pair(corpus.annotators[one], corpus.annotators[other], documents, kept)


def _together(corpus: Corpus) -> dict[tuple[int, int], int]:
    """Pairs of annotators, in the order of the columns of every F1 -> articles that both saw."""
    found: dict[tuple[int, int], int] = {}
    for seen in corpus.seen_by:
        for pair in combinations(seen, 2):
            found[pair] = found.get(pair, 0) + 1
    return dict(sorted(found.items()))


def _share(measure: Measure, column: int, documents: int) -> Measure:
    """The F1 of one pair."""
    own = measure.statistics[:, column : column + 1]
    total = own.sum(axis=0)
    value = float(measure.statistic(total))
    defined = bool(np.isfinite(value))
    return replace(
        measure,
        value=value if defined else None,
        reason="" if defined else "neither marked any",
        n=int(total[..., 0].sum()),
        documents=documents,
        statistics=own[:0].copy(),
    )


def _alphas(
    corpus: Corpus, encoded: Iterable[Encoded], together: Sequence[tuple[int, int]]
) -> dict[tuple[int, int, MeasureName], Measure]:
    found: dict[tuple[int, int, MeasureName], Measure] = {}
    only = {pair: corpus.only(pair) for pair in together}
    for layer, ratings in encoded:
        for pair in together:
            measure = alpha_measure(layer, only[pair], ratings=rated_by(ratings, pair))
            # What was summed is not needed again, and there are many pairs.
            found[*pair, measure.name] = replace(measure, statistics=measure.statistics[:0].copy())
    return found
