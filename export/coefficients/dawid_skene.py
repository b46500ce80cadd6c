"""Dawid and Skene's model: the probable category of each unit, each rater's confusion matrix.

Dawid, A. P. and Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates using
the EM algorithm. Applied Statistics 28, 20-28. All products are sums of logarithms; each of the two
steps is one product with a sparse matrix of units by (rater, value).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from .coefficient import Floats, Ints
from .patterns import distinct_patterns


@dataclass(frozen=True)
class DawidSkene:
    """A fitted model of R raters, U units and V categories."""

    #: Probability of each category for each unit, ``[U, V]``; the prior where nobody rated.
    posteriors: Floats
    #: Probability of each category, ``[V]``.
    prior: Floats
    #: ``P(given | true)``, ``[R, V true, V given]``; uniform for a rater without a rating.
    confusion: Floats
    #: Probability that a rater is right about a unit drawn at random, ``[R]``; NaN without a
    #: rating.
    competence: Floats
    #: Log likelihood of the ratings.
    log_likelihood: float
    #: Iterations until it converged or gave up.
    iterations: int
    #: Whether the last iteration gained less than the tolerance.
    converged: bool

    @property
    def labels(self) -> Ints:
        """The most probable category of each unit, ``[U]``; the first of equals."""
        return np.asarray(np.argmax(self.posteriors, axis=1), dtype=np.int64)


def fit_dawid_skene(
    units: Ints,
    raters: Ints,
    codes: Ints,
    n_values: int,
    *,
    n_units: int | None = None,
    n_raters: int | None = None,
    smoothing: float = 0.01,
    right: float = 0.0,
    tolerance: float = 1e-7,
    max_iterations: int = 500,
) -> DawidSkene:
    """Fit Dawid and Skene's model by expectation maximisation, starting from the shares of votes.

    Raters may have rated any units, and a unit more than once. The steps are equations 2.3 to 2.5
    of the paper, with a pseudo-count.

    Args:
        units: Unit of each rating, ``[n]`` integers, numbered from 0.
        raters: Rater of each rating, ``[n]`` integers, numbered from 0.
        codes: Category of each rating, ``[n]`` integers; negative is missing.
        n_values: Number of categories, V.
        n_units: Number of units, U, if the last ones may have no rating.
        n_raters: Number of raters, R, if the last ones may have no rating.
        smoothing: Pseudo-count added to every cell of confusion and prior, that is, a symmetric
            Dirichlet prior; keeps what has not been seen possible.
        right: Further pseudo-count of each cell of confusion in which a rater is right.
        tolerance: Gain in penalised log likelihood per rating below which the fit has converged.
        max_iterations: Iterations after which the fit stops unconverged.

    Returns:
        The fitted model.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    n_units = max(n_units or 0, int(np.max(units, initial=-1)) + 1)
    n_raters = max(n_raters or 0, int(np.max(raters, initial=-1)) + 1)
    said = distinct_patterns(units, raters, codes, n_values, n_units)
    counts = said.counts
    votes = _votes(said.patterns, said.raters, said.codes, (len(counts), n_raters, n_values))
    by_cell = votes.T.tocsr()
    n_ratings = int(np.sum(codes >= 0))
    posteriors = _shares(votes, n_raters, n_values)
    previous, converged, iteration = -np.inf, False, 0
    added = smoothing + right * np.eye(n_values)
    prior, confusion = _maximise(by_cell, posteriors, counts, smoothing, added)
    while iteration < max_iterations and not converged:
        iteration += 1
        posteriors, likelihood = _expect(votes, counts, prior, confusion)
        objective = likelihood + float(
            smoothing * np.log(prior).sum() + (added * np.log(confusion)).sum()
        )
        converged = objective - previous <= tolerance * max(n_ratings, 1)
        previous = objective
        if not converged:
            prior, confusion = _maximise(by_cell, posteriors, counts, smoothing, added)
    posteriors, likelihood = _expect(votes, counts, prior, confusion)
    rated = np.bincount(raters[codes >= 0], minlength=n_raters) > 0
    right = np.einsum("k,rkk->r", prior, confusion)
    return DawidSkene(
        posteriors=posteriors[said.of_units],
        prior=prior,
        confusion=confusion,
        competence=np.where(rated, right, np.nan),
        log_likelihood=likelihood,
        iterations=iteration,
        converged=converged,
    )


def _votes(units: Ints, raters: Ints, codes: Ints, shape: tuple[int, int, int]) -> csr_array:
    """How often each rater gave each value to each unit, ``[U, R * V]``, sparse."""
    n_units, n_raters, n_values = shape
    cells = raters * n_values + codes
    return csr_array((np.ones(len(cells)), (units, cells)), shape=(n_units, n_raters * n_values))


def _shares(votes: csr_array, n_raters: int, n_values: int) -> Floats:
    """The share of votes for each value, uniform without votes; ``[U, V]``."""
    counts = np.asarray(votes @ np.tile(np.eye(n_values), (n_raters, 1)), dtype=np.float64)
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), 1 / n_values)


def _maximise(
    by_cell: csr_array, posteriors: Floats, counts: Ints, smoothing: float, added: Floats
) -> tuple[Floats, Floats]:
    """Prior and confusion from the posteriors of as many units each; ``[V]``, ``[R, V, V given]``."""
    n_values = posteriors.shape[1]
    given = np.asarray(by_cell @ (posteriors * counts[:, None])).reshape(-1, n_values, n_values)
    confusion = given.swapaxes(1, 2) + added
    # Units without a rating say nothing about the prior beyond repeating it, so they are left in.
    prior = counts @ posteriors + smoothing
    return prior / prior.sum(), confusion / confusion.sum(axis=2, keepdims=True)


def _expect(
    votes: csr_array, counts: Ints, prior: Floats, confusion: Floats
) -> tuple[Floats, float]:
    """Posteriors ``[U, V]`` and the log likelihood of the ratings of as many units each."""
    by_cell = np.log(confusion).swapaxes(1, 2).reshape(-1, len(prior))
    joint = np.asarray(votes @ by_cell) + np.log(prior)
    return normalise(joint, counts)


def normalise(joint: Floats, counts: Ints) -> tuple[Floats, float]:
    """Posteriors of each row, ``[U, V]``, and the log evidence of as many units of each.

    What `scipy.special.logsumexp` does, without its checks, which would take most of the time of
    an iteration.
    """
    highest = joint[:, 0].copy()
    for column in joint.T[1:]:  # several times faster than max(axis=1) over a few columns
        np.maximum(highest, column, out=highest)
    weights: Floats = np.exp(joint - highest[:, None])
    total: Floats = np.einsum("uv->u", weights)
    return weights / total[:, None], float(counts @ (np.log(total) + highest))
