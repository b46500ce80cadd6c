"""The coefficient that a field is judged by, and what stands beside it.

The scheme names the coefficient; the usual one is Krippendorff's alpha at the field's level of
measurement. Gwet's AC shows whether prevalence alone depresses alpha, a value's alpha which value
is at fault, and the matching how many spans the rest speaks of.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

import numpy as np

from signalbook.export.coefficients.alpha import (
    alpha_from_coincidences,
    alpha_from_sums,
    coincidence_matrices,
    disagreement_sums,
)
from signalbook.export.coefficients.coefficient import Floats, Ints, divide
from signalbook.export.coefficients.distances import (
    Distance,
    Weighting,
    masi_distances,
)
from signalbook.export.coefficients.intraclass import (
    SINGLE_UNIT,
    TOO_FEW_IN_COMMON,
    TwoWayForm,
    intraclass_correlation_from_sums,
    intraclass_sums,
    two_way_intraclass_correlation_from_sums,
    two_way_intraclass_sums,
)
from signalbook.export.coefficients.kappa import gwet_ac_from_sums, gwet_ac_sums
from signalbook.export.coefficients.kappa_many_raters import (
    brennan_prediger_from_sums,
    conger_kappa_from_sums,
    conger_kappa_sums,
    fleiss_kappa_from_sums,
)
from signalbook.export.coefficients.ratings import Ratings
from signalbook.schema.scheme.coefficients import DESCRIPTIVE, alpha_of
from signalbook.schema.scheme.model import Field, Json

from .coded_corpus import CodedCorpus, CodedField
from .corpus import Corpus
from .measure import Measure, MeasureName, Statistic, measure, nothing_marked, target_of

_NO_PAIRS = "no unit has two values"
_SAME_VALUES = "no variation: every value is the same"
_OPEN = "the scheme does not list all values, and {} depends on how many there are"
#: Coefficients whose chance depends on how many values are possible -> what to call them.
_OF_LISTED_VALUES = {
    "gwet_ac1": "AC",
    "gwet_ac2_quadratic": "AC",
    "brennan_prediger": "Brennan and Prediger's kappa",
}
#: Sums of squares of smaller numbers are finite, however many there are.
_LARGE = 1e100
_TWO_WAY_FORMS: Mapping[str, TwoWayForm] = {
    "icc_agreement": "agreement",
    "icc_consistency": "consistency",
}
_OF_CATEGORIES = (*_OF_LISTED_VALUES, "fleiss_kappa", "conger_kappa")


def field_measure(coded: CodedField, corpus: Corpus, *, by: str = "") -> Measure:
    """One coefficient of a field.

    Args:
        coded: What annotators say of the field.
        corpus: The annotations.
        by: The coefficient, as a scheme names it, which then stands beside the one that the field
            is judged by; by default, that one.
    """
    name = coded.name(by or judging_coefficient(coded.field), secondary=bool(by))
    target = None if by else target_of(coded.field.agreement)
    if name.coefficient in _OF_CATEGORIES:
        return _of_categories(coded, corpus, name, target)
    n = int((coded.sizes > 1).sum())
    statistics, statistic = _statistics(coded, len(corpus.articles), name.coefficient)
    return measure(
        name,
        statistics,
        statistic,
        corpus=corpus,
        n=n,
        reason=_why_undefined(coded, n, name.coefficient),
        target=target,
        observed=_observed_agreement(coded.ratings),
        details={**_blank(coded), **_commonest(coded)},
    )


def field_value(coded: CodedField, corpus: Corpus) -> float | None:
    """The value of the coefficient that a field is judged by, without what intervals need.

    Args:
        coded: What annotators say of the field.
        corpus: The annotations.
    """
    coefficient = judging_coefficient(coded.field)
    if coefficient in _OF_CATEGORIES:
        return field_measure(coded, corpus).value
    ratings = coded.ratings
    in_one = replace(ratings, articles=np.zeros_like(ratings.articles), article_names=(0,))
    sums, statistic = _statistics(replace(coded, ratings=in_one), 1, coefficient)
    value = float(statistic(sums[0]))
    return value if np.isfinite(value) else None


def _why_undefined(coded: CodedField, n: int, coefficient: str) -> str:
    """Why a coefficient has no value, if it has none."""
    if not n:
        return _NO_PAIRS
    if coefficient.startswith("icc") and n == 1:
        return SINGLE_UNIT
    if coefficient in _TWO_WAY_FORMS and np.unique(_numbers(coded.ratings)).size > 1:
        return TOO_FEW_IN_COMMON
    return _SAME_VALUES


def _blank(coded: CodedField) -> dict[str, Json]:
    blank, asked = coded.blanks or (0, 0)
    return {"blank_values": blank, "values": asked} if blank else {}


def _commonest(coded: CodedField) -> dict[str, Json]:
    """The commonest value, as annotators wrote it, and its share, of units with two or more."""
    codes = coded.ratings.codes[coded.sizes[coded.ratings.units] > 1]
    counts = np.bincount(codes[codes >= 0])
    if not counts.size:
        return {}
    value = coded.ratings.values[int(counts.argmax())]
    chosen: Hashable | list[str] = (coded.written or {}).get(value, value)
    if coded.field.level == "set":
        chosen = sorted(map(str, _as_set(value)))
    elif coded.field.is_reference:
        chosen = str(value)
    return {
        "commonest_value": cast("Json", chosen),
        "commonest_share": float(counts.max() / counts.sum()),
    }


def judging_coefficient(field: Field) -> str:
    """The coefficient that a field is judged by, or described by if it is not judged."""
    named = field.agreement.coefficient if field.agreement else ""
    return alpha_of(field.level) if named in ("", DESCRIPTIVE) else named


def _statistics(coded: CodedField, size: int, coefficient: str) -> tuple[Floats, Statistic]:
    """What a coefficient is a function of, by article, and the function."""
    ratings = coded.ratings
    if coefficient == "icc":
        numbers = _numbers(ratings)[ratings.codes]
        sums = intraclass_sums(ratings.units, numbers, coded.articles, n_articles=size)
        return sums, intraclass_correlation_from_sums
    if coefficient in _TWO_WAY_FORMS:
        form = _TWO_WAY_FORMS[coefficient]
        sums = two_way_intraclass_sums(
            *(ratings.units, ratings.raters, _numbers(ratings)[ratings.codes], coded.articles),
            n_articles=size,
        )
        return sums, lambda total: two_way_intraclass_correlation_from_sums(total, form)
    if coefficient != "percent_agreement":
        return _alpha_statistics(coded, size, coefficient.removeprefix(alpha_of("")))
    many = max(len(ratings.values), 1)
    articles = coded.articles
    sums = disagreement_sums(ratings.units, ratings.codes, many, articles, n_articles=size)
    return sums, _share_alike


def _share_alike(sums: Floats) -> Floats:
    """Share of pairs of values that are equal; a unit counts by its values."""
    values = sums[..., 1:].sum(axis=-1)
    return divide(values - sums[..., 0], values)


def _alpha_statistics(coded: CodedField, size: int, level: str) -> tuple[Floats, Statistic]:
    """What alpha is a function of, at a level, or with the distance that the level has."""
    ratings = coded.ratings
    many = len(ratings.values)
    if level == "ordinal":
        matrices = coincidence_matrices(
            ratings.units, ratings.codes, many, coded.articles, n_articles=size
        )
        return matrices, lambda total: alpha_from_coincidences(total, "ordinal")
    codes, distance, numbers = ratings.codes, _distance(ratings, level), None
    if isinstance(distance, str) and distance != "nominal":
        numbers = _numbers(ratings)
        codes = np.where(np.isnan(numbers)[codes], -1, codes)  # what is no number is missing
        numbers = np.nan_to_num(numbers)
    sums = disagreement_sums(
        *(ratings.units, codes, many, coded.articles),
        distance=distance,
        values=numbers,
        n_articles=size,
    )
    return sums, lambda total: alpha_from_sums(total, distance, numbers)


def _distance(ratings: Ratings, level: str) -> Distance:
    if level == "masi":
        return masi_distances([_as_set(value) for value in ratings.values])
    return "interval" if level == "interval" else "ratio" if level == "ratio" else "nominal"


def _numbers(ratings: Ratings) -> Floats:
    """Each value as a number; NaN where it is none.

    Numbers whose squares would be infinite are made smaller: no coefficient depends on their unit.
    """
    numbers = np.array([_as_number(value) for value in ratings.values], dtype=np.float64)
    largest = float(np.nanmax(np.abs(numbers), initial=0.0))
    return numbers / largest if largest > _LARGE else numbers


def _as_number(value: Hashable) -> float:
    """A number, or the number of a day; what is neither is none."""
    try:
        return float(value) if isinstance(value, int | float | str) else np.nan
    except ValueError:
        pass
    try:
        return float(date.fromisoformat(str(value)).toordinal())
    except ValueError:
        return np.nan


def _as_set(value: Hashable) -> frozenset[str]:
    if isinstance(value, frozenset):
        return cast("frozenset[str]", value)
    return frozenset([str(value)])


def _observed_agreement(ratings: Ratings) -> float | None:
    """Share of pairs of values of a unit that are equal, each unit counting by its values."""
    many = max(len(ratings.values), 1)
    matrix = coincidence_matrices(ratings.units, ratings.codes, many)[0]
    total = float(matrix.sum())
    return float(np.trace(matrix)) / total if total else None


def secondary_coefficients(coded: CodedField, corpus: Corpus) -> Iterator[Measure]:
    """What stands beside: alpha, AC1 (AC2 if ordinal), what the scheme names; alpha of each value."""
    field = coded.field
    gwet = {"set": (), "ordinal": ("gwet_ac2_quadratic",)}.get(field.level, ("gwet_ac1",))
    also = field.agreement.also if field.agreement else ()
    for name in dict.fromkeys((alpha_of(field.level), *also, *gwet)):
        if name not in (judging_coefficient(field), DESCRIPTIVE):
            yield field_measure(coded, corpus, by=name)
    if field.level == "set" or (field.level == "nominal" and len(listed_values(field)) > 2):
        for value in field.values:
            yield _of_value(coded, field.typed(value.id), corpus)


def _listed_first(coded: CodedField) -> CodedField:
    """The same with every value that the scheme lists, used or not; then those that it does not."""
    listed = listed_values(coded.field)
    values = {coded.ratings.values[code] for code in np.unique(coded.ratings.codes)}
    return coded.recode([*listed, *sorted(values.difference(listed), key=str)])


def listed_values(field: Field) -> Sequence[Hashable]:
    """All values that are possible, in their order; none if the scheme cannot list them."""
    if field.is_boolean:
        return False, True
    if field.is_reference:
        return ()
    return field.ranked


def _of_categories(
    coded: CodedField, corpus: Corpus, name: MeasureName, target: float | None
) -> Measure:
    """AC, or one of the kappas: every unit with two or more values counts once."""
    coded = _listed_first(coded.restrict_articles(corpus.compared))
    many = len(coded.ratings.values)
    needs_list = _OF_LISTED_VALUES.get(name.coefficient)
    is_open = needs_list is not None and not listed_values(coded.field)
    if is_open:
        ratings = replace(coded.ratings, codes=np.full_like(coded.ratings.codes, -1))
        coded, many = replace(coded, ratings=ratings), 1
    weights: Weighting = "quadratic" if name.coefficient.endswith("quadratic") else "identity"
    statistics, statistic = _category_statistics(
        coded, len(corpus.articles), name.coefficient, max(many, 1), weights
    )
    total = statistics.sum(axis=0)
    n = int(total[1])
    same = "only one value is possible" if needs_list else _SAME_VALUES
    reason = same if (coded.sizes > 1).any() else _NO_PAIRS
    return measure(
        name,
        statistics,
        statistic,
        corpus=corpus,
        n=n,
        reason=_OPEN.format(needs_list) if is_open else reason,
        target=target,
        observed=float(total[0] / total[1]) if n else None,
        details={
            "values": len(coded.ratings.values),
            "weights": weights,
            **_commonest(coded),
        },
    )


def _category_statistics(
    coded: CodedField, size: int, coefficient: str, many: int, weights: Weighting
) -> tuple[Floats, Statistic]:
    """What AC or a kappa is a function of, by article, and the function."""
    ratings, articles = coded.ratings, coded.articles
    if coefficient == "conger_kappa":
        sums = conger_kappa_sums(
            *(ratings.units, ratings.raters, ratings.codes, many, articles), n_articles=size
        )
        return sums, lambda total: conger_kappa_from_sums(total, many)
    sums = gwet_ac_sums(
        *(ratings.units, ratings.codes, many, articles), weights=weights, n_articles=size
    )
    if coefficient == "fleiss_kappa":
        return sums, fleiss_kappa_from_sums
    if coefficient == "brennan_prediger":
        return sums, brennan_prediger_from_sums
    return sums, lambda total: gwet_ac_from_sums(total, weights)


def _of_value(coded: CodedField, value: str | float, corpus: Corpus) -> Measure:
    """Alpha of having the value or not."""
    has = [v == value or _contains(v, value) for v in coded.ratings.values]
    codes: Ints = np.array(has, dtype=np.int64)[coded.ratings.codes]
    statistics = disagreement_sums(
        coded.ratings.units, codes, 2, coded.articles, n_articles=len(corpus.articles)
    )
    unlike, without, having = (float(x) for x in statistics.sum(axis=0))
    n = int((coded.sizes > 1).sum())
    reason = "nobody chose it" if not having else "every value is this one"
    return measure(
        coded.name("krippendorff_alpha_binary", of=str(value), secondary=True),
        statistics,
        alpha_from_sums,
        corpus=corpus,
        n=n,
        reason=reason if n else _NO_PAIRS,
        observed=1 - unlike / (without + having) if without + having else None,
    )


def _contains(chosen: Hashable, value: Hashable) -> bool:
    return isinstance(chosen, frozenset) and value in chosen


def matching_measures(coded: CodedCorpus) -> Iterator[Measure]:
    """The share of spans that another annotator marked as well: what attributes are asked of."""
    corpus = coded.corpus
    types = {t.name: number for number, t in enumerate(corpus.scheme.span_types)}
    counts = np.zeros((len(types), len(corpus.articles), 2))
    for article, _, group in coded.groups:
        if corpus.compared[article] and group.type in types:
            matched = len(group) if len(group) > 1 else 0
            counts[types[group.type], article] += matched, len(group)
    for name, statistics in zip(types, counts, strict=True):
        yield measure(
            MeasureName("span_identification", name, "matched", "share_matched", secondary=True),
            statistics,
            lambda total: divide(total[..., 0], total[..., 1]),
            corpus=corpus,
            n=int(statistics[:, 1].sum()),
            reason=nothing_marked(corpus),
        )
