"""Fields are numbered and spans aligned once, however many measures and models read them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement import gamma_measures, span_arrays, span_groups
from signalbook.export.agreement.coded_corpus import CodedCorpus, CodedField, code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.coefficients.ratings import RatedUnits
from signalbook.export.report.build import agreement_report
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.scheme.model import Scheme


@pytest.fixture
def coded(scheme: Scheme) -> CodedCorpus:
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    made = [simulate(example, scheme, name=n, seed=4, count_errors=lambda _: 0) for n in "abc"]
    return code_corpus(gather(made, scheme))


def counting(made: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*given: object, **named: object) -> object:
        made[name] += 1
        return function(*given, **named)

    return counted


def test_a_report_codes_each_field_once_and_aligns_once_for_each_question(
    coded: CodedCorpus, scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = len(coded.fields)
    made: Counter[str] = Counter()
    monkeypatch.setattr(RatedUnits, "ratings", counting(made, "coded", RatedUnits.ratings))
    for module, function in (
        (span_groups, "best_alignments"),
        (span_arrays, "best_alignments"),
        (gamma_measures, "align_continua"),
    ):
        aligning = counting(made, module.__name__.rpartition(".")[2], vars(module)[function])
        monkeypatch.setattr(module, function, aligning)
    report = agreement_report(coded.corpus)
    assert report.data
    assert report.html
    assert report.files()
    assert made == {
        "coded": fields,
        # What is marked first, and what mentions it again.
        "span_groups": 1 + any(kind.counts_once for kind in scheme.relation_types),
        "span_arrays": 1,
        # By position, of all spans and of each type; by position and type together.
        "gamma_measures": len(scheme.span_types) + 2,
    }


def values_of(coded: CodedField) -> list[tuple[object, object, object]]:
    ratings = coded.ratings
    return [
        (ratings.unit_names[unit], ratings.rater_names[rater], ratings.values[code])
        for unit, rater, code in zip(ratings.units, ratings.raters, ratings.codes, strict=True)
    ]


def test_restricted_to_some_annotators_a_field_holds_what_they_say(coded: CodedCorpus) -> None:
    for field in coded.fields:
        kept = [row for row in values_of(field) if row[1] in (0, 2)]
        assert values_of(field.restrict_raters((0, 2))) == kept


def test_restricted_to_no_article_a_field_holds_nothing(coded: CodedCorpus) -> None:
    for field in coded.fields:
        assert values_of(field.restrict_articles(np.array([False]))) == []
        assert values_of(field.restrict_articles(np.array([True]))) == values_of(field)


def test_other_numbers_mean_the_same_values(coded: CodedCorpus) -> None:
    for field in coded.fields:
        recoded = field.recode(["unused", *reversed(field.ratings.values)])
        assert recoded.ratings.values[0] == "unused"
        assert values_of(recoded) == values_of(field)
