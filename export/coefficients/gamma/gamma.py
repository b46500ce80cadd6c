"""Gamma, which aligns the spans of several annotators and judges them at once.

Mathet, Y., Widlöcher, A. and Métivier, J.-P. (2015). The unified and holistic method gamma for
inter-annotator agreement measure and alignment. Computational Linguistics 41(3), 437-479.

For a corpus, disorder is weighted with the mean number of spans per annotator, x:
``gamma = 1 - sum_d x_d observed_d / sum_d x_d expected_d``. For one article that is the paper's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from signalbook.export.coefficients.coefficient import Floats, Ints, correct_for_chance

from .alignment import Alignment, Continuum, Dissimilarity, best_alignments, check_continuum
from .sampling import Sampler, Sampling, random_continua

#: Articles whose random continua are in memory at once.
_CHUNK = 128


@dataclass(frozen=True)
class ChanceAlignments:
    """Random continua that look like one article, and their best alignments."""

    #: The random continua.
    continua: tuple[Continuum, ...]
    #: The best alignment of each.
    alignments: tuple[Alignment, ...]

    @property
    def disorder(self) -> float:
        """The expected disorder: the mean over the random continua."""
        return float(np.mean([alignment.disorder for alignment in self.alignments]))


@dataclass(frozen=True)
class AlignedArticle:
    """An article's spans and their best alignment."""

    #: The spans.
    continuum: Continuum
    #: Their best alignment.
    best: Alignment
    #: What chance would align; ``None`` where there are no spans.
    chance: ChanceAlignments | None

    @property
    def disorders(self) -> Floats:
        """What it adds to a gamma: weighted observed and expected disorder, ``[2]``."""
        if self.chance is None:
            return np.zeros(2)
        return weighted_disorders(
            self.best.disorder, self.chance.disorder, self.continuum.mean_count
        )


@dataclass(frozen=True)
class GammaResult:
    """Gamma of a corpus, and what each article adds to it."""

    #: ``None`` when undefined: never 0, never 1, because neither has been observed.
    value: float | None
    #: Disorder of each article's best alignment, ``[A]``; NaN where the article has no part.
    observed: Floats
    #: Mean disorder of the best alignments of its random continua, ``[A]``.
    expected: Floats
    #: What the article counts: its mean number of spans per annotator, ``[A]``; 0 without a part.
    weights: Floats
    #: How the random continua were drawn.
    sampler: Sampler
    #: Number of random continua of each article, ``[A]``.
    n_samples: Ints
    #: Share of all best alignments, observed and random, that are proven to be the best.
    proven: float
    #: The dissimilarity behind the disorders.
    dissimilarity: Dissimilarity
    #: The articles; ``None`` for one that fewer than two annotators saw.
    articles: tuple[AlignedArticle | None, ...]
    #: Why the value is undefined; empty when it is defined.
    reason: str = ""

    @property
    def sums(self) -> Floats:
        """Weighted observed and expected disorder of each article, ``[A, 2]``, for a bootstrap."""
        return weighted_disorders(self.observed, self.expected, self.weights)


def mathet_gamma(
    continua: Sequence[Continuum],
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    delta_empty: float = 1.0,
    sampler: Sampler = "pygamma",
    n_samples: int = 30,
    precision: float | None = None,
    seed: int = 0,
) -> GammaResult:
    """Gamma of a corpus: one continuum an article, whose annotators are those who saw it.

    An annotator who marked nothing is data; one who did not see the article is absent. Articles
    with fewer than two annotators take no part. With ``beta=0`` only positions matter.

    Args:
        continua: The articles.
        alpha: Weight of the position in the dissimilarity of two spans.
        beta: Weight of the category.
        delta_empty: Cost of an empty place in a group.
        sampler: How random continua are drawn; see `random_continua`.
        n_samples: Number of random continua of each article.
        precision: Relative error of each expected disorder, such as 0.02, for which more random
            continua are drawn (Mathet et al. 2015); without it, none are.
        seed: Seed of the random continua; an article's depend on it and on the article's place.

    Returns:
        The coefficient with what each article adds to it, undefined where no article was seen
        by two annotators or nothing was marked.

    Raises:
        ValueError: A span is empty, an annotator is unknown, or a parameter makes no sense.
    """
    dissimilarity = Dissimilarity(alpha, beta, delta_empty)
    sampling = Sampling(sampler, n_samples, precision, seed)
    articles = tuple(align_continua(continua, dissimilarity, sampling))
    observed, expected = np.full(len(articles), np.nan), np.full(len(articles), np.nan)
    weights, counts = np.zeros(len(articles)), np.zeros(len(articles), dtype=np.int64)
    proofs: list[bool] = []
    for d, article in enumerate(articles):
        if article is not None and article.chance is not None:
            observed[d], expected[d] = article.best.disorder, article.chance.disorder
            weights[d] = article.continuum.mean_count
            counts[d] = len(article.chance.alignments)
            proofs += [a.proven for a in (article.best, *article.chance.alignments)]
    value = float(gamma_from_sums(weighted_disorders(observed, expected, weights).sum(axis=0)))
    reason = ""
    if not any(articles):
        reason = "no article was seen by two annotators"
    elif not proofs:
        reason = "no annotator marked anything"
    elif not np.isfinite(value):
        reason = "chance has no disorder"
    return GammaResult(
        value=None if reason else value,
        observed=observed,
        expected=expected,
        weights=weights,
        sampler=sampler,
        n_samples=counts,
        proven=float(np.mean(proofs)) if proofs else 1.0,
        dissimilarity=dissimilarity,
        articles=articles,
        reason=reason,
    )


