"""Gamma, gamma-cat and gamma-k, which align the spans of several annotators and judge them at once.

Mathet, Y., Widlöcher, A. and Métivier, J.-P. (2015). The unified and holistic method gamma for
inter-annotator agreement measure and alignment. Computational Linguistics 41(3), 437-479.

Examples:
    Two annotators who mark the same places; at the second they chose other categories:

    >>> import numpy as np
    >>> from signalbook.export.coefficients.gamma import Continuum, gamma_cat, mathet_gamma
    >>> article = Continuum(
    ...     starts=np.array([0.0, 20.0, 0.0, 21.0]),
    ...     ends=np.array([9.0, 35.0, 9.0, 35.0]),
    ...     categories=np.array([0, 1, 0, 2]),
    ...     annotators=np.array([0, 0, 1, 1]),
    ...     n_annotators=2,
    ... )
    >>> result = mathet_gamma([article], beta=0.0)
    >>> result.value > 0.9, result.proven
    (True, 1.0)
    >>> gamma_cat(mathet_gamma([article])).value < 1
    True
"""

from .alignment import Alignment, Continuum, Dissimilarity, best_alignment, best_alignments
from .categories import CategoryGamma, category_disorders, category_pairs, gamma_cat, gamma_k
from .components import must_compile
from .gamma import (
    AlignedArticle,
    ChanceAlignments,
    GammaResult,
    align_continua,
    gamma_from_sums,
    mathet_gamma,
    weighted_disorders,
)
from .sampling import Sampler, Sampling, random_continua

__all__ = [
    "AlignedArticle",
    "Alignment",
    "CategoryGamma",
    "ChanceAlignments",
    "Continuum",
    "Dissimilarity",
    "GammaResult",
    "Sampler",
    "Sampling",
    "align_continua",
    "best_alignment",
    "best_alignments",
    "category_disorders",
    "category_pairs",
    "gamma_cat",
    "gamma_from_sums",
    "gamma_k",
    "mathet_gamma",
    "must_compile",
    "random_continua",
    "weighted_disorders",
]
