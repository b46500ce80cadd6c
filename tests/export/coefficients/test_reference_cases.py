"""Published and peer-computed values are reproduced; `reference_cases.json` names their sources."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from signalbook.export.coefficients import (
    alpha,
    distances,
    kappa,
    kappa_many_raters,
    unitizing,
)
from signalbook.export.coefficients.dawid_skene import DawidSkene, fit_dawid_skene
from signalbook.export.coefficients.ratings import Ratings
from signalbook.export.coefficients.span_matching import Spans
from signalbook.export.coefficients.unitizing_1995 import alpha_u, unitizing_disagreements

Case = dict[str, Any]
CASES: list[Case] = [
    case
    for case in json.loads(
        Path(__file__).with_name("reference_cases.json").read_text(encoding="utf-8")
    )
    if not case["name"].startswith("gamma")
]


def of(*coefficients: str) -> pytest.MarkDecorator:
    cases = [case for case in CASES if case["coefficient"] in coefficients]
    assert cases
    return pytest.mark.parametrize(
        "case",
        cases,
        ids=[f"{case['name']}-{case['coefficient']}-{case['level']}" for case in cases],
    )


def ratings(case: Case) -> Ratings:
    values, layout = case["data"]["values"], case["data"]["layout"]
    rows: list[tuple[int, int, int, Any]] = []
    if layout == "raters_x_units":
        rows = [(0, u, r, v) for r, row in enumerate(values) for u, v in enumerate(row)]
    elif layout == "contingency":
        cells = [
            (i, j)
            for i, row in enumerate(values)
            for j, times in enumerate(row)
            for _ in range(times)
        ]
        rows = [(0, u, r, cell[r]) for u, cell in enumerate(cells) for r in (0, 1)]
    else:
        rows = [
            (0, u, r, tuple(cast("list[str]", v)) if isinstance(v, list) else v)
            for u, row in enumerate(values)
            for r, v in enumerate(row)
        ]
    return Ratings.from_rows(rows, sorted({row[3] for row in rows if row[3] is not None}))


def dkpro_masi(first: frozenset[str], second: frozenset[str]) -> float:
    if first == second:
        return 0.0
    factor = 1 / 3 if first <= second or second <= first else 2 / 3 if first & second else 1.0
    return distances.jaccard_distance(first, second) * factor


def dkpro_lenient(first: frozenset[str], second: frozenset[str]) -> float:
    if first == second:
        return 0.0
    return 1 / 3 if first <= second or second <= first else 2 / 3 if first & second else 1.0


SETS: dict[str, Callable[[frozenset[str], frozenset[str]], float]] = {
    "set_jaccard": distances.jaccard_distance,
    "set_masi_passonneau2006": distances.masi_distance,
    "set_masi_dkpro_variant": dkpro_masi,
    "set_dkpro_lenient": dkpro_lenient,
}


@of("krippendorff_alpha")
def test_alpha_reproduces_the_reference(case: Case) -> None:
    data, level = ratings(case), case["level"]
    distance: Any = level
    if level in SETS:
        sets = [frozenset(cast("tuple[str, ...]", value)) for value in data.values]
        distance = distances.distance_matrix(sets, SETS[level])
    numbers = cast("tuple[float, ...]", data.values) if level in ("interval", "ratio") else None
    computed = alpha.krippendorff_alpha(
        data.units, data.codes, distance, n_values=len(data.values), values=numbers
    )
    if case["name"] == "degenerate_single_category":
        assert computed.value is None  # peers say 1 or refuse; we say undefined
        assert computed.reason == "no variation: every value is the same"
    else:
        assert computed.value == pytest.approx(case["expected"], abs=case["tolerance"])


@of("gwet_ac1", "gwet_ac2_quadratic")
def test_gwet_reproduces_the_reference(case: Case) -> None:
    data = ratings(case)
    measure = kappa.gwet_ac1 if case["coefficient"] == "gwet_ac1" else kappa.gwet_ac2
    computed = measure(data.units, data.codes, len(data.values)).value
    assert computed == pytest.approx(case["expected"], abs=case["tolerance"])


@of("fleiss_kappa", "fleiss_kappa_per_category")
def test_fleiss_reproduces_the_reference(case: Case) -> None:
    data = ratings(case)
    arguments = data.units, data.codes, len(data.values)
    if case["coefficient"] == "fleiss_kappa":
        computed: Any = kappa_many_raters.fleiss_kappa(*arguments).value
    else:
        computed = kappa_many_raters.fleiss_kappa_per_category(*arguments)
    assert computed == pytest.approx(case["expected"], abs=case["tolerance"])


@of("cohen_kappa", "scott_pi", "bennett_s")
def test_two_coder_measures_reproduce_the_reference(case: Case) -> None:
    table = np.array(case["data"]["values"], dtype=float)
    computed = getattr(kappa, case["coefficient"])(table)
    assert computed.value == pytest.approx(case["expected"], abs=case["tolerance"])


@of("alpha_U_1995_2004", "alpha_U_1995_2004_category")
def test_the_older_unitizing_alpha_reproduces_the_reference(case: Case) -> None:
    data = case["data"]
    begin, parts = data["begin"], np.zeros(2)
    for label in data.get("category", "ck"):
        spans = {
            str(name): np.array(
                [
                    (span["start"] - begin, span["end"] - begin)
                    for span in data["spans"]
                    if (span["annotator"], span["label"]) == (name, label)
                ]
            )
            for name in (0, 1)
        }
        parts += unitizing_disagreements(data["length"], spans)
    assert float(alpha_u(parts)) == pytest.approx(case["expected"], abs=case["tolerance"])


@of("u_alpha_2016", "bar_u_alpha_2016", "cu_alpha_2016", "(k)u_alpha_2016")
def test_the_unitizing_family_reproduces_the_reference(case: Case) -> None:
    data = case["data"]
    labels = sorted({span["label"] for span in data["spans"]})
    spans: dict[str, Spans] = {
        name: Spans.from_rows(
            (0, span["start"], span["end"], labels.index(span["label"]))
            for span in data["spans"]
            if span["annotator"] == name
        )
        for name in {span["annotator"] for span in data["spans"]}
    }
    seen = {name: np.array([True]) for name in spans}
    sums = unitizing.partition_sums(np.array([data["length"]]), spans, seen, len(labels))[0]
    each = unitizing.ku_alpha(sums)
    computed = {
        "u_alpha_2016": unitizing.u_alpha(sums),
        "bar_u_alpha_2016": unitizing.binary_u_alpha(sums),
        "cu_alpha_2016": unitizing.cu_alpha(sums),
        "(k)u_alpha_2016": each[labels.index(data.get("category", labels[0]))],
    }
    assert float(computed[case["coefficient"]]) == pytest.approx(
        case["expected"], abs=case["tolerance"]
    )


def anaesthetists() -> DawidSkene:
    """Five observers of 45 patients; the first looked three times."""
    [patients] = [case for case in CASES if case["coefficient"] == "dawid_skene_class_marginals"]
    rows = [
        (patient, observer, value - 1)
        for patient, row in enumerate(patients["data"]["values"])
        for observer, given in enumerate(row)
        for value in given
    ]
    units, raters, codes = np.array(rows, dtype=np.int64).T
    return fit_dawid_skene(units, raters, codes, 4, smoothing=1e-10, tolerance=1e-10)


@of("dawid_skene_class_marginals", "dawid_skene_labels", "dawid_skene_observer1_confusion_diag")
def test_dawid_skene_reproduces_the_reference(case: Case) -> None:
    fitted = anaesthetists()
    computed = {
        "dawid_skene_class_marginals": fitted.prior,
        "dawid_skene_labels": fitted.labels + 1,
        "dawid_skene_observer1_confusion_diag": np.diag(fitted.confusion[0]),
    }[case["coefficient"]]
    assert fitted.converged
    assert computed.tolist() == pytest.approx(case["expected"], abs=case["tolerance"])


def test_every_case_but_those_of_gamma_is_tested() -> None:
    tested = {
        "krippendorff_alpha", "gwet_ac1", "gwet_ac2_quadratic", "fleiss_kappa",
        "fleiss_kappa_per_category", "cohen_kappa", "scott_pi", "bennett_s", "alpha_U_1995_2004",
        "alpha_U_1995_2004_category", "u_alpha_2016", "bar_u_alpha_2016", "cu_alpha_2016",
        "(k)u_alpha_2016", "dawid_skene_class_marginals", "dawid_skene_labels",
        "dawid_skene_observer1_confusion_diag",
    }  # fmt: skip
    assert {case["coefficient"] for case in CASES} == tested
