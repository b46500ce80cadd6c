"""Random articles that look like one article: what chance would align.

Two samplers are in use and give different coefficients, so a result names the one it used.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .alignment import Continuum

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
    n = continuum.n_annotators
    counts = _counts(continuum, n_samples, rng)
    total = int(counts.sum())
    step = rng.normal(*_mean_and_deviation(_gaps(continuum)), total)
    lengths = _mean_and_deviation(continuum.ends - continuum.starts)
    length = np.abs(rng.normal(*lengths, total))
    while (short := length < _MIN_LENGTH).any():
        length[short] = np.abs(rng.normal(*lengths, int(short.sum())))
    categories = _categories(continuum, total, rng)
    flat = counts.ravel()
    run = np.concatenate(([0.0], np.cumsum(step + length)))
    begins = np.repeat(run[np.cumsum(flat) - flat], flat)
    ends = run[1:] - begins
    annotators = np.repeat(np.tile(np.arange(n), n_samples), flat)
    cuts = np.concatenate(([0], np.cumsum(counts.sum(axis=1))))
    return [
        Continuum(
            ends[low:high] - length[low:high],
            ends[low:high],
            categories[low:high],
            annotators[low:high],
            n,
        )
        for low, high in pairwise(cuts)
    ]


def _counts(continuum: Continuum, n_samples: int, rng: np.random.Generator) -> Ints:
    """Spans per sample and annotator; none of the samples is empty."""
    observed = np.bincount(continuum.annotators, minlength=continuum.n_annotators)
    drawn = rng.normal(*_mean_and_deviation(observed), (n_samples, continuum.n_annotators))
    counts = np.abs(drawn.astype(np.int64))
    counts[:, 0] = np.maximum(counts[:, 0], 1)
    return counts


def _categories(continuum: Continuum, total: int, rng: np.random.Generator) -> Ints:
    """As many categories, drawn as often as they occur."""
    first = continuum.categories[0]
    if (continuum.categories == first).all():
        return np.full(total, first, np.int64)
    values, frequency = np.unique(continuum.categories, return_counts=True)
    return rng.choice(values, total, p=frequency / frequency.sum())


def _mean_and_deviation(values: Floats | Ints) -> tuple[float, float]:
    """Of few values, for which the methods of an array take several times as long."""
    mean = values.sum() / len(values)
    apart = values - mean
    return float(mean), float(np.sqrt(apart @ apart / len(values)))


def _gaps(continuum: Continuum) -> Floats:
    """From each span's end to the next start, from 0 to the first start, and a zero."""
    order = np.lexsort(
        (continuum.categories, continuum.ends, continuum.starts, continuum.annotators)
    )
    starts, ends = continuum.starts[order], continuum.ends[order]
    same = np.diff(continuum.annotators[order]) == 0
    first = starts[np.concatenate(([True], ~same))]
    return np.concatenate(([0.0], (starts[1:] - ends[:-1])[same], first[first > 0]))


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
