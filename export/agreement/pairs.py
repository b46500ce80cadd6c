"""What every two annotators agree on, and each annotator with the others, with intervals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, mean_of_defined

from .coded_corpus import CodedCorpus
from .field_measures import field_measure, judging_coefficient
from .measure import ArticleSums, Measure, MeasureWithInterval, with_interval, with_statistics
from .pairwise_f1 import f1_of_pairs, pairs_together


@dataclass(frozen=True)
class Pair:
    """Two annotators and what is measured on the articles that both saw."""

    first: str
    second: str
    documents: int
    #: Without targets, which are of all annotators.
    measures: tuple[MeasureWithInterval, ...]


def measure_pairs(coded: CodedCorpus, whole: Iterable[Measure]) -> tuple[Pair, ...]:
    """Measure every two annotators who saw an article together, on the groups of all.

    Args:
        coded: The annotations.
        whole: The measures of all annotators, of which F1 and those of fields are taken: gamma
            would take long for each pair.
    """
    pairs = list(pairs_together(coded.corpus.seen))
    of_pairs: list[list[MeasureWithInterval]] = [[] for _ in pairs]
    for each in _by_pair(coded, whole):
        for measures, measure, (*_, both) in zip(of_pairs, each, pairs, strict=True):
            measures.append(_estimate(measure, both))
    names = coded.corpus.annotators
    return tuple(
        Pair(names[first], names[second], int(both.sum()), tuple(measures))
        for (first, second, both), measures in zip(pairs, of_pairs, strict=True)
    )


def measure_with_others(
    coded: CodedCorpus, whole: Iterable[Measure]
) -> Mapping[str, tuple[MeasureWithInterval, ...]]:
    """Annotator -> the mean of each measure over the pairs with the others.

    Args:
        coded: The annotations.
        whole: The measures of all annotators, as in `measure_pairs`.
    """
    corpus = coded.corpus
    pairs = list(pairs_together(corpus.seen))
    means: dict[str, list[MeasureWithInterval]] = {name: [] for name in corpus.annotators}
    for each in _by_pair(coded, whole):
        for number, name in enumerate(corpus.annotators):
            own = [m for m, (*pair, _) in zip(each, pairs, strict=True) if number in pair]
            if own:
                shared = corpus.compared & corpus.seen[number]
                means[name].append(_estimate(_mean(own, shared), shared))
    return {name: tuple(of) for name, of in means.items()}


def _by_pair(coded: CodedCorpus, whole: Iterable[Measure]) -> Iterator[list[Measure]]:
    """Each measure that is computed of pairs, pair by pair."""
    fields = {field.name(judging_coefficient(field.field)): field for field in coded.fields}
    pairs = list(pairs_together(coded.corpus.seen))
    only = [coded.corpus.only((first, second)) for first, second, _ in pairs]
    for measure in whole:
        if measure.name.coefficient == "f1":
            yield [f1_of_pairs(measure, [i], both) for i, (*_, both) in enumerate(pairs)]
        elif field := fields.get(measure.name):
            yield [
                field_measure(field.restrict_raters((first, second)), of_two)
                for (first, second, _), of_two in zip(pairs, only, strict=True)
            ]


def _mean(measures: Sequence[Measure], articles: Bools) -> Measure:
    """The mean of a measure over pairs of annotators, leaving out those where it is undefined."""
    sums = [measure.statistics for measure in measures]
    flat = [part.reshape(len(part), -1) for part in sums]
    ends = np.cumsum([part.shape[1] for part in flat])[:-1]

    # Not the measures themselves, which would keep what they are sums of.
    each = [(m.statistic, part.shape[1:]) for m, part in zip(measures, sums, strict=True)]

    def statistic(total: Floats) -> Floats:
        parts = zip(each, np.split(total, ends, axis=-1), strict=True)
        values = [of(part.reshape(*part.shape[:-1], *shape)) for (of, shape), part in parts]
        return mean_of_defined(np.stack(values, axis=-1))

    return with_statistics(
        replace(measures[0], statistic=statistic),
        np.concatenate(flat, axis=1),
        documents=int(articles.sum()),
        n=sum(measure.n for measure in measures),
        reason=measures[0].reason,
    )


def _estimate(measure: Measure, articles: Bools) -> MeasureWithInterval:
    """A measure with its interval, without what it was computed from: there are many pairs."""
    result = with_interval(replace(measure, target=None), articles)
    shown = replace(result.measure, sums=ArticleSums(np.zeros((0, 1))), statistic=mean_of_defined)
    return replace(result, measure=shown)
