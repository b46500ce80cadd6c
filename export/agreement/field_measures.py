"""Krippendorff's alpha of a field, and what stands beside it: Gwet's AC, the alpha of each value.

A layer is judged by alpha, at the level of measurement that the scheme says, and by nothing else
here. AC shows whether prevalence alone depresses alpha, a value's alpha which value is at fault,
and the matching how many spans the rest speaks of.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias, cast

import numpy as np

from signalbook.export.coefficients.alpha import (
    alpha_from_coincidences,
    alpha_from_sums,
    coincidence_matrices,
    disagreement_sums,
)
from signalbook.export.coefficients.coefficient import Floats, Ints, divide
from signalbook.export.coefficients.distances import Weighting, distance_matrix, masi_distance
from signalbook.export.coefficients.kappa import gwet_ac_from_sums, gwet_ac_sums
from signalbook.export.coefficients.ratings import Ratings
from signalbook.schema.scheme.model import Field

from .corpus import Corpus
from .field_units import Layer, layers
from .measure import Measure, MeasureName, Statistic, measure, nothing_marked, target_of
from .span_groups import Group

#: A layer without its rows, which are numbers by now.
Encoded: TypeAlias = tuple[Layer, Ratings]

_OPEN = "the scheme does not list all values, and AC depends on how many there are"


def encoded_layers(corpus: Corpus, groups: Sequence[Sequence[Group[int]]]) -> list[Encoded]:
    """Every layer as numbers: what many measures of the same annotations are computed from."""
    return [(replace(layer, rows=()), encoded(layer)) for layer in layers(corpus, groups)]


def encoded(layer: Layer) -> Ratings:
    """The rows of a layer as numbers; an ordinal field's values in their order."""
    order = [v.id for v in layer.field.ranked_values]
    ordinal = layer.field.level == "ordinal"
    values: Sequence[Hashable] | None = order if ordinal else None
    return Ratings.from_rows(layer.rows, values)


def rated_by(ratings: Ratings, raters: Iterable[Hashable]) -> Ratings:
    """The ratings of these raters only; numbers and names stay as they are."""
    wanted = set(raters)
    kept = [code for code, name in enumerate(ratings.rater_names) if name in wanted]
    of = np.isin(ratings.raters, np.array(kept, dtype=np.int64))
    return replace(
        ratings, units=ratings.units[of], raters=ratings.raters[of], codes=ratings.codes[of]
    )


def alpha_measure(layer: Layer, corpus: Corpus, *, ratings: Ratings | None = None) -> Measure:
    """Krippendorff's alpha at the level of the field (MASI distance for sets).

    Args:
        layer: What is measured.
        corpus: The annotations.
        ratings: The layer's, or some of them, if they are encoded already.
    """
    ratings = encoded(layer) if ratings is None else ratings
    documents = np.array([ratings.document_names[d] for d in ratings.documents], dtype=np.int64)
    statistics, statistic = _alpha_statistics(
        ratings, documents, len(corpus.articles), layer.field.level
    )
    sizes = np.bincount(ratings.units, minlength=len(documents))
    n = int((sizes > 1).sum())
    level = {"set": "masi", "text": "nominal"}.get(layer.field.level, layer.field.level)
    reason = "no unit has two values" if n == 0 else "no variation: every value is the same"
    return measure(
        MeasureName(layer.kind, layer.unit, layer.field.name, f"krippendorff_alpha_{level}"),
        statistics,
        statistic,
        corpus=corpus,
        n=n,
        reason=reason,
        target=target_of(layer.field.agreement),
        observed=_observed_agreement(ratings),
    )


def _alpha_statistics(
    ratings: Ratings, documents: Ints, size: int, level: str
) -> tuple[Floats, Statistic]:
    many = len(ratings.values)
    if level == "set":
        distance = distance_matrix(
            [
                cast("frozenset[str]", v) if isinstance(v, frozenset) else frozenset([str(v)])
                for v in ratings.values
            ],
            masi_distance,
        )
        sums = disagreement_sums(
            ratings.units, ratings.codes, many, documents, distance=distance, n_documents=size
        )
        return sums, lambda total: alpha_from_sums(total, distance)
    if level == "ordinal":
        matrices = coincidence_matrices(
            ratings.units, ratings.codes, many, documents, n_documents=size
        )
        return matrices, lambda total: alpha_from_coincidences(total, "ordinal")
    sums = disagreement_sums(
        ratings.units, ratings.codes, many, documents, distance="nominal", n_documents=size
    )
    return sums, lambda total: alpha_from_sums(total, "nominal")


def _observed_agreement(ratings: Ratings) -> float | None:
    """Share of pairs of values of a unit that are equal, each unit counting by its values."""
    many = max(len(ratings.values), 1)
    matrix = coincidence_matrices(ratings.units, ratings.codes, many)[0]
    total = float(matrix.sum())
    return float(np.trace(matrix)) / total if total else None


