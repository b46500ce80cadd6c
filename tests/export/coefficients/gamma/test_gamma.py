"""Gamma of articles: reference values, what counts as data, and what is undefined."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from signalbook.export.coefficients.gamma.alignment import Continuum, Dissimilarity, best_alignments
from signalbook.export.coefficients.gamma.gamma import gamma_from_sums, mathet_gamma
from signalbook.export.coefficients.gamma.sampling import random_continua

Case = dict[str, Any]
CASES: list[Case] = [
    case
    for case in json.loads(
        (Path(__file__).parents[1] / "reference_cases.json").read_text(encoding="utf-8")
    )
    if case["coefficient"] == "gamma_given_sampled_continua"
]


def continuum(units: list[dict[str, Any]], annotators: list[str]) -> Continuum:
    categories = sorted({unit["category"] for unit in units})
    return Continuum(
        np.array([float(unit["start"]) for unit in units]),
        np.array([float(unit["end"]) for unit in units]),
        np.array([categories.index(unit["category"]) for unit in units]),
        np.array([annotators.index(unit["annotator"]) for unit in units]),
        len(annotators),
    )


def article(seed: int, n: int = 3, each: int = 6, *, moved: float = 3) -> Continuum:
    """The same spans for all annotators, moved a little."""
    generator = np.random.default_rng(seed)
    starts = np.sort(generator.uniform(0, 60 * each, each))
    ends = starts + generator.uniform(10, 40, each)
    shift = generator.uniform(-moved, moved, n * each)
    categories = np.tile(generator.integers(0, 3, each), n)
    annotators = np.repeat(np.arange(n), each)
    return Continuum(
        np.tile(starts, n) + shift, np.tile(ends, n) + shift, categories, annotators, n
    )


def empty(n: int) -> Continuum:
    none = np.zeros(0)
    return Continuum(none, none, none.astype(np.int64), none.astype(np.int64), n)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_gamma_of_the_listed_random_continua_is_reproduced(case: Case) -> None:
    data, tolerance = case["data"], case["tolerance"]
    annotators = sorted({unit["annotator"] for unit in data["continuum"]})
    parameters = data["params"]
    measure = Dissimilarity(parameters["alpha"], parameters["beta"], parameters["deltaEmpty"])
    listed = [continuum(units, annotators) for units in data["sampledContinua"]]
    (observed, *drawn) = best_alignments(
        [continuum(data["continuum"], annotators), *listed], measure
    )
    disorders = [alignment.disorder for alignment in drawn]
    assert disorders == pytest.approx(data["sampled_disorders"], abs=tolerance)
    assert all(alignment.proven for alignment in (observed, *drawn))
    expected = case["expected"]["expected_disorder"]
    value = gamma_from_sums(np.array([observed.disorder, expected]))
    assert value == pytest.approx(case["expected"]["gamma"], abs=tolerance)


def test_a_corpus_weights_disorder_with_the_mean_number_of_spans() -> None:
    result = mathet_gamma([article(0), article(1, n=2), article(2, n=4, each=9)], n_samples=5)
    assert result.weights.tolist() == [6, 6, 9]
    observed, expected = (result.observed * result.weights).sum(), result.expected @ result.weights
    assert result.value == pytest.approx(1 - observed / expected)
    assert result.value == pytest.approx(gamma_from_sums(result.sums.sum(axis=0)))
    assert 0.5 < (result.value or 0) < 1
    assert result.proven == 1
    assert (result.sampler, result.n_samples.tolist()) == ("pygamma", [5, 5, 5])


def test_a_article_bootstrap_needs_only_the_sums() -> None:
    articles = [article(seed, moved=3 * seed) for seed in range(3)]
    result = mathet_gamma(articles, n_samples=4)
    counts = np.array([[1, 1, 1], [3, 0, 0], [0, 2, 1]])
    values = gamma_from_sums(counts @ result.sums)
    assert values[0] == pytest.approx(result.value)
    assert values[1] == pytest.approx(mathet_gamma(articles[:1], n_samples=4).value)


def test_marking_nothing_is_data_and_not_seeing_is_not() -> None:
    marked = article(0, n=2)
    third = Continuum(marked.starts, marked.ends, marked.categories, marked.annotators, 3)
    two, three = mathet_gamma([marked]), mathet_gamma([third])
    assert two.value is not None
    assert three.value is not None
    assert three.value < two.value
    assert three.weights.tolist() == [4]


def test_articles_seen_by_fewer_than_two_take_no_part() -> None:
    alone = Continuum(np.array([0.0]), np.array([5.0]), np.array([0]), np.array([0]), 1)
    with_others = mathet_gamma([article(0), alone, empty(3)], n_samples=4)
    assert with_others.value == mathet_gamma([article(0)], n_samples=4).value
    assert with_others.articles[1] is None
    assert with_others.articles[2] is not None
    assert with_others.sums[1:].tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("articles", "reason"),
    [
        ([], "no article was seen by two annotators"),
        ([empty(1)], "no article was seen by two annotators"),
        ([empty(2), empty(3)], "no annotator marked anything"),
    ],
)
def test_what_is_undefined_says_why(articles: list[Continuum], reason: str) -> None:
    result = mathet_gamma(articles)
    assert (result.value, result.reason) == (None, reason)


def test_perfect_agreement_is_one() -> None:
    assert mathet_gamma([article(0, moved=0)]).value == 1


def test_an_empty_span_is_refused() -> None:
    wrong = Continuum(np.array([3.0]), np.array([3.0]), np.array([0]), np.array([0]), 2)
    with pytest.raises(ValueError, match=r"span \[3, 3\) is empty"):
        mathet_gamma([wrong])


def test_the_seed_decides_and_the_other_articles_do_not() -> None:
    first, second = article(0), article(1)
    both = mathet_gamma([first, second], n_samples=3, seed=7)
    assert both.expected[0] == mathet_gamma([first], n_samples=3, seed=7).expected[0]
    assert both.expected[0] != mathet_gamma([first], n_samples=3, seed=8).expected[0]


def test_articles_some_at_a_time_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    continua = [article(0), article(1, n=2), empty(3), article(2, n=4), article(3, n=2)]
    at_once = mathet_gamma(continua, n_samples=4)
    monkeypatch.setattr("signalbook.export.coefficients.gamma.gamma._CHUNK", 2)
    parts = mathet_gamma(continua, n_samples=4)
    assert parts.value == at_once.value
    assert parts.sums.tolist() == at_once.sums.tolist()


def test_precision_draws_more_until_the_expected_disorder_is_known() -> None:
    result = mathet_gamma([article(0)], n_samples=10, precision=0.02)
    assert result.n_samples[0] > 10
    assert mathet_gamma([article(0)], n_samples=10, precision=0.9).n_samples[0] == 10


def test_where_chance_has_no_disorder_no_precision_is_asked_of_it() -> None:
    same = Continuum(np.zeros(2), np.ones(2), np.zeros(2, np.int64), np.arange(2), 2)
    result = mathet_gamma([same], precision=0.02)
    assert (result.value, result.reason) == (None, "chance has no disorder")


@pytest.mark.parametrize(("samples", "precision"), [(0, None), (5, 0.0), (5, 1.0)])
def test_a_senseless_number_of_samples_is_refused(samples: int, precision: float | None) -> None:
    with pytest.raises(ValueError, match="one or more"):
        mathet_gamma([article(0)], n_samples=samples, precision=precision)


def test_an_unknown_sampler_is_refused() -> None:
    with pytest.raises(ValueError, match='sampler "other" is unknown'):
        mathet_gamma([article(0)], sampler="other")  # type: ignore[arg-type]  # pyright: ignore


@pytest.mark.xdist_group("pygamma")  # which compiles itself anew in each process
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sampler", ["pygamma", "mathet"])
def test_chance_is_as_disordered_as_in_the_other_program(sampler: Any) -> None:
    marked = article(0, n=2, each=8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pygamma_agreement
        from pyannote.core import Segment

        peer = pygamma_agreement.Continuum()
        for row in zip(
            marked.annotators, marked.starts, marked.ends, marked.categories, strict=True
        ):
            peer.add(str(row[0]), Segment(float(row[1]), float(row[2])), str(row[3]))
        measure = pygamma_agreement.CombinedCategoricalDissimilarity()
        peer_sampler = {
            "pygamma": pygamma_agreement.StatisticalContinuumSampler,
            "mathet": pygamma_agreement.ShuffleContinuumSampler,
        }[sampler]()
        np.random.seed(0)
        peer_sampler.init_sampling(peer)
        disorders = [
            peer_sampler.sample_from_continuum.get_best_alignment(measure).disorder
            for _ in range(100)
        ]
    (aligned,) = mathet_gamma([marked], sampler=sampler, n_samples=2000).articles
    assert aligned is not None
    assert aligned.chance is not None
    error = 3 * np.std(disorders) / np.sqrt(len(disorders))
    assert aligned.chance.disorder == pytest.approx(np.mean(disorders), abs=error)


def test_turned_spans_keep_their_lengths_and_their_annotator() -> None:
    marked = article(3, n=3)
    for drawn in random_continua(marked, 20, np.random.default_rng(0), "mathet"):
        assert drawn.n_annotators == 3
        for annotator in range(3):
            lengths = np.sort((drawn.ends - drawn.starts)[drawn.annotators == annotator])
            models = [
                np.sort((marked.ends - marked.starts)[marked.annotators == a]) for a in range(3)
            ]
            assert any(np.allclose(lengths, model) for model in models)


@pytest.mark.parametrize("sampler", ["pygamma", "mathet"])
def test_a_random_continuum_is_never_empty(sampler: Any) -> None:
    lone = Continuum(np.array([2.0]), np.array([5.0]), np.array([0]), np.array([0]), 3)
    assert all(len(drawn) for drawn in random_continua(lone, 50, np.random.default_rng(0), sampler))
