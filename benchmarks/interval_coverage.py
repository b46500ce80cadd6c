"""How often a 95 % interval of alpha contains the true alpha, by number of articles.

    python benchmarks/interval_coverage.py [--runs 500] [--replicates 1000]

Articles are simulated: 5 to 40 units each, two simulated annotators with three categories, and an
error rate per article, so that units of one article depend on each other. The true alpha is that
of a very large corpus. Coverage within about 2 points of 95 is within the noise of 500 runs.
"""

import argparse
import sys

import numpy as np

from signalbook.export.coefficients.alpha import alpha_from_coincidences, coincidence_matrices
from signalbook.export.coefficients.bootstrap import IntervalMethod, confidence_interval
from signalbook.export.coefficients.coefficient import Floats

METHODS: tuple[IntervalMethod, ...] = ("percentile", "bca", "jackknife")


def simulated(n_articles: int, rng: np.random.Generator) -> Floats:
    """Coincidence matrices of simulated articles."""
    sizes = rng.integers(5, 41, size=n_articles)
    articles = np.repeat(np.arange(n_articles), sizes)
    error = rng.beta(2, 8, size=n_articles)[articles]
    truth = rng.choice(3, p=[0.6, 0.3, 0.1], size=len(articles))
    guess = rng.integers(3, size=(len(articles), 2))
    codes = np.where(rng.random(guess.shape) < error[:, None], guess, truth[:, None])
    units = np.repeat(np.arange(len(articles)), 2)
    return coincidence_matrices(units, codes.ravel(), 3, articles)


def coverage(
    n_articles: int, method: IntervalMethod, runs: int, replicates: int, true: float
) -> str:
    hits, above, below, widths = 0, 0, 0, list[float]()
    for run in range(runs):
        sums = simulated(n_articles, np.random.default_rng([n_articles, run]))
        interval = confidence_interval(
            sums, alpha_from_coincidences, method=method, replicates=replicates, seed=run
        )
        assert interval.low is not None
        assert interval.high is not None
        above += true > interval.high
        below += true < interval.low
        hits += interval.low <= true <= interval.high
        widths.append(interval.high - interval.low)
    return (
        f"{n_articles:>9} {method:<11}{hits / runs:>9.1%}{below / runs:>13.1%}"
        f"{above / runs:>13.1%}{np.mean(widths):>12.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--replicates", type=int, default=1000)
    chosen = parser.parse_args()
    corpus = simulated(200_000, np.random.default_rng(0)).sum(axis=0)
    true = float(alpha_from_coincidences(corpus))
    print("$ python", *sys.argv)
    print(f"true alpha {true:.4f}")
    print("articles method      covered  true is below  true is above  mean width")
    for n_articles in (10, 20, 50, 200):
        for method in METHODS:
            print(coverage(n_articles, method, chosen.runs, chosen.replicates, true), flush=True)


if __name__ == "__main__":
    main()
