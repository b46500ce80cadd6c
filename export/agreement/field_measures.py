"""A layer becomes its Krippendorff's alpha, at the level of measurement that the scheme says."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias, cast

import numpy as np

from signalbook.export.coefficients.alpha import (
    alpha_from_coincidences,
    alpha_from_sums,
    coincidences,
    disagreement_sums,
)
from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.distances import distance_matrix, masi
from signalbook.export.coefficients.ratings import Ratings, encode

from .corpus import Corpus
from .field_units import Layer, layers
from .measure import Measure, Statistic, measure
from .span_groups import Group

#: A layer without its rows, which are numbers by now.
Encoded: TypeAlias = tuple[Layer, Ratings]


def encoded_layers(corpus: Corpus, groups: Sequence[Sequence[Group[int]]]) -> list[Encoded]:
    """Every layer as numbers: what many measures of the same annotations are computed from."""
    return [(replace(layer, rows=()), encoded(layer)) for layer in layers(corpus, groups)]


def encoded(layer: Layer) -> Ratings:
    """The rows of a layer as numbers; an ordinal field's values in their order."""
    order = [v.id for v in sorted(layer.field.values, key=lambda v: v.rank or 0)]
    ordinal = layer.field.level == "ordinal"
    values: Sequence[Hashable] | None = order if ordinal else None
    return encode(layer.rows, values)


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
        (layer.kind, layer.unit, layer.field.name, f"krippendorff_alpha_{level}"),
        statistics,
        statistic,
        corpus=corpus,
        agreement=layer.field.agreement,
        n=n,
        reason=reason,
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
            masi,
        )
        sums = disagreement_sums(
            ratings.units, ratings.codes, many, documents, distance=distance, n_documents=size
        )
        return sums, lambda total: alpha_from_sums(total, distance)
    if level == "ordinal":
        matrices = coincidences(ratings.units, ratings.codes, many, documents, n_documents=size)
        return matrices, lambda total: alpha_from_coincidences(total, "ordinal")
    sums = disagreement_sums(
        ratings.units, ratings.codes, many, documents, distance="nominal", n_documents=size
    )
    return sums, lambda total: alpha_from_sums(total, "nominal")


def _observed_agreement(ratings: Ratings) -> float | None:
    """Share of pairs of values of a unit that are equal, each unit counting by its values."""
    many = max(len(ratings.values), 1)
    matrix = coincidences(ratings.units, ratings.codes, many)[0]
    total = float(matrix.sum())
    return float(np.trace(matrix)) / total if total else None
