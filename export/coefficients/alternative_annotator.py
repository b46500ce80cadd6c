"""The alternative annotator test: whether a model may stand in for one of the annotators.

Calderon, N., Reichart, R. and Dror, R. (2025). The Alternative Annotator Test for LLM-as-a-Judge:
How to Statistically Justify Replacing Human Annotators with LLMs. ACL 2025, 16051-16081,
arXiv:2501.10970. One annotator j at a time is left out; whoever is more like the others, the model
or the annotator, has the advantage on an article.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr  # scipy.stats takes seconds to import

from .coefficient import Bools, Floats, Ints

#: Fewer articles of an annotator make the t test doubtful (section 3 of the paper).
MIN_ARTICLES = 30


@dataclass(frozen=True)
class AlternativeAnnotatorTest:
    """The test of one model against M annotators."""

    #: ``omega``: the share of annotators whom the model may stand in for; ``None`` if none was tested.
    winning_rate: float | None
    #: ``rho``: the mean of `advantages` of those who were tested; ``None`` if none was.
    advantage: float | None
    #: ``rho_j``: the share of articles on which the model is at least as like the others as
    #: annotator j, ``[M]``; NaN without an article.
    advantages: Floats
    #: p of each annotator, ``[M]``; NaN where there are too few articles.
    p_values: Floats
    #: Whether the model wins against each, after the correction for M tests, ``[M]``.
    wins: Bools
    #: Articles on which both could be compared with others, ``[M]``.
    n_articles: Ints

    @property
    def passes(self) -> bool | None:
        """Whether the model wins against half of the annotators or more."""
        return None if self.winning_rate is None else self.winning_rate >= 0.5


def alternative_annotator_test(
    model: Floats,
    annotators: Floats,
    *,
    epsilon: float = 0.15,
    q: float = 0.05,
    min_articles: int = MIN_ARTICLES,
) -> AlternativeAnnotatorTest:
    """Test whether a model is as good as a further annotator.

    With W the share of articles on which somebody is at least as like the other annotators, the
    null hypothesis for annotator j is that ``W_model <= W_j - epsilon``; a t test of the paired
    differences rejects it, and the p values are corrected as Benjamini and Yekutieli (2001) do.

    Args:
        model: How like the others the model is where j is left out, ``[M, A]``; NaN where
            annotator j has no article, or nobody else has.
        annotators: How like the others annotator j is, ``[M, A]``.
        epsilon: What the model costs less, as an advantage: the paper takes .2 for experts, .15
            for trained annotators, and .1 for crowd workers.
        q: False discovery rate.
        min_articles: Annotators with fewer are not tested. (The paper tests these by signed ranks.)
    """
    compared = np.isfinite(model) & np.isfinite(annotators)
    n_articles = compared.sum(axis=1).astype(np.int64)
    of_model, of_annotator = compared & (model >= annotators), compared & (annotators >= model)
    difference = of_annotator.astype(np.float64) - of_model
    p_values = np.array(
        [
            _p_value(difference[j, compared[j]], epsilon) if n >= min_articles else np.nan
            for j, n in enumerate(n_articles)
        ]
    )
    advantages = np.full(len(model), np.nan)
    np.divide(of_model.sum(axis=1), n_articles, out=advantages, where=n_articles > 0)
    tested = np.isfinite(p_values)
    wins = np.zeros(len(model), dtype=np.bool_)
    wins[tested] = benjamini_yekutieli(p_values[tested], q=q)
    return AlternativeAnnotatorTest(
        winning_rate=float(wins[tested].mean()) if tested.any() else None,
        advantage=float(advantages[tested].mean()) if tested.any() else None,
        advantages=advantages,
        p_values=p_values,
        wins=wins,
        n_articles=n_articles,
    )


def benjamini_yekutieli(p_values: Floats, *, q: float = 0.05) -> Bools:
    """Which hypotheses are rejected at a false discovery rate, however the tests depend on each other.

    Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate in multiple
    testing under dependency. Annals of Statistics 29, 1165-1188: the largest i with
    ``p_(i) <= i q / (m (1 + 1/2 + ... + 1/m))`` and all smaller p.

    Args:
        p_values: One p of each hypothesis, ``[m]``.
        q: False discovery rate.
    """
    m = len(p_values)
    ranks = np.arange(1, m + 1)
    limits = ranks * q / (m * np.sum(1 / ranks)) if m else np.zeros(0)
    order = np.argsort(p_values, kind="stable")
    below = np.flatnonzero(p_values[order] <= limits)
    rejected = np.zeros(m, dtype=np.bool_)
    rejected[order[: below[-1] + 1 if len(below) else 0]] = True
    return rejected


def _p_value(difference: Floats, epsilon: float) -> float:
    """One-sided p of the t test that the mean is not below epsilon."""
    n = len(difference)
    distance = float(difference.mean()) - epsilon
    error = float(difference.std(ddof=1)) / n**0.5
    if error == 0:  # all articles are alike
        return 0.0 if distance < 0 else 1.0
    return float(np.asarray(stdtr(n - 1, distance / error), dtype=np.float64))