def align_continua(
    continua: Sequence[Continuum], dissimilarity: Dissimilarity, sampling: Sampling
) -> Iterator[AlignedArticle | None]:
    """Align articles and random continua like them, for a corpus too large to hold all of these.

    Many are aligned at once, which spares most of the cost of small ones.

    Args:
        continua: The articles.
        dissimilarity: How far spans are apart.
        sampling: How the random continua of each article are drawn.

    Yields:
        Each article in its turn; ``None`` for one that fewer than two annotators saw.

    Raises:
        ValueError: A span is empty, or an annotator is unknown.
    """
    for start in range(0, len(continua), _CHUNK):
        yield from _align_chunk(continua[start : start + _CHUNK], start, dissimilarity, sampling)


def weighted_disorders(
    observed: Floats | float, expected: Floats | float, weights: Floats | float
) -> Floats:
    """Weighted disorders, ``[...]`` to ``[..., 2]``; 0 for an article that has no part."""
    weights = np.asarray(weights, dtype=np.float64)[..., None]
    return np.where(weights > 0, np.stack([observed, expected], axis=-1) * weights, 0.0)


def gamma_from_sums(sums: Floats) -> Floats:
    """Gamma of summed disorders, ``[..., 2]`` to ``[...]``; NaN where undefined."""
    return correct_for_chance(sums[..., 0], sums[..., 1])


def _align_chunk(
    continua: Sequence[Continuum], start: int, dissimilarity: Dissimilarity, sampling: Sampling
) -> Iterator[AlignedArticle | None]:
    rngs = [sampling.generator(start + i) for i in range(len(continua))]
    drawn: list[list[Continuum]] = []
    several: list[Continuum] = []
    for continuum, rng in zip(continua, rngs, strict=True):
        drawn.append([])
        if continuum.n_annotators >= 2:
            check_continuum(continuum)
            if len(continuum):
                drawn[-1] = random_continua(continuum, sampling.n_samples, rng, sampling.sampler)
            several += [continuum, *drawn[-1]]
    alignments = iter(best_alignments(several, dissimilarity))
    for continuum, rng, random in zip(continua, rngs, drawn, strict=True):
        if continuum.n_annotators < 2:
            yield None
            continue
        best, chance = next(alignments), None
        if random:
            chance = ChanceAlignments(tuple(random), tuple(islice(alignments, len(random))))
            chance = _refine(chance, continuum, dissimilarity, sampling, rng)
        yield AlignedArticle(continuum, best, chance)


def _refine(
    chance: ChanceAlignments,
    continuum: Continuum,
    dissimilarity: Dissimilarity,
    sampling: Sampling,
    rng: np.random.Generator,
) -> ChanceAlignments:
    """Draw more random continua until the expected disorder is known as well as was asked."""
    if sampling.precision is None:
        return chance
    disorders = np.array([alignment.disorder for alignment in chance.alignments])
    if not disorders.any():
        return chance
    variation = disorders.std() / disorders.mean()
    needed = int(np.ceil((1.96 * variation / sampling.precision) ** 2))
    more = random_continua(continuum, max(0, needed - len(disorders)), rng, sampling.sampler)
    alignments = best_alignments(more, dissimilarity)
    return ChanceAlignments((*chance.continua, *more), (*chance.alignments, *alignments))
