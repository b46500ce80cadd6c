"""Gamma-cat and gamma-k: agreement on the categories of aligned spans alone.

Mathet, Y. (2017). The agreement measure gamma-cat: a complement to gamma focused on categorization
of a continuum. Computational Linguistics 43(3), 661-681.

Within each group of the best alignment, pairs of spans say whether their categories differ. A pair
weighs ``max(0, 1 - position)``, how well its spans coincide, divided by one less than the spans in
the group. Gamma-k looks at pairs with at least one span of category k. Empty places, and thereby
spans that stand alone, do not take part: whether a span is found is no question of its category.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from signalbook.export.coefficients.coefficient import Floats, Ints

from .alignment import Alignment, Continuum, Dissimilarity
from .components import compiled
from .gamma import AlignedArticle, GammaResult, gamma_from_sums, weighted_disorders


@dataclass(frozen=True)
class CategoryGamma:
    """Gamma-cat or gamma-k of a corpus, and what each article adds to it."""

    #: ``None`` when undefined: never 0, never 1, because neither has been observed.
    value: float | None
    #: Weighted share of pairs with different categories, ``[A]``; NaN without any pair.
    observed: Floats
    #: Its mean over the article's random continua that have a pair, ``[A]``.
    expected: Floats
    #: Summed weight of the observed pairs, ``[A]``; 0 where the article has no part.
    weights: Floats
    #: Why the value is undefined; empty when it is defined.
    reason: str = ""

    @property
    def sums(self) -> Floats:
        """Weighted observed and expected disorder of each article, ``[A, 2]``, for a bootstrap."""
        return weighted_disorders(self.observed, self.expected, self.weights)


def gamma_cat(result: GammaResult) -> CategoryGamma:
    """Agreement on the categories of aligned spans (Mathet 2017), on the alignments of a gamma.

    Args:
        result: What `mathet_gamma` gives.

    Returns:
        The coefficient, undefined where no spans are aligned or all have the same category.
    """
    return _of_category(result, None)


def gamma_k(result: GammaResult, category: int) -> CategoryGamma:
    """Agreement on one category (Mathet 2017), where at least one annotator chose it.

    Args:
        result: What `mathet_gamma` gives.
        category: Code of the category.

    Returns:
        The coefficient, undefined where no spans of the category are aligned.
    """
    return _of_category(result, category)


def category_disorders(
    article: AlignedArticle, dissimilarity: Dissimilarity, category: int | None = None
) -> tuple[float, float, float]:
    """What an article adds to gamma-cat, or to gamma-k of a category.

    Args:
        article: What `align_continua` gives.
        dissimilarity: The dissimilarity behind the alignment.
        category: Code of the category, for gamma-k.

    Returns:
        Weighted share of pairs with different categories, NaN without any pair; its mean over the
        random continua that have a pair; and the summed weight of the pairs, 0 if the article has
        no part.
    """
    if article.chance is None:
        return np.nan, np.nan, 0.0
    drawn = zip(article.chance.continua, article.chance.alignments, strict=True)
    (observed,), (total,) = _shares([(article.continuum, article.best)], dissimilarity, category)
    shares, _ = _shares(drawn, dissimilarity, category)
    if total > 0 and np.isfinite(shares).any():
        return float(observed), float(np.nanmean(shares)), float(total)
    return float(observed), np.nan, 0.0


def category_pairs(
    continuum: Continuum, alignment: Alignment, alpha: float, category: int | None = None
) -> tuple[float, float]:
    """Compare the categories of aligned spans, pair by pair.

    Args:
        continuum: The spans.
        alignment: Their best alignment.
        alpha: Weight of the position in the dissimilarity of two spans.
        category: Code of a category, to leave out pairs without it.

    Returns:
        Summed weight of the pairs whose categories differ, and of all pairs.
    """
    return _compare(
        continuum.starts,
        continuum.ends,
        continuum.categories,
        alignment.groups,
        alpha,
        -1 if category is None else category,
    )


@compiled
def _compare(
    starts: Floats, ends: Floats, categories: Ints, groups: Ints, alpha: float, category: int
) -> tuple[float, float]:
    """Pairs within groups, of one category or of all (-1)."""
    sizes = np.bincount(groups)
    order = np.argsort(groups)
    differing = total = 0.0
    for place in range(len(order)):
        i = order[place]
        for other in range(place + 1, len(order)):
            j = order[other]
            if groups[j] != groups[i]:
                break
            if category not in (-1, categories[i], categories[j]):
                continue
            apart = abs(starts[i] - starts[j]) + abs(ends[i] - ends[j])
            position = alpha * (apart / (ends[i] - starts[i] + ends[j] - starts[j])) ** 2
            weight = max(0.0, 1.0 - position) / (sizes[groups[i]] - 1)
            total += weight
            if categories[i] != categories[j]:
                differing += weight
    return float(differing), float(total)


def _of_category(result: GammaResult, category: int | None) -> CategoryGamma:
    count = len(result.articles)
    observed, expected, weights = np.full(count, np.nan), np.full(count, np.nan), np.zeros(count)
    for d, article in enumerate(result.articles):
        if article is not None:
            observed[d], expected[d], weights[d] = category_disorders(
                article, result.dissimilarity, category
            )
    value = float(gamma_from_sums(weighted_disorders(observed, expected, weights).sum(axis=0)))
    reason = ""
    if not weights.any():
        reason = result.reason or "no aligned spans to compare, observed or by chance"
    elif not np.isfinite(value):
        reason = "no variation: every category is the same"
    return CategoryGamma(None if reason else value, observed, expected, weights, reason)


def _shares(
    aligned: Iterable[tuple[Continuum, Alignment]],
    dissimilarity: Dissimilarity,
    category: int | None,
) -> tuple[Floats, Floats]:
    """Weighted share of differing pairs in each, NaN without any; and the weight of all."""
    sums = np.array(
        [
            category_pairs(continuum, alignment, dissimilarity.alpha, category)
            for continuum, alignment in aligned
        ],
        np.float64,
    )
    shares = np.full(len(sums), np.nan)
    np.divide(sums[:, 0], sums[:, 1], out=shares, where=sums[:, 1] > 0)
    return shares, sums[:, 1]
