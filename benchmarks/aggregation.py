"""Dawid-Skene and MACE beside crowd-kit, on the same simulated labels.

    python benchmarks/aggregation.py [--units 30000] [--large 300000]

Three of twenty simulated annotators label each unit. Both fit Dawid-Skene to the same tolerance in
likelihood; crowd-kit's MACE runs its restarts one by one from one and the same start, so one
restart of it is timed and scaled up to ten. Workers and labels are numbered in order of appearance,
because its MACE mixes that order with the sorted one. Posteriors are asserted equal.

Then how far soft labels can be believed: 250 units that 3 annotators of differing accuracy, with
confusions of their own, gave one of 16 values each. The expected calibration error is the mean
distance between the probability of the likeliest value and how often it is true, in ten bins
(Naeini et al. 2015): of all runs together, then the mean and the range of single runs, whose units
are so few that even the true model is off by what the first line says.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import pandas as pd
from crowdkit.aggregation import MACE, DawidSkene

from signalbook.export.annotators.models import (
    MAX_ITERATIONS,
    SMOOTHING,
    SMOOTHING_RIGHT,
)
from signalbook.export.coefficients.coefficient import Bools, Floats, Ints
from signalbook.export.coefficients.dawid_skene import fit_dawid_skene
from signalbook.export.coefficients.mace import fit_mace

N_VALUES = 5
FEW_UNITS, MANY_VALUES = 250, 16
#: Pseudo-counts of every confusion, and in addition of being right.
PSEUDO_COUNTS = [(0.01, 0), (0.5, 0), (1, 0), (0.5, 4), (SMOOTHING, SMOOTHING_RIGHT), (1, 4)]
#: Lowest and highest of annotators.
ACCURACY = (0.5, 0.95)
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
            smoothing=1e-10, right=0, tolerance=0, max_iterations=ITERATIONS,
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


def judged(seed: int) -> tuple[Floats, Floats, Ints, Ints]:
    """Prior, confusions, true values and judgements of 250 units by 3 annotators."""
    rng = np.random.default_rng([seed, 7])
    prior = 0.9 * rng.dirichlet(np.ones(MANY_VALUES)) + 0.1 / MANY_VALUES
    shared = rng.dirichlet(np.full(MANY_VALUES, 0.3), size=MANY_VALUES)
    confusion = np.empty((3, MANY_VALUES, MANY_VALUES))
    skills: list[float] = rng.uniform(*ACCURACY, size=3).tolist()
    for rater, skill in enumerate(skills):
        own = rng.dirichlet(np.full(MANY_VALUES, 0.3), size=MANY_VALUES)
        for value in range(MANY_VALUES):
            wrong = shared[value] + own[value]
            wrong[value] = 0
            right = min(max(float(rng.beta(skill * 12, (1 - skill) * 12)), 0.02), 0.99)
            confusion[rater, value] = (1 - right) * wrong / wrong.sum()
            confusion[rater, value, value] = right
    truth = rng.choice(MANY_VALUES, size=FEW_UNITS, p=prior)
    codes = [[rng.choice(MANY_VALUES, p=confusion[r, t]) for r in range(3)] for t in truth]
    return prior, confusion, truth, np.array(codes)


def of_true_model(prior: Floats, confusion: Floats, codes: Ints) -> Floats:
    joint = prior * np.prod([confusion[r][:, codes[:, r]].T for r in range(3)], axis=0)
    return np.asarray(joint / joint.sum(axis=1, keepdims=True), dtype=np.float64)


def calibration_error(probability: Floats, is_right: Bools) -> float:
    bins = np.minimum((probability * 10).astype(int), 9)
    gaps = np.bincount(bins, probability - is_right, minlength=10)
    return float(np.abs(gaps).sum() / len(probability))


def soft_labels(seed: int) -> tuple[dict[str, Floats], Ints]:
    prior, confusion, truth, codes = judged(seed)
    data = np.repeat(np.arange(FEW_UNITS), 3), np.tile(np.arange(3), FEW_UNITS), codes.ravel()
    made = {"true model": of_true_model(prior, confusion, codes)}
    made["share of votes"] = np.eye(MANY_VALUES)[codes].mean(axis=1)
    made["MACE"] = fit_mace(*data, MANY_VALUES, max_iterations=MAX_ITERATIONS).posteriors
    for smoothing, right in PSEUDO_COUNTS:
        fitted = fit_dawid_skene(*data, MANY_VALUES, smoothing=smoothing, right=right)
        made[f"Dawid-Skene {smoothing} + {right}"] = fitted.posteriors
    return made, truth


def compare_calibration(n_runs: int) -> Iterator[str]:
    runs = [soft_labels(seed) for seed in range(n_runs)]
    for name in runs[0][0]:
        surest = [made[name].max(axis=1) for made, _ in runs]
        right = [made[name].argmax(axis=1) == truth for made, truth in runs]
        single = [calibration_error(*run) for run in zip(surest, right, strict=True)]
        every, all_right = np.concatenate(surest), np.concatenate(right)
        yield (
            f"{name:<24}{all_right.mean():>8.3f}{every.mean():>12.3f}"
            f"{calibration_error(every, all_right):>10.3f}{np.mean(single):>8.3f}"
            f"   {min(single):.3f} to {max(single):.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=30_000)
    parser.add_argument("--large", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=30, help="of the soft labels")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")  # crowd-kit calls pandas in ways that it deprecates
    print("$ python", *sys.argv)
    print(f"{ITERATIONS} iterations each; MACE with 10 restarts")
    print("model          labels       ours   crowd-kit   ratio same label     right")
    print(compare_dawid_skene(chosen.units), flush=True)
    print(compare_dawid_skene(chosen.large), flush=True)
    print(compare_mace(chosen.units), flush=True)
    print(
        f"\nsoft labels of {FEW_UNITS} units x 3 annotators x {MANY_VALUES} values, {chosen.runs} runs"
    )
    print("                           right  probability    error   a run   from")
    for of_model in compare_calibration(chosen.runs):
        print(of_model, flush=True)


if __name__ == "__main__":
    main()
