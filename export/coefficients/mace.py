"""MACE: the probable category of each unit, and how often each rater knew it.

Hovy, D., Berg-Kirkpatrick, T., Vaswani, A. and Hovy, E. (2013). Learning whom to trust with MACE.
NAACL-HLT, 1120-1130. A rater j either knows the category of a unit and gives it (probability
``theta_j``) or guesses from a distribution of their own (``xi_j``).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from .coefficient import Floats, Ints
from .dawid_skene import normalise
from .patterns import Patterns, distinct_patterns


@dataclass(frozen=True)
class Mace:
    """A fitted model of R raters, U units and V categories."""

    #: Probability of each category for each unit, ``[U, V]``; uniform where nobody rated.
    posteriors: Floats
    #: ``theta``: probability that a rater knows, ``[R]``; NaN without a rating.
    competence: Floats
    #: ``xi``: distribution of a rater's guesses, ``[R, V]``.
    strategies: Floats
    #: Log likelihood of the ratings in the best of the restarts.
    log_likelihood: float
    #: Iterations of the best restart.
    iterations: int
    #: Whether the best restart stopped by itself.
    converged: bool
    #: Log likelihood of every restart, ``[n_restarts]``; if they differ, more may help.
    restarts: Floats

    @property
    def labels(self) -> Ints:
        """The most probable category of each unit, ``[U]``; the first of equals."""
        return np.asarray(np.argmax(self.posteriors, axis=1), dtype=np.int64)


@dataclass(frozen=True)
class _IndexedRatings:
    """Ratings of U patterns of units, with indices ready for the sums of both steps."""

    said: Patterns
    #: ``pattern * V + code`` and ``rater * V + code``, ``[n]``.
    unit_cells: Ints
    rater_cells: Ints
    #: How often each rater gave each category, ``[R, V]``.
    given: Ints
    #: U, R, V.
    shape: tuple[int, int, int]


@dataclass(frozen=True)
class _Restart:
    knows: Floats
    strategies: Floats
    likelihood: float
    iterations: int
    converged: bool


def fit_mace(
    units: Ints,
    raters: Ints,
    codes: Ints,
    n_values: int,
    *,
    n_units: int | None = None,
    n_raters: int | None = None,
    n_restarts: int = 10,
    max_iterations: int = 50,
    tolerance: float = 1e-5,
    seed: int = 0,
    know_prior: float = 0.5,
    strategy_prior: float = 10.0,
) -> Mace:
    """Fit MACE by variational expectation maximisation with restarts; the likeliest is kept.

    Raters may have rated any units, and a unit more than once. The priors are those of
    the paper.

    Args:
        units: Unit of each rating, ``[n]`` integers, numbered from 0.
        raters: Rater of each rating, ``[n]`` integers, numbered from 0.
        codes: Category of each rating, ``[n]`` integers; negative is missing.
        n_values: Number of categories, V.
        n_units: Number of units, U, if the last ones may have no rating.
        n_raters: Number of raters, R, if the last ones may have no rating.
        n_restarts: Number of random starts.
        max_iterations: Iterations after which a start stops unconverged.
        tolerance: Change below which a start has converged: of the share of ratings that were
            known, for every rater and category.
        seed: Seed of the starts; equal seeds give equal results.
        know_prior: Symmetric Beta prior of ``theta``.
        strategy_prior: Symmetric Dirichlet prior of ``xi``.

    Returns:
        The model of the likeliest start.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    data = _index(units, raters, codes, n_values, n_units, n_raters)
    priors = (know_prior, strategy_prior)
    restarts = [
        _fit(data, np.random.default_rng([seed, start]), priors, max_iterations, tolerance)
        for start in range(max(n_restarts, 1))
    ]
    best = max(restarts, key=lambda restart: restart.likelihood)
    posteriors, _, _ = _expect(data, best.knows, best.strategies)
    rated = data.given.sum(axis=1) > 0
    share = best.knows[:, 1] / best.knows.sum(axis=1)
    return Mace(
        posteriors=posteriors[data.said.of_units],
        competence=np.where(rated, share, np.nan),
        strategies=best.strategies / best.strategies.sum(axis=1, keepdims=True),
        log_likelihood=best.likelihood,
        iterations=best.iterations,
        converged=best.converged,
        restarts=np.array([restart.likelihood for restart in restarts]),
    )