def secondary_coefficients(layer: Layer, corpus: Corpus) -> Iterator[Measure]:
    """AC1 (AC2 if ordinal), then alpha of each value that the scheme lists against all others."""
    rows = [row for row in layer.rows if len(corpus.seen_by[row[0]]) > 1]
    is_set = layer.field.level == "set"
    listed = listed_values(layer.field)
    found = {row[3] for row in rows if row[3] is not None}
    others = sorted(found.difference(listed), key=str)
    ratings = Ratings.from_rows(rows, sorted(found, key=str) if is_set else [*listed, *others])
    documents = np.array([ratings.document_names[d] for d in ratings.documents], dtype=np.int64)
    if not is_set:
        yield _gwet(layer, ratings, documents, corpus)
    if is_set or (layer.field.level == "nominal" and len(listed) > 2):
        for value in layer.field.values:
            yield _of_value(layer, value.id, ratings, documents, corpus)


def listed_values(field: Field) -> Sequence[Hashable]:
    """All values that are possible, in their order; none if the scheme cannot list them."""
    if field.is_boolean:
        return False, True
    if field.is_reference:
        return ()
    return [value.id for value in field.ranked_values]


def _gwet(layer: Layer, ratings: Ratings, documents: Ints, corpus: Corpus) -> Measure:
    weights: Weighting = "quadratic" if layer.field.level == "ordinal" else "identity"
    name = "gwet_ac2_quadratic" if weights == "quadratic" else "gwet_ac1"
    many, closed = len(ratings.values), bool(listed_values(layer.field))
    statistics = gwet_ac_sums(
        ratings.units,
        ratings.codes if closed else np.full_like(ratings.codes, -1),
        many if closed else 1,
        documents,
        weights=weights,
        n_documents=len(corpus.articles),
    )
    reason = _no_pairs(ratings) or "only one value is possible"
    total = statistics.sum(axis=0)
    n = int(total[1])
    return measure(
        MeasureName(layer.kind, layer.unit, layer.field.name, name, secondary=True),
        statistics,
        lambda sums: gwet_ac_from_sums(sums, weights),
        corpus=corpus,
        n=n,
        reason=reason if closed else _OPEN,
        observed=float(total[0] / total[1]) if n else None,
        details={"values": many, "weights": weights},
    )


def _of_value(
    layer: Layer, value: str, ratings: Ratings, documents: Ints, corpus: Corpus
) -> Measure:
    """Alpha of having the value or not."""
    has = np.array([v == value or _contains(v, value) for v in ratings.values], dtype=np.int64)
    codes: Ints = has[ratings.codes]
    size = len(corpus.articles)
    statistics = disagreement_sums(
        ratings.units, codes, 2, documents, distance="nominal", n_documents=size
    )
    unlike, without, having = (float(x) for x in statistics.sum(axis=0))
    reason = "nobody chose it" if not having else "every value is this one"
    sizes = np.bincount(ratings.units, minlength=len(documents))
    return measure(
        MeasureName(
            *(layer.kind, layer.unit, layer.field.name, "krippendorff_alpha_binary"),
            of=value,
            secondary=True,
        ),
        statistics,
        lambda total: alpha_from_sums(total, "nominal"),
        corpus=corpus,
        n=int((sizes > 1).sum()),
        reason=_no_pairs(ratings) or reason,
        observed=1 - unlike / (without + having) if without + having else None,
    )


def _contains(chosen: Hashable, value: str) -> bool:
    return isinstance(chosen, frozenset) and value in chosen


def _no_pairs(ratings: Ratings) -> str:
    sizes = np.bincount(ratings.units)
    return "" if (sizes > 1).any() else "no unit has two values"


def matching_measures(corpus: Corpus, groups: Sequence[Sequence[Group[int]]]) -> Iterator[Measure]:
    """The share of spans that another annotator marked as well: what attributes are asked of."""
    types = [t.name for t in corpus.scheme.span_types]
    counts = np.zeros((len(types), len(corpus.articles), 2))
    number = {name: place for place, name in enumerate(types)}
    for article, of_article in enumerate(groups):
        if len(corpus.seen_by[article]) < 2:
            continue
        for group in of_article:
            kind = number.get(next(iter(group.values())).type) if group else None
            if kind is not None:
                counts[kind, article] += len(group) if len(group) > 1 else 0, len(group)
    for name, statistics in zip(types, counts, strict=True):
        yield measure(
            MeasureName("span_identification", name, "matched", "share_matched", secondary=True),
            statistics,
            lambda total: divide(total[..., 0], total[..., 1]),
            corpus=corpus,
            n=int(statistics[:, 1].sum()),
            reason=nothing_marked(corpus),
        )
