"""Gamma of where spans are, and of what they are called.

What chance would align is the costly part, so the random continua of a document are fewer the more
documents there are: it is their sum over the corpus that must be known well.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil

import numpy as np

from signalbook.export.coefficients.coefficient import Floats
from signalbook.export.coefficients.gamma.alignment import (
    Alignment,
    Continuum,
    Dissimilarity,
    best_alignments,
)
from signalbook.export.coefficients.gamma.categories import gamma_cat
from signalbook.export.coefficients.gamma.gamma import (
    AlignedDocument,
    ChanceAlignments,
    GammaResult,
    gamma_from_sums,
    weighted_disorders,
)
from signalbook.export.coefficients.gamma.sampling import Sampler, random_continua
from signalbook.schema.scheme.model import Json

from .coded_corpus import CodedCorpus
from .corpus import Corpus
from .measure import Measure, MeasureName, measure, nothing_marked
from .span_arrays import SpanArrays

_SAMPLER: Sampler = "pygamma"
#: Random continua of a corpus that are enough, however many documents it has.
_MAX_RANDOM_CONTINUA = 6000
_MIN_SAMPLES = 3
#: Documents whose continua are in memory at once.
_CHUNK = 128


def position_measures(coded: CodedCorpus, *, samples: int = 30, seed: int = 0) -> Iterator[Measure]:
    """Gamma of the places of spans, whatever they are called, over all types and for each."""
    for unit, spans in coded.spans_by_unit():
        total = _Sums(spans, Dissimilarity(beta=0.0), samples, seed)
        name = MeasureName(
            "span_identification", unit, "position", "gamma_position", secondary=True
        )
        yield total.measure(name, total.disorders, coded.corpus)


def gamma_category_measures(
    coded: CodedCorpus, *, samples: int = 30, seed: int = 0
) -> Iterator[Measure]:
    """Gamma of places and types together, then gamma-cat of the types alone."""
    total = _Sums(coded.mentions, Dissimilarity(), samples, seed, categories=True)
    name = MeasureName("span_category", "all", "type", "gamma_position_nominal")
    yield total.measure(name, total.disorders, coded.corpus)
    name = MeasureName("span_category", "all", "type", "gamma_cat", secondary=True)
    yield total.measure(name, total.categories, coded.corpus)


class _Sums:
    """Weighted observed and expected disorders of every document."""

    def __init__(
        self,
        spans: SpanArrays,
        dissimilarity: Dissimilarity,
        samples: int,
        seed: int,
        *,
        categories: bool = False,
    ) -> None:
        continua = spans.continua()
        self.spans = len(spans.compared())
        self.samples = samples_of(continua, samples)
        self.disorders = np.zeros((len(continua), 2))
        self.categories = np.zeros((len(continua), 2))
        self.dissimilarity = dissimilarity
        proven = total = 0
        for places, documents in aligned(continua, dissimilarity, self.samples, seed):
            result = _result(documents, dissimilarity)
            self.disorders[places] = result.sums
            if categories:
                self.categories[places] = gamma_cat(result).sums
            proofs = [a.proven for document in documents for a in _alignments(document)]
            proven, total = proven + sum(proofs), total + len(proofs)
        self.proven = proven / total if total else 1.0

    def measure(self, name: MeasureName, sums: Floats, corpus: Corpus) -> Measure:
        observed, expected = (float(x) for x in sums.sum(axis=0))
        details: dict[str, Json] = {
            "sampler": _SAMPLER,
            "samples_per_document": self.samples,
            "alpha": self.dissimilarity.alpha,
            "beta": self.dissimilarity.beta,
            "delta_empty": self.dissimilarity.delta_empty,
            "observed_disorder": observed,
            "expected_disorder": expected,
            "proven_alignments": self.proven,
        }
        reason = nothing_marked(corpus)
        if self.spans:
            reason = "no variation: chance has no disorder"
        return measure(
            name,
            sums,
            gamma_from_sums,
            corpus=corpus,
            n=self.spans,
            reason=reason,
            details=details,
        )


def samples_of(continua: Sequence[Continuum], most: int) -> int:
    """Random continua of each document: at most so many, fewer in a large corpus."""
    documents = sum(len(c) > 0 and c.n_annotators > 1 for c in continua)
    return min(most, max(_MIN_SAMPLES, ceil(_MAX_RANDOM_CONTINUA / max(documents, 1))))


def aligned(
    continua: Sequence[Continuum], dissimilarity: Dissimilarity, samples: int, seed: int
) -> Iterator[tuple[list[int], list[AlignedDocument]]]:
    """Documents with spans and two annotators, some at a time, as `agreement.gamma` aligns each.

    Aligning many at once spares most of the cost of small ones; the random continua are the same.
    """
    kept = [d for d, c in enumerate(continua) if len(c) and c.n_annotators > 1]
    kept.sort(key=lambda d: (continua[d].n_annotators, d))
    for _, same in groupby(kept, key=lambda d: continua[d].n_annotators):
        places = list(same)
        for start in range(0, len(places), _CHUNK):
            chunk = places[start : start + _CHUNK]
            yield chunk, _align(continua, chunk, dissimilarity, samples, seed)


def _align(
    continua: Sequence[Continuum],
    places: Sequence[int],
    dissimilarity: Dissimilarity,
    samples: int,
    seed: int,
) -> list[AlignedDocument]:
    drawn = [
        random_continua(continua[d], samples, np.random.default_rng((seed, d)), _SAMPLER)
        for d in places
    ]
    best = best_alignments(
        [
            continuum
            for d, random in zip(places, drawn, strict=True)
            for continuum in (continua[d], *random)
        ],
        dissimilarity,
    )
    step = samples + 1
    return [
        AlignedDocument(
            continua[d],
            best[number * step],
            ChanceAlignments(tuple(random), tuple(best[number * step + 1 : (number + 1) * step])),
        )
        for number, (d, random) in enumerate(zip(places, drawn, strict=True))
    ]


def _alignments(document: AlignedDocument) -> Iterator[Alignment]:
    yield document.best
    if document.chance is not None:
        yield from document.chance.alignments


def _result(documents: Sequence[AlignedDocument], dissimilarity: Dissimilarity) -> GammaResult:
    """What `mathet_gamma` gives for these documents."""
    observed = np.array([document.best.disorder for document in documents])
    expected = np.array([d.chance.disorder if d.chance else np.nan for d in documents])
    weights = np.array([document.continuum.mean_count for document in documents])
    total = weighted_disorders(observed, expected, weights).sum(axis=0)
    return GammaResult(
        value=float(gamma_from_sums(total)),
        observed=observed,
        expected=expected,
        weights=weights,
        sampler=_SAMPLER,
        n_samples=np.array([len(list(_alignments(d))) - 1 for d in documents], dtype=np.int64),
        proven=1.0,
        dissimilarity=dissimilarity,
        documents=tuple(documents),
    )