def _index(
    units: Ints, raters: Ints, codes: Ints, n_values: int, n_units: int | None, n_raters: int | None
) -> _IndexedRatings:
    n_units = max(n_units or 0, int(np.max(units, initial=-1)) + 1)
    n_raters = max(n_raters or 0, int(np.max(raters, initial=-1)) + 1)
    said = distinct_patterns(units, raters, codes, n_values, n_units)
    rater_cells = said.raters * n_values + said.codes
    given = np.bincount(rater_cells, said.weights, minlength=n_raters * n_values)
    return _IndexedRatings(
        said,
        said.patterns * n_values + said.codes,
        rater_cells,
        given.reshape(n_raters, n_values).astype(np.int64),
        (len(said.counts), n_raters, n_values),
    )


def _fit(
    data: _IndexedRatings,
    rng: np.random.Generator,
    priors: tuple[float, float],
    max_iterations: int,
    tolerance: float,
) -> _Restart:
    """Run one start; `knows` holds the weights of guessing and of knowing, ``[R, 2]``."""
    _, n_raters, n_values = data.shape
    knows = rng.uniform(1, 2.5, size=(n_raters, 2))
    strategies = rng.uniform(1, 2.5, size=(n_raters, n_values))
    knows /= knows.sum(axis=1, keepdims=True)
    strategies /= strategies.sum(axis=1, keepdims=True)
    _, n_known, likelihood = _expect(data, knows, strategies)
    iteration, converged = 0, False
    while iteration < max_iterations and not converged:
        iteration += 1
        knows, strategies = _maximise(data, n_known, priors)
        previous = n_known
        _, n_known, likelihood = _expect(data, knows, strategies)
        # The likelihood is not what variational steps climb, so it may turn before they settle.
        converged = bool(np.all(np.abs(n_known - previous) <= tolerance * data.given))
    return _Restart(knows, strategies, likelihood, iteration, converged)


def _expect(
    data: _IndexedRatings, knows: Floats, strategies: Floats
) -> tuple[Floats, Floats, float]:
    """Posteriors ``[U, V]``, ratings probably known ``[R, V]``, and the log likelihood.

    A rating's probability is ``guess`` under every category but its own, and ``guess + know``
    under its own, so a unit's logarithms are one sum plus a gain for each rated category.
    """
    n_units, _, n_values = data.shape
    guess = knows[:, :1] * strategies
    know = np.broadcast_to(knows[:, 1:], guess.shape)
    gain = np.log1p(know / guess).ravel()[data.rater_cells]
    joint = np.bincount(data.unit_cells, gain, minlength=n_units * n_values)
    joint = joint.reshape(n_units, n_values) - np.log(n_values)
    posteriors, evidence = normalise(joint, data.said.counts)
    share = (know / (guess + know)).ravel()[data.rater_cells] * data.said.weights
    n_known = np.bincount(
        data.rater_cells, posteriors.ravel()[data.unit_cells] * share, minlength=guess.size
    )
    base = float((data.given * np.log(guess)).sum())
    return posteriors, np.asarray(n_known.reshape(guess.shape), dtype=np.float64), evidence + base


def _maximise(
    data: _IndexedRatings, n_known: Floats, priors: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Variational weights of knowing ``[R, 2]`` and of guesses ``[R, V]``."""
    guessed = data.given - n_known
    counts = np.stack([guessed.sum(axis=1), n_known.sum(axis=1)], axis=1)
    return _variational(counts, priors[0]), _variational(guessed, priors[1])


def _variational(counts: Floats | Ints, prior: float) -> Floats:
    """Geometric means of the Dirichlet posterior of each row; they sum to less than 1."""
    weights = counts.astype(np.float64) + prior
    total: Floats = weights.sum(axis=1, keepdims=True)
    return np.asarray(np.exp(digamma(weights) - digamma(total)), dtype=np.float64)
