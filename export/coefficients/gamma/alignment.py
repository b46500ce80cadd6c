"""The best alignment of several annotators' spans, with a bound on any better one.

Mathet, Y., Widlöcher, A. and Métivier, J.-P. (2015). The unified and holistic method gamma for
inter-annotator agreement measure and alignment. Computational Linguistics 41(3), 437-479.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from signalbook.export.coefficients.coefficient import Floats, Ints

from .components import BatchSpans, Components, GroupCosts, find_components
from .matchings import first_alignments
from .solver import TOLERANCE, solve

#: Spans that are aligned in one pass.
_MAX_BATCH = 3000


@dataclass(frozen=True)
class Continuum:
    """All spans of one article, in parallel arrays ``[n]``; an annotator may have none."""

    #: Where each span starts, in characters or any other unit.
    starts: Floats
    #: Where each span ends; greater than its start.
    ends: Floats
    #: Category of each span, codes from 0.
    categories: Ints
    #: Annotator of each span, in ``0 … n_annotators - 1``.
    annotators: Ints
    #: Annotators who saw the article, including those who marked nothing.
    n_annotators: int
    #: Length of the article, where known; only one of the samplers asks for it.
    length: float | None = None

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def mean_count(self) -> float:
        """Mean number of spans per annotator."""
        return len(self) / self.n_annotators


@dataclass(frozen=True)
class Alignment:
    """A partition of the spans into groups with at most one span of each annotator."""

    #: Group of each span, numbered from 0 in the order of first appearance.
    groups: Ints
    #: Disorder of the alignment: 0 if all annotators marked the same.
    disorder: float
    #: No alignment has a disorder below this.
    bound: float
    #: Whether the bound is reached, so that no alignment is better.
    proven: bool


@dataclass(frozen=True)
class Dissimilarity:
    """``(alpha * position² + beta * [categories differ]) * delta_empty`` (Mathet et al. 2015).

    `position` is the distance of the starts plus that of the ends, in relation to the summed
    lengths.

    Raises:
        ValueError: A weight is negative, or an empty place costs nothing.
    """

    #: Weight of the position.
    alpha: float = 1.0
    #: Weight of the category.
    beta: float = 1.0
    #: Cost of an empty place in a group.
    delta_empty: float = 1.0

    def __post_init__(self) -> None:
        if not (self.alpha >= 0 and self.beta >= 0 and self.delta_empty > 0):
            raise ValueError(
                f"alpha {self.alpha}, beta {self.beta}, delta_empty {self.delta_empty}: "
                "weights must not be negative, and an empty place must cost something"
            )


def best_alignment(
    starts: Floats,
    ends: Floats,
    categories: Ints,
    annotators: Ints,
    n_annotators: int,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    delta_empty: float = 1.0,
) -> Alignment:
    """Align the spans of one article with the least disorder (Mathet et al. 2015).

    Args:
        starts: Where each span starts, ``[n]``.
        ends: Where each span ends, ``[n]``.
        categories: Category of each span, ``[n]`` integers from 0.
        annotators: Annotator of each span, ``[n]`` integers from 0.
        n_annotators: Number of annotators who saw the article, including those who marked nothing.
        alpha: Weight of the position in the dissimilarity of two spans.
        beta: Weight of the category.
        delta_empty: Cost of an empty place in a group.

    Returns:
        The best alignment; if its search took too long, a good one with a bound on the best.

    Raises:
        ValueError: A span is empty, an annotator is unknown, or there are fewer than two.
    """
    continuum = Continuum(
        np.asarray(starts, np.float64),
        np.asarray(ends, np.float64),
        np.asarray(categories, np.int64),
        np.asarray(annotators, np.int64),
        n_annotators,
    )
    check_continuum(continuum)
    return best_alignments([continuum], Dissimilarity(alpha, beta, delta_empty))[0]


def best_alignments(
    continua: Sequence[Continuum], dissimilarity: Dissimilarity, *, effort: int = 200_000
) -> list[Alignment]:
    """Align each of several continua; no spans, no disorder.

    Args:
        continua: The continua; those with the same number of annotators are aligned in one pass.
        dissimilarity: How far spans are apart.
        effort: Steps of search per span before a bound has to do instead of a proof.

    Returns:
        An alignment of each continuum, in their order.
    """
    order = sorted(range(len(continua)), key=lambda i: continua[i].n_annotators)
    alignments: dict[int, Alignment] = {}
    for places in _batches(continua, order):
        batch = [continua[i] for i in places]
        alignments.update(zip(places, _align(batch, dissimilarity, effort), strict=True))
    return [alignments[i] for i in range(len(continua))]


def check_continuum(continuum: Continuum) -> None:
    """Refuse what gamma has no meaning for.

    Raises:
        ValueError: A span is empty, an annotator is unknown, or there are fewer than two.
    """
    if continuum.n_annotators < 2:
        raise ValueError(f"{continuum.n_annotators} annotator: an alignment needs two")
    for i in np.flatnonzero(~(continuum.starts < continuum.ends)):
        start, end = continuum.starts[i], continuum.ends[i]
        raise ValueError(f"span [{start:g}, {end:g}) is empty; gamma needs a length")
    strange = (continuum.annotators < 0) | (continuum.annotators >= continuum.n_annotators)
    for annotator in continuum.annotators[strange]:
        raise ValueError(f"annotator {annotator} is not one of {continuum.n_annotators}")


def _batches(continua: Sequence[Continuum], order: Sequence[int]) -> Iterator[list[int]]:
    """Continua of as many annotators, few enough that their squared components stay small."""
    batch: list[int] = []
    n_spans = 0
    for i in order:
        same = not batch or continua[i].n_annotators == continua[batch[0]].n_annotators
        if batch and (not same or n_spans + len(continua[i]) > _MAX_BATCH):
            yield batch
            batch, n_spans = [], 0
        batch.append(i)
        n_spans += len(continua[i])
    if batch:
        yield batch


def _align(
    batch: Sequence[Continuum], dissimilarity: Dissimilarity, effort: int
) -> list[Alignment]:
    """Align several continua of the same annotators, all of their components in one pass."""
    n = batch[0].n_annotators
    continua = np.repeat(np.arange(len(batch)), [len(continuum) for continuum in batch])
    if not len(continua):
        return [Alignment(np.zeros(0, np.int64), 0.0, 0.0, True)] * len(batch)
    spans = BatchSpans(
        np.concatenate([continuum.starts for continuum in batch]),
        np.concatenate([continuum.ends for continuum in batch]),
        np.concatenate([continuum.categories for continuum in batch]),
        np.concatenate([continuum.annotators for continuum in batch]),
    )
    costs = GroupCosts.of(dissimilarity.alpha, dissimilarity.beta, n)
    partition = find_components(continua, spans, costs)
    components, exact = first_alignments(spans, partition, costs)
    if not exact.all():
        solve(components, np.flatnonzero(~exact), effort)
    scale = dissimilarity.delta_empty / costs.opening
    return _split(components, scale, partition.order, continua, batch)


def _split(
    components: Components, scale: float, order: Ints, continua: Ints, batch: Sequence[Continuum]
) -> list[Alignment]:
    """Give every continuum its own alignment."""
    offsets = components.offsets
    labels = np.empty(len(order), np.int64)
    labels[order] = components.groups + np.repeat(2 * offsets[:-1], np.diff(offsets))
    of_component = continua[order[offsets[:-1]]]
    costs, bounds = components.totals * scale, components.bounds * scale
    totals = np.bincount(of_component, costs, len(batch))
    lower = np.bincount(of_component, bounds, len(batch))
    gaps = costs - bounds > TOLERANCE * (1 + costs)
    proven = np.bincount(of_component, gaps, len(batch)) == 0
    # No group spans two continua, so those of each continuum have consecutive numbers.
    numbers = _by_appearance(labels)
    alignments: list[Alignment] = []
    begin = 0
    for i, continuum in enumerate(batch):
        groups = numbers[begin : begin + len(continuum)] - numbers[begin : begin + 1]
        begin += len(continuum)
        mean = continuum.mean_count or 1.0
        disorder = float(totals[i]) / mean
        bound = disorder if proven[i] else float(lower[i]) / mean
        alignments.append(Alignment(groups, disorder, bound, bool(proven[i])))
    return alignments


def _by_appearance(labels: Ints) -> Ints:
    _, where, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(where), np.int64)
    rank[np.argsort(where)] = np.arange(len(where))
    return rank[inverse]
