"""A document's spans become random documents that look like it: what chance would align.

Two samplers are in use and give different coefficients, so a result names the one it used.
"""

from itertools import pairwise
from typing import Literal

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .alignment import Continuum

Sampler = Literal["pygamma", "mathet"]

#: Random spans are at least this long.
SHORTEST = 1e-6


def random_continua(
    continuum: Continuum, n_samples: int, generator: np.random.Generator, sampler: Sampler
) -> list[Continuum]:
    """Draw random continua with as many annotators as `continuum`, which has spans.

    ``"pygamma"``: gaussian number of spans, gaps and lengths, independent categories (the default
    of the program pygamma-agreement). ``"mathet"``: each annotator is a randomly chosen one, turned
    around a random pivot (the paper of 2015).
    """
    if sampler == "pygamma":
        return _gaussian(continuum, n_samples, generator)
    if sampler == "mathet":
        return [_turned(continuum, generator) for _ in range(n_samples)]
    raise ValueError(f'sampler "{sampler}" is unknown; choose "pygamma" or "mathet"')


def _gaussian(
    continuum: Continuum, n_samples: int, generator: np.random.Generator
) -> list[Continuum]:
    n = continuum.n_annotators
    counts = _counts(continuum, n_samples, generator)
    total = int(counts.sum())
    gaps = _gaps(continuum)
    lengths = continuum.ends - continuum.starts
    step = generator.normal(gaps.mean(), gaps.std(), total)
    length = np.abs(generator.normal(lengths.mean(), lengths.std(), total))
    while (short := length < SHORTEST).any():
        length[short] = np.abs(generator.normal(lengths.mean(), lengths.std(), int(short.sum())))
    values, frequency = np.unique(continuum.categories, return_counts=True)
    categories = generator.choice(values, total, p=frequency / frequency.sum())
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


def _counts(continuum: Continuum, n_samples: int, generator: np.random.Generator) -> Ints:
    """Spans per sample and annotator; none of the samples is empty."""
    observed = np.bincount(continuum.annotators, minlength=continuum.n_annotators)
    drawn = generator.normal(observed.mean(), observed.std(), (n_samples, continuum.n_annotators))
    counts = np.abs(drawn.astype(np.int64))
    counts[:, 0] = np.maximum(counts[:, 0], 1)
    return counts


def _gaps(continuum: Continuum) -> Floats:
    """From each span's end to the next start, from 0 to the first start, and a zero."""
    order = np.lexsort(
        (continuum.categories, continuum.ends, continuum.starts, continuum.annotators)
    )
    starts, ends = continuum.starts[order], continuum.ends[order]
    same = np.diff(continuum.annotators[order]) == 0
    first = starts[np.concatenate(([True], ~same))]
    return np.concatenate(([0.0], (starts[1:] - ends[:-1])[same], first[first > 0]))


def _turned(continuum: Continuum, generator: np.random.Generator) -> Continuum:
    """Turn a random annotator's spans for each, pivots half a mean length apart if they can."""
    n = continuum.n_annotators
    low = min(0.0, float(continuum.starts.min()))
    high = max(continuum.length or 0.0, float(continuum.ends.max()))
    apart = float((continuum.ends - continuum.starts).mean()) / 2
    while True:
        pivots = _pivots(low, high, apart, n, generator)
        models = generator.integers(0, n, n)
        picked = [np.flatnonzero(continuum.annotators == model) for model in models]
        if any(map(len, picked)):
            break
    units = np.concatenate(picked)
    annotators = np.repeat(np.arange(n), [len(own) for own in picked])
    starts = continuum.starts[units] + pivots[annotators]
    starts = np.where(starts > high, starts + low - high, starts)
    ends = starts + (continuum.ends - continuum.starts)[units]
    return Continuum(starts, ends, continuum.categories[units], annotators, n)


def _pivots(
    low: float, high: float, apart: float, count: int, generator: np.random.Generator
) -> Floats:
    """Whole positions, drawn from what the earlier ones leave free, or anywhere if nothing is."""
    candidates: Floats = np.floor(low) + np.arange(max(1, int(np.ceil(high - low))))
    free: Bools = np.ones(len(candidates), dtype=np.bool_)
    pivots = np.empty(count)
    for i in range(count):
        pivots[i] = generator.choice(candidates[free] if free.any() else candidates)
        free &= np.abs(candidates - pivots[i]) > apart
    return pivots
