"""Documents with several annotators' spans become gamma, which aligns and judges them at once.

Mathet, Y., Widlöcher, A. and Métivier, J.-P. (2015). The unified and holistic method gamma for
inter-annotator agreement measure and alignment. Computational Linguistics 41(3), 437-479.

For a corpus, disorder is weighted with the mean number of spans per annotator, x:
``gamma = 1 - sum_d x_d observed_d / sum_d x_d expected_d``. For one document that is the paper's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signalbook.export.coefficients.coefficient import Floats, Ints, correct_for_chance

from .alignment import Alignment, Continuum, Dissimilarity, best_alignments, check_continuum
from .sampling import Sampler, random_continua


@dataclass(frozen=True)
class ChanceAlignments:
    """Random continua that look like one document, and their best alignments."""

    continua: tuple[Continuum, ...]
    alignments: tuple[Alignment, ...]

    @property
    def disorder(self) -> float:
        """The expected disorder: the mean over the random continua."""
        return float(np.mean([alignment.disorder for alignment in self.alignments]))


@dataclass(frozen=True)
class AlignedDocument:
    """A document's spans and their best alignment; chance is missing where there are no spans."""

    continuum: Continuum
    best: Alignment
    chance: ChanceAlignments | None


@dataclass(frozen=True)
class GammaResult:
    """Gamma of a corpus, and what each document adds to it."""

    #: ``None`` when undefined: never 0, never 1, because neither has been observed.
    value: float | None
    #: Disorder of each document's best alignment, ``[D]``; NaN where the document has no part.
    observed: Floats
    #: Mean disorder of the best alignments of its random continua, ``[D]``.
    expected: Floats
    #: What the document counts: its mean number of spans per annotator, ``[D]``.
    weights: Floats
    sampler: Sampler
    #: Random continua of each document, ``[D]``.
    n_samples: Ints
    #: Share of all best alignments, observed and random, that are proven.
    proven: float
    dissimilarity: Dissimilarity
    #: ``None`` for a document seen by fewer than two annotators.
    documents: tuple[AlignedDocument | None, ...]
    #: Why the value is undefined; empty when it is defined.
    reason: str = ""

    @property
    def sums(self) -> Floats:
        """Weighted observed and expected disorder of each document, ``[D, 2]``, for a bootstrap."""
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
    """Gamma of a corpus: one continuum a document, whose annotators are those who saw it.

    An annotator who marked nothing is data; one who did not see the document is absent. Documents
    with fewer than two annotators take no part. With ``beta=0`` only positions matter.

    Args:
        continua: The documents.
        alpha: Weight of the position.
        beta: Weight of the category.
        delta_empty: Cost of an empty place in a group.
        sampler: How chance is drawn; see `random_continua`.
        n_samples: Random continua of each document.
        precision: Draw more until each expected disorder is known this well, such as 0.02.
        seed: A document's random continua depend on it and on the document's place.

    Raises:
        ValueError: A span is empty, or a parameter makes no sense.
    """
    dissimilarity = Dissimilarity(alpha, beta, delta_empty)
    documents = tuple(
        _align(continuum, dissimilarity, sampler, n_samples, precision, (seed, d))
        if continuum.n_annotators >= 2
        else None
        for d, continuum in enumerate(continua)
    )
    return _result(documents, dissimilarity, sampler)


def chance_alignments(
    continuum: Continuum,
    dissimilarity: Dissimilarity,
    *,
    sampler: Sampler = "pygamma",
    n_samples: int = 30,
    precision: float | None = None,
    seed: int | Sequence[int] = 0,
) -> ChanceAlignments:
    """Draw random continua like this one, which has spans, and align each.

    Raises:
        ValueError: There are no spans, or a parameter makes no sense.
    """
    check_continuum(continuum)
    if not len(continuum):
        raise ValueError("without spans there is nothing to draw random ones from")
    if n_samples < 1 or (precision is not None and not 0 < precision < 1):
        raise ValueError(f"n_samples {n_samples}, precision {precision}: one or more, 0 to 1")
    generator = np.random.default_rng(seed)
    drawn = random_continua(continuum, n_samples, generator, sampler)
    aligned = best_alignments(drawn, dissimilarity)
    if precision is not None:
        disorders = np.array([alignment.disorder for alignment in aligned])
        variation = disorders.std() / disorders.mean()
        more = int(np.ceil((1.96 * variation / precision) ** 2)) - n_samples
        extra = random_continua(continuum, max(0, more), generator, sampler)
        drawn += extra
        aligned += best_alignments(extra, dissimilarity)
    return ChanceAlignments(tuple(drawn), tuple(aligned))


def weighted_disorders(observed: Floats, expected: Floats, weights: Floats) -> Floats:
    """Weighted disorders, ``[D, 2]``; 0 for a document that has no part."""
    both = np.stack([observed, expected], axis=-1) * weights[:, None]
    return np.where(weights[:, None] > 0, both, 0.0)


def gamma_from_sums(sums: Floats) -> Floats:
    """Gamma of summed disorders, ``[..., 2]`` to ``[...]``; NaN where undefined."""
    return correct_for_chance(sums[..., 0], sums[..., 1])


def _align(
    continuum: Continuum,
    dissimilarity: Dissimilarity,
    sampler: Sampler,
    n_samples: int,
    precision: float | None,
    seed: Sequence[int],
) -> AlignedDocument:
    check_continuum(continuum)
    best = best_alignments([continuum], dissimilarity)[0]
    if not len(continuum):
        return AlignedDocument(continuum, best, None)
    chance = chance_alignments(
        continuum,
        dissimilarity,
        sampler=sampler,
        n_samples=n_samples,
        precision=precision,
        seed=seed,
    )
    return AlignedDocument(continuum, best, chance)


def _result(
    documents: tuple[AlignedDocument | None, ...], dissimilarity: Dissimilarity, sampler: Sampler
) -> GammaResult:
    observed, expected = np.full(len(documents), np.nan), np.full(len(documents), np.nan)
    weights, counts = np.zeros(len(documents)), np.zeros(len(documents), dtype=np.int64)
    proofs: list[bool] = []
    for d, document in enumerate(documents):
        if document is not None and document.chance is not None:
            chance = document.chance
            observed[d], expected[d] = document.best.disorder, chance.disorder
            weights[d], counts[d] = document.continuum.mean_count, len(chance.alignments)
            proofs += [document.best.proven, *(one.proven for one in chance.alignments)]
    value = float(gamma_from_sums(weighted_disorders(observed, expected, weights).sum(axis=0)))
    reason = ""
    if not any(documents):
        reason = "no document was seen by two annotators"
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
        documents=documents,
        reason=reason,
    )
