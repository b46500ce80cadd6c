"""The best alignment is the best: against reference values, all partitions, and another program."""

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.gamma import branch_and_bound as search
from signalbook.export.coefficients.gamma import solver
from signalbook.export.coefficients.gamma.alignment import (
    Alignment,
    Continuum,
    Dissimilarity,
    best_alignment,
    best_alignments,
)
from signalbook.export.coefficients.gamma.branch_and_bound import branch_and_bound
from signalbook.export.coefficients.gamma.components import Component, GroupCosts

Case = dict[str, Any]
CASES: list[Case] = [
    case
    for case in json.loads(
        (Path(__file__).parents[1] / "reference_cases.json").read_text(encoding="utf-8")
    )
    if case["coefficient"] == "gamma_best_alignment_disorder"
]


def continuum(units: list[dict[str, Any]]) -> Continuum:
    annotators = sorted({unit["annotator"] for unit in units})
    categories = sorted({unit["category"] for unit in units})
    return Continuum(
        np.array([float(unit["start"]) for unit in units]),
        np.array([float(unit["end"]) for unit in units]),
        np.array([categories.index(unit["category"]) for unit in units]),
        np.array([annotators.index(unit["annotator"]) for unit in units]),
        len(annotators),
    )


def align(spans: Continuum, **parameters: float) -> Alignment:
    return best_alignment(
        spans.starts,
        spans.ends,
        spans.categories,
        spans.annotators,
        spans.n_annotators,
        **parameters,
    )


def spans(*rows: tuple[int, float, float, int], n: int) -> Continuum:
    annotators, starts, ends, categories = zip(*rows, strict=True)
    return Continuum(
        np.array(starts, np.float64),
        np.array(ends, np.float64),
        np.array(categories),
        np.array(annotators),
        n,
    )


def crowded(seed: int, n: int, each: int, length: float, longest: float = 200) -> Continuum:
    """Random spans, as many for each annotator, that overlap the more the shorter the text."""
    generator = np.random.default_rng(seed)
    starts = np.floor(generator.uniform(0, length, n * each))
    ends = starts + np.floor(generator.uniform(longest / 10, longest, n * each))
    categories = generator.integers(0, 4, n * each)
    return Continuum(starts, ends, categories, np.repeat(np.arange(n), each), n)


def realistic(seed: int, n: int, each: int, length: float) -> Continuum:
    """The same spans for all, some overlooked, moved a little, some with another category."""
    generator = np.random.default_rng(seed)
    starts = generator.uniform(0, length, each)
    ends = starts + 3 + generator.exponential(40, each)
    kept = np.flatnonzero(generator.random(n * each) < 0.9)
    annotators, truth = kept // each, kept % each
    starts = np.round(starts[truth] + generator.normal(0, 8, len(kept)))
    ends = np.maximum(starts + 1, np.round(ends[truth] + generator.normal(0, 8, len(kept))))
    mistaken = generator.random(len(kept)) < 0.15
    categories = np.where(mistaken, generator.integers(0, 4, len(kept)), truth % 4)
    return Continuum(starts, ends, categories, annotators, n)


def distance(marked: Continuum, i: int, j: int, alpha: float, beta: float) -> float:
    apart = abs(marked.starts[i] - marked.starts[j]) + abs(marked.ends[i] - marked.ends[j])
    length = marked.ends[i] - marked.starts[i] + marked.ends[j] - marked.starts[j]
    return float(
        alpha * (apart / length) ** 2 + beta * (marked.categories[i] != marked.categories[j])
    )


def disorder(marked: Continuum, groups: Ints, alpha: float = 1.0, beta: float = 1.0) -> float:
    """The definition, word for word: empty places cost 1, each group the mean over its pairs."""
    total = 0.0
    for group in set(groups.tolist()):
        place = {int(marked.annotators[u]): int(u) for u in np.flatnonzero(groups == group)}
        assert len(place) == (groups == group).sum()
        pairs = list(combinations(range(marked.n_annotators), 2))
        for a, b in pairs:
            both = a in place and b in place
            total += (distance(marked, place[a], place[b], alpha, beta) if both else 1) / len(pairs)
    return total / (len(marked) / marked.n_annotators)


def partitions(marked: Continuum, u: int = 0) -> Iterator[list[list[int]]]:
    if u == len(marked):
        yield []
        return
    for rest in partitions(marked, u + 1):
        yield [[u], *rest]
        for i, group in enumerate(rest):
            if marked.annotators[u] not in marked.annotators[group]:
                yield [*rest[:i], [u, *group], *rest[i + 1 :]]


