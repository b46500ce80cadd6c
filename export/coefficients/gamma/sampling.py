"""Random articles that look like one article: what chance would align.

Two samplers are in use and give different coefficients, so a result names the one it used.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .alignment import Continuum
from .components import compiled

#: How random continua are drawn; see `random_continua`.
Sampler = Literal["pygamma", "mathet"]

#: Random spans are at least this long.
_MIN_LENGTH = 1e-6


@dataclass(frozen=True)
class Sampling:
    """How the random continua of the articles of a corpus are drawn.

    Raises:
        ValueError: The sampler is unknown, or a number makes no sense.
    """

    #: How random continua are drawn; see `random_continua`.
    sampler: Sampler = "pygamma"
    #: Number of random continua of each article.
    n_samples: int = 30
    #: Relative error of each expected disorder for which more are drawn.
    precision: float | None = None
    #: Equal seeds draw the same.
    seed: int = 0

    def __post_init__(self) -> None:
        _check_sampler(self.sampler)
        if self.n_samples < 1 or (self.precision is not None and not 0 < self.precision < 1):
            raise ValueError(
                f"n_samples {self.n_samples}, precision {self.precision}: one or more, 0 to 1"
            )

    def generator(self, place: int) -> np.random.Generator:
        """The source of the random continua of the article at this place."""
        return np.random.default_rng((self.seed, place))


def random_continua(
    continuum: Continuum, n_samples: int, rng: np.random.Generator, sampler: Sampler = "pygamma"
) -> list[Continuum]:
    """Draw random continua with the annotators of a continuum that has spans.

    Args:
        continuum: The continuum to imitate.
        n_samples: Number of random continua.
        rng: Source of the draws.
        sampler: ``"pygamma"``: gaussian number of spans, gaps and lengths, independent categories
            (the default of the program pygamma-agreement). ``"mathet"``: each annotator is a
            randomly chosen one, shifted around a random pivot (Mathet et al. 2015).

    Returns:
        The random continua; none is empty.

    Raises:
        ValueError: The sampler is unknown, or there are no spans.
    """
    _check_sampler(sampler)
    if not len(continuum):
        raise ValueError("without spans there is nothing to draw random ones from")
    if sampler == "pygamma":
        return _gaussian(continuum, n_samples, rng)
    return [_shifted(continuum, rng) for _ in range(n_samples)]


def _check_sampler(sampler: str) -> None:
    if sampler not in get_args(Sampler):
        raise ValueError(f'sampler "{sampler}" is unknown; choose "pygamma" or "mathet"')


def _gaussian(continuum: Continuum, n_samples: int, rng: np.random.Generator) -> list[Continuum]:
    order = np.lexsort((continuum.ends, continuum.starts, continuum.annotators))
    starts, ends, categories, annotators, cuts = _draw(
        continuum.starts[order],
        continuum.ends[order],
        continuum.categories[order],
        continuum.annotators[order],
        continuum.n_annotators,
        n_samples,
        rng,
    )
    return [
        Continuum(
            starts[low:high],
            ends[low:high],
            categories[low:high],
            annotators[low:high],
            continuum.n_annotators,
        )
        for low, high in pairwise(cuts.tolist())
    ]


@compiled
def _draw(
    starts: Floats,
    ends: Floats,
    categories: Ints,
    annotators: Ints,
    n_annotators: int,
    n_samples: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Ints, Ints, Ints]:
    """Starts, ends, categories and annotators of all random spans, and where each sample ends.

    The spans to imitate are ordered by annotator, start and end.
    """
    counts = _counts(np.bincount(annotators, minlength=n_annotators), n_samples, rng)
    total = int(counts.sum())
    mean, deviation = _mean_and_deviation(_gaps(starts, ends, annotators))
    steps = rng.normal(mean, deviation, total)
    mean, deviation = _mean_and_deviation(ends - starts)
    lengths = np.abs(rng.normal(mean, deviation, total))
    for i in range(total):
        while lengths[i] < _MIN_LENGTH:
            lengths[i] = abs(rng.normal(mean, deviation))
    drawn = _categories(categories, total, rng)
    firsts, lasts, whose = np.empty(total), np.empty(total), np.empty(total, np.int64)
    cuts = np.zeros(n_samples + 1, np.int64)
    i = 0
    for sample in range(n_samples):
        for annotator in range(n_annotators):
            at = 0.0
            for _ in range(counts[sample * n_annotators + annotator]):
                firsts[i] = at + steps[i]
                lasts[i] = at = firsts[i] + lengths[i]
                whose[i] = annotator
                i += 1
        cuts[sample + 1] = i
    return firsts, lasts, drawn, whose, cuts


@compiled
def _counts(observed: Ints, n_samples: int, rng: np.random.Generator) -> Ints:
    """Spans of each annotator in each sample; none of the samples is empty."""
    mean, deviation = _mean_and_deviation(observed.astype(np.float64))
    counts = np.abs(rng.normal(mean, deviation, n_samples * len(observed)).astype(np.int64))
    for first in range(0, len(counts), len(observed)):
        counts[first] = max(counts[first], 1)
    return counts


@compiled
def _categories(categories: Ints, total: int, rng: np.random.Generator) -> Ints:
    """As many categories, drawn as often as they occur."""
    if (categories == categories[0]).all():
        return np.full(total, categories[0], np.int64)
    share = np.cumsum(np.bincount(categories)) / len(categories)
    return np.searchsorted(share, rng.random(total), side="right")


@compiled
def _mean_and_deviation(values: Floats) -> tuple[float, float]:
    return values.mean(), values.std()


@compiled
def _gaps(starts: Floats, ends: Floats, annotators: Ints) -> Floats:
    """From each span's end to the next start, from 0 to the first start, and a zero."""
    gaps = np.zeros(len(starts) + 1)
    n = 1
    for i in range(len(starts)):
        follows = i > 0 and annotators[i] == annotators[i - 1]
        if follows or starts[i] > 0:
            gaps[n] = starts[i] - (ends[i - 1] if follows else 0.0)
            n += 1
    return gaps[:n]


def _shifted(continuum: Continuum, rng: np.random.Generator) -> Continuum:
    """Shift a random annotator's spans for each, pivots half a mean length apart if they can."""
    n = continuum.n_annotators
    low = min(0.0, float(continuum.starts.min()))
    high = max(continuum.length or 0.0, float(continuum.ends.max()))
    apart = float((continuum.ends - continuum.starts).mean()) / 2
    while True:
        pivots = _pivots(low, high, apart, n, rng)
        models = rng.integers(0, n, n)
        picked = [np.flatnonzero(continuum.annotators == model) for model in models]
        if any(map(len, picked)):
            break
    units = np.concatenate(picked)
    annotators = np.repeat(np.arange(n), [len(units) for units in picked])
    starts = continuum.starts[units] + pivots[annotators]
    starts = np.where(starts > high, starts + low - high, starts)
    ends = starts + (continuum.ends - continuum.starts)[units]
    return Continuum(starts, ends, continuum.categories[units], annotators, n)


def _pivots(low: float, high: float, apart: float, count: int, rng: np.random.Generator) -> Floats:
    """Whole positions, drawn from what the earlier ones leave free, or anywhere if nothing is."""
    candidates: Floats = np.floor(low) + np.arange(max(1, int(np.ceil(high - low))))
    free: Bools = np.ones(len(candidates), dtype=np.bool_)
    pivots = np.empty(count)
    for i in range(count):
        pivots[i] = rng.choice(candidates[free] if free.any() else candidates)
        free &= np.abs(candidates - pivots[i]) > apart
    return pivots
