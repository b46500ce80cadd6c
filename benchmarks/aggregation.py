"""Dawid-Skene and MACE beside crowd-kit, on the same simulated labels.

    python benchmarks/aggregation.py [--units 30000] [--large 300000]

Three of twenty simulated annotators label each unit. Both fit Dawid-Skene to the same tolerance in
likelihood; crowd-kit's MACE runs its restarts one by one from one and the same start, so one
restart of it is timed and scaled up to ten. Workers and labels are numbered in order of appearance,
because its MACE mixes that order with the sorted one. Posteriors are asserted equal.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd
from crowdkit.aggregation import MACE, DawidSkene

from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.dawid_skene import fit_dawid_skene
from signalbook.export.coefficients.mace import fit_mace

N_VALUES = 5
ITERATIONS = 50

_Result = TypeVar("_Result")


def generated(n_units: int, seed: int = 0) -> tuple[Ints, Ints, Ints, Ints]:
    """Units, raters, codes, and the true category of each unit."""
    rng = np.random.default_rng(seed)
    skill = rng.uniform(0.4, 0.95, size=20)
    truth = rng.integers(N_VALUES, size=n_units)
    units = np.repeat(np.arange(n_units), 3)
    raters = np.argsort(rng.random((n_units, 20)), axis=1)[:, :3].ravel()
    right = rng.random(len(units)) < skill[raters]
    codes = np.where(right, truth[units], rng.integers(N_VALUES, size=len(units)))
    numbers, names = pd.factorize(codes)
    return units, pd.factorize(raters)[0], numbers, np.argsort(names)[truth]


def timed(run: Callable[[], _Result]) -> tuple[_Result, float]:
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


def posteriors(peer: pd.DataFrame | None) -> Floats:
    assert peer is not None
    return peer.sort_index()[list(range(N_VALUES))].to_numpy()


def line(name: str, n_labels: int, ours: float, theirs: float, agree: float, right: float) -> str:
    return (
        f"{name:<12}{n_labels:>9,}{ours:>9.2f} s{theirs:>10.2f} s{theirs / ours:>8.0f} x"
        f"{agree:>10.2%}{right:>10.2%}"
    )


def compare_dawid_skene(n_units: int) -> str:
    units, raters, codes, truth = generated(n_units)
    table = pd.DataFrame({"task": units, "worker": raters, "label": codes})
    peer, theirs = timed(lambda: DawidSkene(n_iter=ITERATIONS, tol=0).fit(table))
    model, ours = timed(
        lambda: fit_dawid_skene(
            units, raters, codes, N_VALUES,
            smoothing=1e-10, tolerance=0, max_iterations=ITERATIONS,
        )
    )  # fmt: skip
    assert np.allclose(model.posteriors, posteriors(peer.probas_), atol=0.01)
    agree = (model.labels == posteriors(peer.probas_).argmax(axis=1)).mean()
    return line("Dawid-Skene", len(codes), ours, theirs, agree, (model.labels == truth).mean())


def compare_mace(n_units: int) -> str:
    units, raters, codes, truth = generated(n_units)
    table = pd.DataFrame({"task": units, "worker": raters, "label": codes})
    peer, theirs = timed(lambda: MACE(n_restarts=1, n_iter=ITERATIONS).fit(table))
    model, ours = timed(
        lambda: fit_mace(units, raters, codes, N_VALUES, tolerance=0, max_iterations=ITERATIONS)
    )
    assert np.allclose(model.posteriors, posteriors(peer.probas_), atol=0.01)
    agree = (model.labels == posteriors(peer.probas_).argmax(axis=1)).mean()
    right = (model.labels == truth).mean()
    return line("MACE", len(codes), ours, 10 * theirs, agree, right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=30_000)
    parser.add_argument("--large", type=int, default=300_000)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # crowd-kit calls pandas in ways that it deprecates
    print("$ python", *sys.argv)
    print(f"{ITERATIONS} iterations each; MACE with 10 restarts")
    print("model          labels       ours   crowd-kit   ratio same label     right")
    print(compare_dawid_skene(chosen.units), flush=True)
    print(compare_dawid_skene(chosen.large), flush=True)
    print(compare_mace(chosen.units), flush=True)


if __name__ == "__main__":
    main()
