"""A thousand bootstrap replicates of alpha from sums, beside refitting `krippendorff` each time.

    python benchmarks/bootstrap.py [--articles 1000] [--refits 5]

Both draw the same articles. The refits are timed on a few replicates and scaled up to all.
"""

import argparse
import sys
import time

import krippendorff
import numpy as np

from signalbook.export.coefficients.alpha import alpha_from_coincidences, coincidence_matrices
from signalbook.export.coefficients.bootstrap import resample
from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.distances import Level

REPLICATES = 1000


def generated(n_articles: int, units_each: int, n_values: int, seed: int = 0) -> Floats:
    """Three raters by units, article after article, a fifth of it missing."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_values, size=n_articles * units_each)
    noise = rng.integers(n_values, size=(3, len(truth)))
    table = np.where(rng.random(noise.shape) < 0.7, truth, noise).astype(np.float64)
    table[rng.random(table.shape) < 0.2] = np.nan
    return table


def refit(table: Floats, drawn: Ints, level: Level) -> float:
    n_articles = len(drawn)
    by_article = table.reshape(3, n_articles, -1)[:, drawn].reshape(3, -1)
    return float(krippendorff.alpha(reliability_data=by_article, level_of_measurement=level))


def compare(n_articles: int, n_values: int, level: Level, refits: int) -> str:
    table = generated(n_articles, 100, n_values)
    start = time.perf_counter()
    present = ~np.isnan(table.T)
    units, codes = np.nonzero(present)[0], table.T[present].astype(np.int64)
    matrices = coincidence_matrices(units, codes, n_values, np.arange(table.shape[1]) // 100)
    summed = time.perf_counter() - start
    start = time.perf_counter()
    values = resample(matrices, lambda sums: alpha_from_coincidences(sums, level))
    ours = time.perf_counter() - start
    drawn = np.random.default_rng(0).integers(n_articles, size=(REPLICATES, n_articles))
    start = time.perf_counter()
    refitted = [refit(table, drawn[i], level) for i in range(refits)]
    theirs = (time.perf_counter() - start) * REPLICATES / refits
    assert np.allclose(values[:refits], refitted, atol=1e-12)
    return (
        f"{n_articles:>9,} {table.shape[1]:>9,} {n_values:>6}  {level:<9}{summed:>8.3f} s"
        f"{ours:>9.3f} s{theirs:>10.1f} s{theirs / (ours + summed):>9.0f} x{theirs / ours:>9.0f} x"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--refits", type=int, default=5)
    chosen = parser.parse_args()
    print("$ python", *sys.argv)
    print("articles     units values  level        sums  replicates  refitting  with sums  without")
    rows: list[tuple[int, int, Level]] = [
        (chosen.articles // 10, 5, "nominal"),
        (chosen.articles, 5, "nominal"),
        (chosen.articles, 5, "ordinal"),
        (chosen.articles, 5, "interval"),
        (chosen.articles, 20, "nominal"),
    ]
    for row in rows:
        print(compare(*row, chosen.refits), flush=True)


if __name__ == "__main__":
    main()