def labels(partition: list[list[int]]) -> Ints:
    out = np.zeros(sum(map(len, partition)), np.int64)
    for number, group in enumerate(partition):
        out[group] = number
    return out


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_reference_disorder_is_reproduced_and_proven(case: Case) -> None:
    parameters = case["data"]["params"]
    alignment = align(
        continuum(case["data"]["continuum"]),
        alpha=parameters["alpha"],
        beta=parameters["beta"],
        delta_empty=parameters["deltaEmpty"],
    )
    assert alignment.disorder == pytest.approx(case["expected"], abs=case["tolerance"])
    assert alignment.proven


@pytest.mark.parametrize("n", [2, 3, 4])
def test_no_partition_is_better(n: int) -> None:
    for seed in range(6):
        marked = crowded(seed, n, 8 // n, 200)
        alpha, beta = [(1, 1), (3, 1), (1, 2)][seed % 3]
        best = min(disorder(marked, labels(p), alpha, beta) for p in partitions(marked))
        alignment = align(marked, alpha=alpha, beta=beta)
        assert alignment.disorder == pytest.approx(best, abs=1e-9)
        assert disorder(marked, alignment.groups, alpha, beta) == pytest.approx(best, abs=1e-9)
        assert alignment.proven
        assert alignment.bound == alignment.disorder


def peer_disorder(marked: Continuum, alpha: float, beta: float) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pygamma_agreement
        from pyannote.core import Segment

        other = pygamma_agreement.Continuum()
        for a in range(marked.n_annotators):
            other.add_annotator(str(a))
        for row in zip(
            marked.annotators, marked.starts, marked.ends, marked.categories, strict=True
        ):
            other.add(str(row[0]), Segment(float(row[1]), float(row[2])), str(row[3]))
        measure = pygamma_agreement.CombinedCategoricalDissimilarity(alpha=alpha, beta=beta)
        return float(other.get_best_alignment(measure).disorder)


STRESS = {
    "sparse pair": (realistic, 2, 15, 4000),
    "sparse three": (realistic, 3, 15, 4000),
    "sparse four": (realistic, 4, 8, 2000),
    "dense pair": (crowded, 2, 15, 800),
    "dense three": (crowded, 3, 15, 800),
    "dense four": (crowded, 4, 7, 400),
}


@pytest.mark.xdist_group("pygamma")  # which compiles itself anew in each process
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", STRESS)
def test_another_program_finds_the_same_disorder(name: str) -> None:
    make, n, each, length = STRESS[name]
    for seed in range(5):
        marked = make(seed, n, each, length)
        alpha, beta = [(1, 1), (3, 1), (1, 2), (1, 0), (2, 1)][seed]
        alignment = align(marked, alpha=alpha, beta=beta)
        assert alignment.disorder == pytest.approx(peer_disorder(marked, alpha, beta), abs=1e-6)
        assert alignment.disorder == pytest.approx(
            disorder(marked, alignment.groups, alpha, beta), abs=1e-9
        )
        assert alignment.proven


@pytest.mark.parametrize("make", [realistic, crowded])
def test_eight_annotators_are_aligned_with_proof(make: Any) -> None:
    marked = make(1, 8, 15, 4000)
    alignment = align(marked)
    assert alignment.proven
    assert alignment.disorder == pytest.approx(disorder(marked, alignment.groups), abs=1e-9)


def test_one_very_long_span_does_not_stop_the_proof() -> None:
    marked = realistic(2, 3, 100, 20000)
    with_long = Continuum(
        np.append(marked.starts, 0.0),
        np.append(marked.ends, 21000.0),
        np.append(marked.categories, 0),
        np.append(marked.annotators, 0),
        3,
    )
    alignment, without = align(with_long), align(marked)
    assert alignment.proven
    assert alignment.disorder == pytest.approx(disorder(with_long, alignment.groups), abs=1e-9)
    assert alignment.disorder * len(with_long) <= without.disorder * len(marked) + 3


def test_what_cannot_be_proven_is_bounded() -> None:
    marked = crowded(3, 10, 15, 600)
    (alignment,) = best_alignments([marked], Dissimilarity(), effort=10)
    assert not alignment.proven
    assert 0 <= alignment.bound < alignment.disorder
    assert alignment.disorder == pytest.approx(disorder(marked, alignment.groups), abs=1e-9)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_groups_generated_on_demand_give_the_same_as_all_of_them(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = crowded(n, n, 24 // n, 300)
    listed = align(marked)
    monkeypatch.setattr(solver, "MAX_ENUMERATED", 2)
    generated = align(marked)
    assert generated.proven
    assert generated.disorder == pytest.approx(listed.disorder, abs=1e-9)


def weights_of(marked: Continuum) -> Floats:
    """What every two spans in one group add to its cost."""
    k = len(marked)
    return np.array([[distance(marked, i, j, 1, 1) - 1 for j in range(k)] for i in range(k)])


def test_an_integer_program_finds_the_best_where_the_search_takes_too_long() -> None:
    marked = crowded(24, 3, 15, 800)
    k, groups = len(marked), np.arange(len(marked))
    component = Component(weights_of(marked), np.array([0, 15, 30, 45]), GroupCosts.of(1, 1, 3))
    cost, bound = branch_and_bound(component, groups, np.zeros(k), 3.0 * k, 0.0, 10**6)
    assert cost == pytest.approx(align(marked).disorder * k, abs=1e-6)
    assert bound == pytest.approx(cost, abs=1e-6)
    assert disorder(marked, groups) == pytest.approx(cost / k, abs=1e-6)


@pytest.mark.parametrize("limit", ["_MAX_READ", "_MAX_FOR_PROGRAM"])
def test_a_search_that_would_take_too_long_ends_with_a_bound(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = crowded(24, 3, 15, 800)
    k, groups = len(marked), np.arange(len(marked))
    component = Component(weights_of(marked), np.array([0, 15, 30, 45]), GroupCosts.of(1, 1, 3))
    best = align(marked).disorder * k
    monkeypatch.setattr(search, "_MAX_READ", 1)
    monkeypatch.setattr(search, limit, 1)
    cost, bound = branch_and_bound(component, groups, np.zeros(k), 3.0 * k, 0.0, 10**6)
    assert bound <= best + 1e-6
    assert cost >= best - 1e-6
    assert (cost > bound + 1e-6) == (limit == "_MAX_FOR_PROGRAM")


def test_identical_spans_of_one_annotator_are_both_kept() -> None:
    alignment = align(spans((0, 0, 9, 0), (0, 0, 9, 0), (1, 0, 9, 0), (1, 0, 9, 0), n=2))
    assert alignment.groups.tolist() == [0, 1, 0, 1]
    assert alignment.disorder == 0
    lone = align(spans((0, 0, 9, 0), (0, 0, 9, 0), (1, 0, 9, 0), n=2))
    assert lone.disorder == pytest.approx(1 / 1.5)


def test_without_beta_categories_do_not_matter() -> None:
    marked = spans((0, 0, 9, 0), (1, 0, 9, 1), n=2)
    assert align(marked, beta=0).disorder == 0
    assert align(marked).disorder == 1


def test_disorder_is_proportional_to_the_cost_of_an_empty_place() -> None:
    marked = crowded(4, 3, 6, 300)
    assert align(marked, delta_empty=2.5).disorder == pytest.approx(2.5 * align(marked).disorder)


def test_several_continua_are_aligned_as_each_alone() -> None:
    several = [crowded(seed, 3 - seed % 2, 6, 300) for seed in range(4)]
    for marked, alignment in zip(several, best_alignments(several, Dissimilarity()), strict=True):
        assert alignment.groups.tolist() == align(marked).groups.tolist()
        assert alignment.disorder == pytest.approx(align(marked).disorder, abs=1e-12)


def test_no_span_has_no_disorder() -> None:
    none, no_code = np.zeros(0), np.zeros(0, np.int64)
    alignment = best_alignment(none, none, no_code, no_code, 2)
    assert (len(alignment.groups), alignment.disorder, alignment.proven) == (0, 0.0, True)


@pytest.mark.parametrize(
    ("starts", "annotators", "n", "message"),
    [
        ([5.0], [0], 2, r"span \[5, 5\) is empty"),
        ([1.0], [2], 2, "annotator 2 is not one of 2"),
        ([1.0], [0], 1, "1 annotator: an alignment needs two"),
    ],
)
def test_what_has_no_meaning_is_refused(
    starts: list[float], annotators: list[int], n: int, message: str
) -> None:
    ends: Floats = np.array([5.0])
    with pytest.raises(ValueError, match=message):
        best_alignment(np.array(starts), ends, np.array([0]), np.array(annotators), n)


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        align(spans((0, 0, 9, 0), n=2), alpha=-1)


def test_machine_code_that_is_kept_need_not_be_made_again(tmp_path: Path) -> None:
    program = """
import numpy as np
from signalbook.export.coefficients.gamma.components import (
    BatchSpans, GroupCosts, dissimilarity, must_compile
)
before = must_compile()
places, codes = np.ones(2), np.zeros(2, np.int64)
dissimilarity(BatchSpans(places, places + 1, codes, codes), 0, 1, GroupCosts.of(1.0, 1.0, 2))
print(before, must_compile())
"""
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert said == ["True False\n", "False False\n"]
