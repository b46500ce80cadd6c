"""Gamma of where spans are, and of what they are called.

What chance would align is the costly part, so the random continua of a document are fewer the more
documents there are: it is their sum over the corpus that must be known well.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property
from math import ceil

import numpy as np

from signalbook.export.coefficients.coefficient import Floats
from signalbook.export.coefficients.gamma.alignment import Continuum, Dissimilarity
from signalbook.export.coefficients.gamma.categories import category_disorders
from signalbook.export.coefficients.gamma.gamma import (
    AlignedArticle,
    align_continua,
    gamma_from_sums,
    weighted_disorders,
)
from signalbook.export.coefficients.gamma.sampling import Sampler, Sampling
from signalbook.schema.scheme.coefficients import OF_SPANS
from signalbook.schema.scheme.model import Json

from .coded_corpus import CodedCorpus
from .corpus import Corpus
from .measure import Measure, MeasureName, as_judge, measure, nothing_marked
from .span_arrays import SpanArrays

_SAMPLER: Sampler = "pygamma"
_POSITION = Dissimilarity(beta=0.0)
#: Random continua of a corpus that are enough, however many documents it has. Their disorders vary
#: by a tenth or so: with 95 % confidence, the sum is known to 1 %, where Mathet et al. (2015) ask 2.
_MAX_RANDOM_CONTINUA = 300
#: Random continua that are drawn anew of a document, for its categories, if those at hand have no
#: aligned spans to compare.
MORE_SAMPLES = 5


class Gammas:
    """The gammas of a corpus, with what several of them need computed once.

    Args:
        coded: The annotations.
        samples: Random continua of each document, at most.
        seed: The seed of these.
    """

    def __init__(self, coded: CodedCorpus, *, samples: int = 30, seed: int = 0) -> None:
        self._coded, self._samples, self._seed = coded, samples, seed

    def of_positions(self) -> Iterator[Measure]:
        """Gamma of the places of spans, whatever they are called, over all types and for each."""
        coded = self._coded
        wanted = {t.name: t.agreement for t in coded.corpus.scheme.span_types}
        for unit, spans in coded.spans_by_unit():
            total = self._of_all
            if len(spans) != len(coded.spans):
                total = _Sums(spans, _POSITION, self._samples, self._seed)
            name = MeasureName(
                "span_identification", unit, "position", "gamma_position", secondary=True
            )
            name, target = as_judge(name, wanted.get(unit), OF_SPANS)
            yield total.measure(name, total.disorders, coded.corpus, target)

    def of_categories(self) -> Iterator[Measure]:
        """Gamma of places and types together, then gamma-cat of the types alone."""
        total, corpus = self._of_types, self._coded.corpus
        name = MeasureName("span_category", "all", "type", "gamma_position_nominal")
        yield total.measure(name, total.disorders, corpus)
        name = MeasureName("span_category", "all", "type", "gamma_cat", secondary=True)
        yield total.measure(name, total.categories, corpus, unfit=total.unfit_categories)

    @cached_property
    def _of_all(self) -> "_Sums":
        """All spans by their places."""
        if self._types_differ:
            return _Sums(self._coded.spans, _POSITION, self._samples, self._seed)
        return self._of_types.called(_POSITION)

    @cached_property
    def _of_types(self) -> "_Sums":
        """First mentions by their places and types."""
        mentions = self._coded.mentions
        return _Sums(mentions, Dissimilarity(), self._samples, self._seed, categories=True)

    @property
    def _types_differ(self) -> bool:
        """Whether types change how spans are aligned, or other spans are aligned by them."""
        spans, mentions = self._coded.spans, self._coded.mentions
        return len(mentions) != len(spans) or any(
            (continuum.categories != continuum.categories[:1]).any()
            for continuum in spans.continua()
        )


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
        #: Why gamma-cat would rest on nothing, or on what was drawn by chance; else empty.
        self.unfit_categories = ""
        self.dissimilarity = dissimilarity
        proven = total = 0
        paired, without = 0, list[int]()
        sampling = Sampling(_SAMPLER, self.samples, seed=seed)
        for a, article in enumerate(align_continua(continua, dissimilarity, sampling)):
            if article is None or article.chance is None:
                continue
            self.disorders[a] = article.disorders
            if categories:
                is_paired, is_by_chance = self._compare_categories(a, article)
                paired += is_paired
                if is_paired and not is_by_chance:
                    without.append(a)
            alignments = article.best, *article.chance.alignments
            proven += sum(alignment.proven for alignment in alignments)
            total += len(alignments)
        self.proven = proven / total if total else 1.0
        if categories and self.spans:
            left_out = self._draw_again(continua, without, seed)
            if not paired:
                self.unfit_categories = "no aligned spans to compare"
            elif 2 * left_out > paired:
                few = f"{paired - left_out} of {paired}"
                self.unfit_categories = f"chance aligns spans in too few articles: {few}"

    def _compare_categories(self, a: int, article: AlignedArticle) -> tuple[bool, bool]:
        """Sum the categories of an article; whether spans are aligned in it, and by chance, too."""
        observed, expected, weight = category_disorders(article, self.dissimilarity)
        self.categories[a] = weighted_disorders(observed, expected, weight)
        return bool(np.isfinite(observed)), weight > 0

    def _draw_again(self, continua: Sequence[Continuum], without: Sequence[int], seed: int) -> int:
        """Compare the categories of articles with random continua that may have pairs; how many fail.

        New ones, because the disorder of those at hand may have to do with their having no pair.
        """
        if not without:
            return 0
        sampling = Sampling(_SAMPLER, MORE_SAMPLES, seed=seed + 1)
        again = align_continua([continua[a] for a in without], self.dissimilarity, sampling)
        failed = 0
        for a, article in zip(without, again, strict=True):
            assert article is not None
            failed += not self._compare_categories(a, article)[1]
        return failed

    def called(self, dissimilarity: Dissimilarity) -> "_Sums":
        """The same, where another dissimilarity makes no difference."""
        same = copy(self)
        same.dissimilarity = dissimilarity
        return same

    def measure(
        self,
        name: MeasureName,
        sums: Floats,
        corpus: Corpus,
        target: float | None = None,
        *,
        unfit: str = "",
    ) -> Measure:
        """A gamma of sums of disorders; undefined if they are unfit for it."""
        observed, expected = (None, None) if unfit else map(float, sums.sum(axis=0))
        sums = np.zeros_like(sums) if unfit else sums
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
            reason = unfit or "no variation: chance has no disorder"
        return measure(
            name,
            sums,
            gamma_from_sums,
            corpus=corpus,
            n=self.spans,
            reason=reason,
            target=target,
            details=details,
        )


def samples_of(continua: Sequence[Continuum], max_samples: int) -> int:
    """Random continua of each document: at most so many, fewer in a large corpus."""
    documents = sum(len(c) > 0 and c.n_annotators > 1 for c in continua)
    return min(max_samples, ceil(_MAX_RANDOM_CONTINUA / max(documents, 1)))
